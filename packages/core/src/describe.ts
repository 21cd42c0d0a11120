// One plain sentence per event; channels only dress it. The texts are part of the contract, byte for byte.

import { agentLines, agentWords } from './agent-words.js';
import { cancelledText } from './cancelled.js';
import type { ConfirmationOutcome, ConfirmationRequest, Question } from './confirmation/request.js';
import type { Event, EventOf } from './event.js';
import type { Phase } from './phase.js';
import { deliveryText } from './repository.js';
import { shown } from './shown.js';
import { undoneText, undoRefusalText } from './undo.js';

const FENCE = '```';
const SHORT_COMMIT = 10;

/** Output as a fenced block that its own backticks cannot break out of. */
const fenced = (output: string): string =>
  output.trim() === '' ? '' : `\n${FENCE}\n${agentLines(output).replaceAll(FENCE, "'''").trimEnd()}\n${FENCE}`;

/** A shell line between single backticks, undisguised; a backtick inside becomes an apostrophe look-alike. */
const inline = (command: string): string => `\`${shown(command).replaceAll('`', 'ˋ')}\``;

const PHASE_TEXT: Readonly<Record<Phase, string>> = {
  started: '🚀 Starting...',
  planning: '📋 Planning approach...',
  coding: '✏️ Writing code...',
  testing: '🧪 Running tests...',
  fixing: '🔧 Fixing what the tests found...',
  complete: '🎉 Task complete!',
  error: '❌ Task failed',
  timeout: '⏱️ Time limit reached',
};

const ANSWER_TEXT: Readonly<Record<ConfirmationOutcome, (id: string, event: EventOf<'confirmation.answered'>) => string>> = {
  approved: (id) => `✅ Confirmation code received! Task #${id} will continue.`,
  denied: (id, event) => `🚫 Denied: ${inline(event.command)}. Task #${id} goes on without it.`,
  expired: (id, event) => `⌛ No confirmation code came in time for task #${id}: ${inline(event.command)} was not run.`,
  locked: (id, event) => `🔒 Too many wrong codes for task #${id}: ${inline(event.command)} was not run.`,
};

const commandLines = ({ command, reason, changed }: ConfirmationRequest): string =>
  `Command: ${inline(command)}\nReason: ${reason}${changed === undefined ? '' : `\nAsked again: ${changed}`}`;

/** Numbered, so that a number answers it. */
function questionText(id: string, { text, options, default: decided, about }: Question): string {
  const choices = options.map((option, index) => `\n${index + 1}. ${agentWords(option)}`).join('');
  const silence = decided === undefined ? '' : `\nWithout an answer: ${agentWords(decided)}.`;
  const who = about === undefined ? `Background Task #${id} asks` : `Background Task #${id}`;
  return `❓ ${who}: ${agentWords(text)}${choices}${silence}`;
}

function answeredText(id: string, { text, decided }: EventOf<'question.answered'>): string {
  if (text !== null) return `💬 Answer received. Task #${id} will continue.`;
  const goesOn = decided === undefined ? '' : ` It goes on with: ${agentWords(decided)}.`;
  return `⌛ No answer came in time for task #${id}.${goesOn}`;
}

/** The event in words for task `id`, or null when it is of no interest to a person. */
export function describe(id: string, event: Event): string | null {
  switch (event.type) {
    case 'task.queued':
      return `🚀 Started background task #${id}: ${event.goal}`;
    case 'phase.entered':
      return PHASE_TEXT[event.phase];
    case 'plan.updated': {
      const active = event.steps.find((step) => step.status === 'active') ?? event.steps.find((step) => step.status === 'pending');
      const done = event.steps.filter((step) => step.status === 'done').length;
      return `📋 Plan: ${done} of ${event.steps.length} done${active ? `, now: ${agentWords(active.title)}` : ''}`;
    }
    case 'edit.intended':
      return `✏️ Editing ${event.path}`;
    case 'edit.made':
      return `✏️ ${event.created ? 'Created' : 'Edited'} ${event.path}${event.words === '' ? '' : `: ${agentWords(event.words)}`}`;
    case 'command.intended':
      return `⚙️ Executing: ${inline(event.command)}\nReason: ${agentWords(event.reason)}`;
    case 'command.finished':
      return `${event.exitCode === 0 ? '✅ Command succeeded' : '❌ Command failed'}${fenced(event.output)}`;
    case 'tests.passed':
      return '✅ All tests passed!';
    case 'confirmation.requested':
      return `⚠️ Background Task #${id} Needs Confirmation\n\n${commandLines(event.confirmation)}\n\nReply with your confirmation code to proceed.`;
    case 'confirmation.reminded':
      return `⏰ Background Task #${id} is still waiting for your confirmation code.`;
    case 'confirmation.answered':
      return ANSWER_TEXT[event.outcome](id, event);
    case 'question.asked':
      return questionText(id, event.question);
    case 'question.reminded':
      return `⏰ Background Task #${id} is still waiting for your answer.`;
    case 'question.answered':
      return answeredText(id, event);
    case 'notice.given':
      return `ℹ️ ${event.text}`;
    case 'verbosity.changed':
      return `🔔 Task #${id}: updates for ${event.verbose ? 'every action' : 'the main phases only'} from now on.`;
    case 'claim.refuted':
      return `🔁 Said done, but the checks disagree: ${event.proof.sentence}`;
    case 'message.told':
      return `💬 Message for task #${id} noted.`;
    case 'message.seen':
      return `👀 ${event.messageIds.length === 1 ? 'Message' : `${event.messageIds.length} messages`} seen at turn ${event.turn}.`;
    case 'pause.requested':
      return `⏸️ Task #${id} pauses as soon as its running step has ended.`;
    case 'task.paused':
      return `⏸️ Task #${id} paused.`;
    case 'task.resumed':
      return `▶️ Task #${id} resumed.`;
    case 'task.retried':
      return event.because === 'retry' ? `🔁 Task #${id} is tried again.` : `▶️ Task #${id} goes on with your message.`;
    case 'task.finished':
      return `🎉 Task complete!\n${event.proof.sentence}`;
    case 'task.failed':
      return `❌ Task failed: ${event.message}`;
    case 'task.timed_out':
      return `⏱️ Time limit reached (${event.minutes} min)`;
    case 'task.cancelled':
      return [`🛑 Task #${id} cancelled.`, cancelledText(id, event)].filter((line) => line !== null).join('\n');
    case 'task.undone':
      return `↩️ Task #${id} undone: ${undoneText(event)}.`;
    case 'repository.cloned':
      return `📥 Cloned ${event.url} at ${event.commit.slice(0, SHORT_COMMIT)}.`;
    case 'result.delivered': {
      const text = deliveryText(id, event, event);
      return text && `📦 ${text}`;
    }
    case 'undo.refused':
      return `↩️ Task #${id} was not undone: ${undoRefusalText(event.reason)}.${event.paths.map((path) => `\n- ${path}`).join('')}`;
    case 'task.claimed':
    case 'attempt.started':
    case 'task.released':
    case 'turn.replied':
    case 'limit.neared':
    case 'confirmation.tried':
    case 'cancel.requested':
    case 'undo.requested':
      return null;
  }
}
