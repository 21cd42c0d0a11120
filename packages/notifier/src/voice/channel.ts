// What must be heard while the user is in a call: that a code or an answer is needed, and how a task ended. Everything else is for the eyes.
import { type ConfirmationRequest, deferred, type Question, type Redact } from '@tars/core';
import type { Channel, Delivery, Outcome } from '../channel.js';
import { withDeadline } from '../deadline.js';
import { answeredSpeech, confirmationSpeech, endingSpeech, questionReminderSpeech, questionSpeech, reminderSpeech } from './speech.js';

export type Call = { sessionId: string };

/** The host's side of a call. */
export type Voice<C extends Call = Call> = {
  activeCall(): C | null;
  /** Resolves once the sentence is on its way to the user. `interrupt`: it may cut off what TARS is saying. */
  speak(call: C, text: string, options: { interrupt: boolean }): Promise<void>;
  isUserSpeaking?(call: C): boolean;
};

export type VoiceOptions<C extends Call = Call> = {
  voice: Voice<C>;
  /** Takes every secret out of what is said. */
  redact: Redact;
  persona?: string;
  clock?: () => number;
};

/** While a code is awaited and nobody is in a call. */
const NO_CALL_MS = 1_000;
/** While somebody is talking, the user or we. */
const TALKING_MS = 500;
/** A host that does not say by then that it has spoken is taken to have spoken. */
const SPEAK_MS = 20_000;
/** A reminder this soon after the request itself, which may have waited for the call, would only repeat it. */
const REMIND_MS = 30_000;
/** An end this long ago is no news in a call. */
const STALE_MS = 10 * 60_000;

export function createVoiceChannel<C extends Call>({ voice, redact, persona = 'sir', clock = Date.now }: VoiceOptions<C>): Channel {
  let isSpeaking = false;
  /** When each request that still waits was last put to the user. */
  const askedAt = new Map<string, number>();

  const say = async (call: C, text: string, interrupt: boolean, signal: AbortSignal): Promise<Outcome> => {
    if (isSpeaking || voice.isUserSpeaking?.(call) === true) return { kind: 'later', afterMs: TALKING_MS };
    isSpeaking = true;
    try {
      await withDeadline(signal, SPEAK_MS, async (limit) => {
        const silence = deferred<void>();
        limit.addEventListener('abort', () => silence.resolve());
        await Promise.race([voice.speak(call, redact(text), { interrupt }), silence.promise]);
      });
      return { kind: 'delivered' };
    } catch {
      // The call ended under us: the next look decides whether there is another.
      return { kind: 'later', afterMs: NO_CALL_MS };
    } finally {
      isSpeaking = false;
    }
  };

  const ask = async <Asked extends ConfirmationRequest | Question>(
    asked: Asked,
    speech: (asked: Asked, persona: string) => string,
    signal: AbortSignal,
  ): Promise<Outcome> => {
    const call = voice.activeCall();
    if (call === null) return { kind: 'later', afterMs: NO_CALL_MS };
    const outcome = await say(call, speech(asked, persona), true, signal);
    if (outcome.kind === 'delivered') askedAt.set(asked.id, clock());
    return outcome;
  };

  const tellEnd = async ({ logged: { taskId, event } }: Delivery, signal: AbortSignal): Promise<Outcome> => {
    const text = endingSpeech(taskId, event, persona);
    const call = voice.activeCall();
    if (text === null || call === null || clock() - event.at > STALE_MS) return { kind: 'skipped' };
    return say(call, text, false, signal);
  };

  return {
    name: 'voice',
    async deliver(delivery, signal) {
      const { event } = delivery.logged;
      const { confirmation: waiting, question } = delivery.task;
      switch (event.type) {
        case 'confirmation.requested':
          return waiting?.id !== event.confirmation.id || askedAt.has(waiting.id)
            ? { kind: 'skipped' }
            : ask(waiting, confirmationSpeech, signal);
        case 'confirmation.reminded':
          return waiting?.id !== event.confirmationId || clock() - (askedAt.get(waiting.id) ?? 0) < REMIND_MS
            ? { kind: 'skipped' }
            : ask(waiting, reminderSpeech, signal);
        case 'confirmation.answered': {
          const wasHeard = askedAt.has(event.confirmationId);
          const call = voice.activeCall();
          // Who was asked here and answered elsewhere, or not at all, hears how it ended.
          const isNews = wasHeard && call !== null && event.channel !== 'voice' && clock() - event.at <= STALE_MS;
          const outcome: Outcome = isNews
            ? await say(call, answeredSpeech(delivery.logged.taskId, event, persona), false, signal)
            : { kind: 'skipped' };
          if (outcome.kind !== 'later') askedAt.delete(event.confirmationId);
          return outcome;
        }
        case 'question.asked':
          return question?.id !== event.question.id || askedAt.has(question.id)
            ? { kind: 'skipped' }
            : ask(question, questionSpeech, signal);
        case 'question.reminded':
          return question?.id !== event.questionId || clock() - (askedAt.get(question.id) ?? 0) < REMIND_MS
            ? { kind: 'skipped' }
            : ask(question, questionReminderSpeech, signal);
        case 'question.answered':
          askedAt.delete(event.questionId);
          return { kind: 'skipped' };
        default:
          return tellEnd(delivery, signal);
      }
    },
  };
}
