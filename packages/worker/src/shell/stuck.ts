// Notices that a command will not end by itself: it waits for somebody to type, or has neither said nor done anything for long.
import { type Activity, activityOf } from './command-activity.js';
import type { CommandOutput } from './command-output.js';

export type Stuck = { kind: 'waits for input'; prompt: string } | { kind: 'silent' };

export type StuckLimits = {
  /** A question that is one beyond doubt, or a read from a terminal: without an answer for so long. */
  promptMs: number;
  /** A last line that may be a question, or a terminal that is waited for, and nothing at work. */
  maybePromptMs: number;
  /** No output and no processor time at all. */
  silenceMs: number;
};

export const STUCK_LIMITS: StuckLimits = { promptMs: 3_000, maybePromptMs: 15_000, silenceMs: 5 * 60_000 };

const LOOK_MS = 1_000;
const PROMPT_CHARS = 300;

/** Ends like a question that only a person answers. */
const SURELY_ASKS =
  /(\[[yn]\/[yn]\]|\((?:yes|y)\/(?:no|n)[^)]{0,40}\)|\b(?:password|passphrase|passcode|username|user name|login|verification code|otp|pin)\b[^\n]{0,120}[:?]|\b(?:press|hit|type)\b[^\n]{0,60}\b(?:any key|enter|return|y)\b[^\n]{0,60}|\bcontinue\s?\?|\bproceed\s?\?|\bare you sure\b[^\n]{0,80})\W{0,4}$/i;
/** Ends as prompts do. */
const MAY_ASK = /[?:>❯»$#]\s*$/;

/** Looks every second while the command is quiet; `onStuck` at most once. Ends with the returned function. */
export function watchForStuck(
  commandId: string,
  output: Pick<CommandOutput, 'quietMs' | 'partial'>,
  onStuck: (stuck: Stuck) => void,
  limits: StuckLimits = STUCK_LIMITS,
): () => void {
  let ticks = -1;
  let idleSince = performance.now();
  const timer = setInterval(
    () => {
      const quietMs = output.quietMs();
      if (quietMs < Math.min(LOOK_MS, limits.promptMs)) return;
      const activity = activityOf(commandId);
      if (activity === null || activity.ticks !== ticks) idleSince = performance.now();
      ticks = activity?.ticks ?? ticks;
      const prompt = output.partial().trimEnd().slice(-PROMPT_CHARS);
      const stuck = judge({ quietMs, idleMs: Math.min(quietMs, performance.now() - idleSince), prompt, activity }, limits);
      if (stuck === null) return;
      clearInterval(timer);
      onStuck(stuck);
    },
    Math.min(LOOK_MS, limits.promptMs / 2),
  );
  timer.unref();
  return () => clearInterval(timer);
}

type Seen = { quietMs: number; idleMs: number; prompt: string; activity: Activity | null };

function judge({ quietMs, idleMs, prompt, activity }: Seen, limits: StuckLimits): Stuck | null {
  // Without a view of the processes only a sure question counts, and the silence after it.
  const sure = SURELY_ASKS.test(prompt) && (activity === null ? quietMs : idleMs) >= limits.promptMs;
  const reads = activity?.terminal === 'read' && idleMs >= limits.promptMs;
  const maybe = activity !== null && (MAY_ASK.test(prompt) || activity.terminal === 'waited for') && idleMs >= limits.maybePromptMs;
  if (sure || reads || maybe) return { kind: 'waits for input', prompt };
  return idleMs >= limits.silenceMs ? { kind: 'silent' } : null;
}
