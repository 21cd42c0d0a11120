// The user's part while a command waits: says the code, or a no, in the call.
import { createInterface } from 'node:readline/promises';
import { line, tars, you } from './screen.mjs';

const WAIT_MS = 60_000;
const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** @param {string} code */
const spoken = (code) => [...code].map((digit) => DIGITS[Number(digit)]).join(' ');

/**
 * Resolves once the request is answered: whether the command may run.
 * @param {{ bridge: import('tars-bridge').TarsBridge, world: import('./world.mjs').World, session: { sessionId: string }, task_id: string, interrupted: AbortSignal }} options
 * @returns {Promise<boolean>}
 */
export async function answerRequest({ bridge, world, session, task_id, interrupted }) {
  // The request reaches the call and Discord on ways of their own; the user has heard it before answering.
  await world.call.waitForSpoken(/confirmation code/);
  const deadline = AbortSignal.timeout(WAIT_MS);
  for (;;) {
    const typed = await ask(world.code, AbortSignal.any([deadline, interrupted]));
    interrupted.throwIfAborted();
    const said = typed ?? selfAnswer(world);
    const heard = await bridge.hear(said, session);
    // A host stores and shows only what is left of the utterance without the code.
    you(heard.redacted);
    tars(heard.reply ?? 'That was neither the code nor a no, sir.');
    const { task } = await bridge.call('check_coding_progress', { task_id }, session);
    if (!task?.awaiting_confirmation) return heard.kind === 'code';
  }
}

/** What is typed; null without a terminal or when nothing comes. @param {string} code @param {AbortSignal} signal */
async function ask(code, signal) {
  if (!process.stdin.isTTY || signal.aborted) return null;
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  // In a prompt the terminal hands Ctrl+C to the prompt alone.
  prompt.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await prompt.question(`The confirmation code is ${code}. Say it here, or "no" (within ${WAIT_MS / 1_000} s): `, { signal });
  } catch {
    return null;
  } finally {
    prompt.close();
  }
}

/** @param {import('./world.mjs').World} world */
function selfAnswer({ isOwnGoal, code }) {
  if (isOwnGoal) {
    line('', '(Nobody answers, so the demo says no: only you can approve something in your own project.)');
    return 'no, because nobody is there to approve it';
  }
  line('', `(Nobody answers at a terminal, so the demo says the code, ${code}, itself.)`);
  return spoken(code);
}
