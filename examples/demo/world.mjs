// Everything around the product while the demo runs: a folder of its own, a simulated Claude, Discord and call.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createFakeCall, readScenario, shippedScenario, startFakeClaude, startFakeN8n, tempDir, writeProjectFiles } from '@tars/testkit';
import { voice } from './screen.mjs';

const GOAL = 'Build a calculator with tests, and remove the old backup file when it works';
const LOOK_MS = 20;
/** The story takes seconds; should something hang, the demo says so instead of waiting for ever. */
const STORY_MS = 180_000;

/** @typedef {Awaited<ReturnType<typeof openWorld>>} World */

/**
 * @param {import('./wish.mjs').Story | import('./wish.mjs').OwnGoal} wish
 * @param {{ sessionId: string }} session
 */
export async function openWorld(wish, session) {
  const folder = await tempDir('tars-demo-');
  const n8n = await startFakeN8n();
  const call = callOnScreen(createFakeCall(session));
  /** @type {(() => Promise<unknown>)[]} */
  const closers = [() => folder.remove(), () => n8n.close()];
  const story = wish.kind === 'story' ? await tellStory(folder.path) : null;
  if (story !== null) closers.push(() => story.claude.close());

  return {
    isOwnGoal: wish.kind === 'own',
    goal: wish.kind === 'own' ? wish.goal : GOAL,
    project: wish.kind === 'own' ? wish.project : join(folder.path, 'calculator'),
    code: wish.code,
    call,
    header: wish.kind === 'own' ? ownHeader(wish) : storyHeader(folder.path),
    env: {
      ...(wish.kind === 'own' ? wish.env : storyEnv(folder.path, story?.claude.url ?? '')),
      CONFIRMATION_CODE: wish.code,
      N8N_WEBHOOK_URL: `${n8n.url}/webhook/tars`,
      DISCORD_UPDATES_WEBHOOK: '',
      TARS_STATE_DIR: join(folder.path, 'state'),
      WEBHOOK_PORT: '0',
      LOG_LEVEL: 'error',
    },
    /** What the simulated Claude found wrong with what it was sent. */
    complaints: () => story?.claude.failures() ?? [],

    /** Every message that reaches Discord, as it arrives. @param {AbortSignal} interrupted */
    async *feed(interrupted) {
      const signal = story === null ? interrupted : AbortSignal.any([interrupted, AbortSignal.timeout(STORY_MS)]);
      const seen = new Set();
      for (;;) {
        // A repeated delivery carries the same id, and a reader shows it once.
        const fresh = n8n.deliveries().filter(({ headers }) => !seen.has(headers['webhook-id']));
        for (const { headers, body } of fresh) {
          seen.add(headers['webhook-id']);
          yield/** @type {{ type: string, discord: { content: string } }} */ (body);
        }
        if (fresh.length === 0) await delay(LOOK_MS, undefined, { signal });
      }
    },

    /** Runs at the end, the last one first. @param {() => Promise<unknown>} closer */
    onClose: (closer) => void closers.push(closer),
    async close() {
      for (const closer of closers.splice(0).reverse()) await closer();
    },
  };
}

/** @param {string} folder */
async function tellStory(folder) {
  const scenario = await readScenario(shippedScenario('calculator'));
  const project = join(folder, 'calculator');
  await mkdir(project);
  await writeProjectFiles(scenario, project);
  return { claude: await startFakeClaude({ scenario }) };
}

/** Nothing of the user's settings: the story is the same on every machine. @param {string} folder @param {string} claudeUrl */
function storyEnv(folder, claudeUrl) {
  const { PATH, HOME, LANG, TMPDIR, NO_COLOR } = process.env;
  return {
    PATH,
    HOME,
    LANG,
    TMPDIR,
    NO_COLOR,
    ANTHROPIC_API_KEY: 'the-simulated-claude-takes-any',
    ANTHROPIC_BASE_URL: claudeUrl,
    PROJECTS_ROOT: folder,
  };
}

/** The same call, whose words appear on the screen. @param {import('@tars/testkit').FakeCall} call */
function callOnScreen(call) {
  return {
    ...call,
    /** @type {typeof call.speak} */
    async speak(active, text, how) {
      voice(text);
      await call.speak(active, text, how);
    },
  };
}

/** @param {string} folder */
const storyHeader = (folder) => [
  'TARS Background Programming: the demo',
  '  real       Redis (a private one), api, notifier, worker, its shell, the files and the tests it runs',
  '  simulated  Claude (a script over HTTP), n8n with Discord behind it, the phone call',
  `  project    ${join(folder, 'calculator')} (removed at the end; nothing of yours is touched)`,
];

/** @param {import('./wish.mjs').OwnGoal} wish */
const ownHeader = (wish) => [
  `This task may cost at most $${wish.costCap} (MAX_TASK_COST_USD).`,
  'TARS Background Programming: your own goal',
  '  real       Claude, Redis (a private one), api, notifier, worker, its shell and your project',
  '  simulated  n8n with Discord behind it, the phone call',
  `  project    ${wish.project}`,
];
