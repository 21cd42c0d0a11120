// `npm run demo`: a goal goes in, a task runs, the truth comes out. This file is also how a host uses the bridge.
import { createTarsBridge } from 'tars-bridge';
import { answerRequest } from './answer-request.mjs';
import { printProof } from './proof.mjs';
import { discord, line, tars, you } from './screen.mjs';
import { readWish } from './wish.mjs';
import { openWorld } from './world.mjs';

const SESSION = { sessionId: 'demo-call' };
const ENDINGS = ['task_complete', 'error', 'task_cancelled'];
const SPOKEN_ENDINGS = /finished|failed|time limit|cancelled/;

/**
 * @param {AbortSignal} interrupted
 * @returns {Promise<number>} the exit code
 */
async function demo(interrupted) {
  const wish = await readWish(process.argv.slice(2), process.env);
  if ('problem' in wish) {
    console.error(wish.problem);
    return 2;
  }
  const world = await openWorld(wish, SESSION);
  try {
    for (const told of world.header) line(told);

    // What a host does: open the bridge, hand its calls to it, and let it run everything else on its behalf.
    const bridge = await createTarsBridge({
      env: world.env,
      voice: world.call,
      embed: ['api', 'worker', 'notifier'],
      privateRedis: true,
    });
    world.onClose(() => bridge.close());
    line(`  api at ${bridge.apiUrl()}, ${bridge.functionDeclarations({ format: 'gemini' }).length} functions for the voice model`, '');

    you(world.goal);
    const started = await bridge.call('start_autonomous_coding', { goal: world.goal, project_path: world.project }, SESSION);
    tars(started.say);
    if (started.task === undefined) return 1;
    const { task_id } = started.task;

    let isAllowed = true;
    for await (const message of world.feed(interrupted)) {
      discord(message.discord.content);
      if (message.type === 'confirmation_request')
        isAllowed = await answerRequest({ bridge, world, session: SESSION, task_id, interrupted });
      if (ENDINGS.includes(message.type)) break;
    }
    await world.call.waitForSpoken(SPOKEN_ENDINGS);
    const { task } = await bridge.call('check_coding_progress', { task_id }, SESSION);
    return printProof(task, world, isAllowed);
  } finally {
    await world.close();
    line('', 'Nothing of the demo is left running.');
  }
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    // Once to clean up; twice by somebody in a hurry.
    if (interruption.signal.aborted) process.exit(130);
    line('', 'Interrupted: cleaning up.');
    interruption.abort();
  });
}
// A reader that has seen enough (`npm run demo | head`) ends the demo too, and nothing of it stays.
process.stdout.on('error', () => interruption.abort());
try {
  process.exitCode = await demo(interruption.signal);
} catch (error) {
  if (interruption.signal.aborted) process.exitCode = 130;
  else {
    console.error(error);
    process.exitCode = 1;
  }
}
