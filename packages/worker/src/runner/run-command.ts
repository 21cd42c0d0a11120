// One bash call: through the gate, its intent stored, run, told, and its result stored.
import type { Event, RecordOf } from '@tars/core';
import { findChecks } from '../proof/find-checks.js';
import { readTestCounts } from '../proof/test-counts.js';
import { type Access, USUAL } from '../shell/access.js';
import type { CommandResult } from '../shell/shell.js';
import { closed } from './ask-owner.js';
import type { Context } from './context.js';
import { passGate } from './gate.js';
import { error, ok, type Result, resultOf } from './perform.js';
import { unlessRevoked } from './record.js';
import { resultText } from './result-text.js';

type Input = { command: string; reason: string; timeout_seconds?: number | undefined };

const DEFAULT_TIMEOUT_S = 120;
/** What fits a chat message beside the rest of it. */
const MESSAGE_CHARS = 1_200;

export async function runCommand(context: Context, callId: string, input: Input, intent: RecordOf<'intent'> | null): Promise<void> {
  const { record } = context;
  if (intent !== null) return answerInterrupted(context, callId, input.command);
  const passage = await passGate(context, { callId, command: input.command, agentSays: input.reason });
  if (passage.kind === 'closed') {
    await record.commit([], [resultOf(context, callId, error(passage.text))]);
    return;
  }
  const executed = await execute(context, {
    callId,
    command: input.command,
    reason: passage.reason,
    purpose: passage.purpose,
    confirmationId: passage.confirmationId,
    access: passage.access,
    timeoutSeconds: input.timeout_seconds ?? DEFAULT_TIMEOUT_S,
  }).catch(unlessRevoked);
  if (executed === 'revoked') {
    await record.commit([], [resultOf(context, callId, error(closed('The owner took the yes back.').text))]);
    return;
  }
  const { result, events } = executed;
  await record.post(events, [resultOf(context, callId, forModel(result))]);
}

/** What an earlier attempt began is never begun again: its outcome is told, where it is known. */
async function answerInterrupted(context: Context, callId: string, command: string): Promise<void> {
  const { record, journal, place } = context;
  const recalled = await journal.recall(callId);
  if (recalled === null) {
    const text = 'Interrupted by a restart while it ran: its outcome is unknown. Look at what it did before repeating it.';
    return record.commit([], [resultOf(context, callId, error(text))]);
  }
  const { result, purpose } = recalled;
  if (result.cwd !== '') await place.goTo(result.cwd);
  await record.commit(outcomeOf(context, { callId, command, purpose }, result), [resultOf(context, callId, forModel(result))]);
}

export type Execution = Pick<
  Extract<Event, { type: 'command.intended' }>,
  'callId' | 'command' | 'reason' | 'purpose' | 'confirmationId'
> & {
  timeoutSeconds: number;
  /** What it gets beyond the sandbox. */
  access?: Access;
};

/** Runs what the gate let through. The intent is stored before, the events of the outcome are for the caller to store with its result. */
export async function execute(
  context: Context,
  { timeoutSeconds, access = USUAL, ...command }: Execution,
): Promise<{ result: CommandResult; events: Event[] }> {
  const { record, steps, shell, place, phases, journal, signal, send, now } = context;
  const intended: Event = { type: 'command.intended', at: now(), ...command };
  // All must be there before it begins, and nothing of it waits for the rest.
  const wayBack = steps.before(command.callId, { afresh: command.confirmationId !== null });
  await Promise.all([
    wayBack,
    record.commit(
      [...phases.beforeCommand(command.purpose), intended],
      [{ kind: 'intent', turn: record.task().turns, callId: command.callId, tool: 'bash', effect: 'command' }],
    ),
  ]);
  const result = await shell.runWith(access, command.command, {
    timeoutSeconds,
    signal,
    onOutput: (chunk) => send({ type: 'output', callId: command.callId, chunk }),
    beforeStart: (traces) => journal.began(command, traces),
  });
  journal.ended(command, result);
  await place.remember();
  return { result, events: await believed(outcomeOf(context, command, result), record.task().project) };
}

/** Where the project's test script is known to prove nothing, its words make no green run. */
async function believed(events: Event[], project: string): Promise<Event[]> {
  if (!events.some(({ type }) => type === 'tests.passed')) return events;
  const isFlawed = (await findChecks(project)).some(({ kind, flaw }) => kind === 'test' && flaw !== undefined);
  return isFlawed ? events.filter(({ type }) => type !== 'tests.passed') : events;
}

/** What the outcome of a command is to the owner. */
function outcomeOf({ phases, now }: Context, command: Pick<Execution, 'callId' | 'command' | 'purpose'>, result: CommandResult): Event[] {
  const { passed, failed } = command.purpose === 'test' ? readTestCounts(result.output) : { passed: null, failed: null };
  const green = result.exitCode === 0 && failed !== null && failed === 0 && (passed ?? 0) > 0;
  if (command.purpose === 'test') phases.testsRan(green || (result.exitCode === 0 && passed === null));
  return [
    {
      type: 'command.finished',
      at: now(),
      callId: command.callId,
      command: command.command,
      purpose: command.purpose,
      exitCode: result.exitCode,
      timedOut: result.timedOut,
      durationMs: result.durationMs,
      output: tail(result.output, MESSAGE_CHARS),
      counts: passed === null ? null : { passed, failed: failed ?? 0 },
    },
    ...(green ? [{ type: 'tests.passed', at: now(), callId: command.callId, passed: passed ?? 0 } as const] : []),
  ];
}

const forModel = (result: CommandResult): Result => (result.exitCode === 0 ? ok : error)(resultText(result));

/** The last whole lines that fit. */
function tail(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const end = text.slice(-chars);
  const line = end.indexOf('\n');
  return `…\n${line === -1 ? end : end.slice(line + 1)}`;
}
