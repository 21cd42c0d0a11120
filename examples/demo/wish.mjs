// What the demo is asked to do: its own story, or a goal of the user's with the real Claude.
import { randomInt } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseConfig, readEnvFiles } from '@tars/core/env';

const INSTALLATION = fileURLToPath(new URL('../..', import.meta.url));
const USAGE = 'Usage: npm run demo, or npm run demo -- --goal "what to do" --project DIR';
const KEY_MISSING = `A goal of your own is done by the real Claude, which needs a key: set ANTHROPIC_API_KEY
(from https://console.anthropic.com) in the environment or in .env, and run the same command again.
Without --goal the demo shows a scripted story and needs no key.`;

/**
 * @typedef {{ kind: 'story', code: string }} Story
 * @typedef {{ kind: 'own', goal: string, project: string, code: string, costCap: string, env: Record<string, string | undefined> }} OwnGoal
 */

/**
 * @param {string[]} argv
 * @param {NodeJS.ProcessEnv} processEnv
 * @returns {Promise<Story | OwnGoal | { problem: string }>}
 */
export async function readWish(argv, processEnv) {
  const typed = readArguments(argv);
  if ('problem' in typed) return typed;
  const { goal, project } = typed;
  const anyCode = String(randomInt(1_000, 10_000));
  if (goal === undefined && project === undefined) return { kind: 'story', code: anyCode };
  if (!goal?.trim() || project === undefined) return { problem: `A goal of your own needs both --goal and --project. ${USAGE}` };

  const folder = resolve(project);
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) return { problem: `${folder} is not a folder. Name your project's folder with --project.` };
  const env = readEnvFiles({ env: processEnv, installationRoot: INSTALLATION });
  const parsed = parseConfig(env);
  if (!parsed.ok) return { problem: parsed.problems.join('\n') };
  const { config } = parsed;
  if (config.anthropicApiKey === null) return { problem: KEY_MISSING };
  return {
    kind: 'own',
    goal,
    project: folder,
    code: config.confirmationCode ?? anyCode,
    costCap: (config.maxTaskCostMicros / 1_000_000).toFixed(2),
    // The task may work in this project and nowhere else of the user's.
    env: { ...env, PROJECTS_ROOT: folder },
  };
}

/** @param {string[]} argv */
function readArguments(argv) {
  try {
    return parseArgs({ args: argv, options: { goal: { type: 'string' }, project: { type: 'string' } } }).values;
  } catch (error) {
    return { problem: `${error instanceof Error ? error.message : error}\n${USAGE}` };
  }
}
