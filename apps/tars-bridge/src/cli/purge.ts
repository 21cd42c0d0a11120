// tars purge: forgets ended tasks now, whole, and says which.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSince } from '@tars/core';
import { type Forgotten, forgetTasks } from '@tars/core/redis';
import { defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { readSettings } from './settings.js';
import { shortened, since } from './show-task.js';
import { json, note, out } from './terminal.js';
import { withControl } from './with-control.js';

export const purge = defineCommand({
  usage: 'purge [--older-than D]',
  details: [
    'Removes ended tasks with all that is kept of them here, and prints each; the audit trail stays. Workers do the same every hour.',
    'A task that has not ended is never removed; one whose updates were not all delivered stays for twice TASK_RETENTION_DAYS.',
    'D: how long ago a task must have ended (12h, 7d, 2w), or a date it must have ended before. Without it: TASK_RETENTION_DAYS.',
  ],
  options: {
    help: HELP,
    json: JSON_OUTPUT,
    'older-than': { type: 'string', value: 'D', help: 'Tasks that ended before then.' },
    'env-file': ENV_FILE,
  },
  async run({ values, positionals }, terminal) {
    if (positionals.length > 0) throw new Stop(EXIT.usage, 'tars purge takes no arguments; say how old with --older-than 7d.');
    const now = Date.now();
    const settings = readSettings(terminal, values['env-file']);
    const { taskRetentionMs, stateDir } = settings.config;
    const asked = values['older-than'];
    const endedBefore = asked === undefined ? now - taskRetentionMs : parseSince(asked, now);
    if (endedBefore === null) {
      throw new Stop(EXIT.usage, `--older-than ${JSON.stringify(asked)} is no time. Examples: 30m, 12h, 7d, 2w, 2026-03-01.`);
    }
    const untoldBefore = Math.min(endedBefore, now - 2 * taskRetentionMs);
    return withControl(settings, terminal, async ({ redis }) => {
      const { forgotten, untold } = await forgetTasks(redis, { endedBefore, untoldBefore });
      for (const { id } of forgotten) await rm(join(stateDir, 'tasks', id), { recursive: true, force: true });
      if (values.json) json(terminal, { purged: forgotten.map(viewForgotten), kept_undelivered: untold });
      else for (const task of forgotten) out(terminal, lineOf(task, now));
      note(terminal, `${counted(forgotten.length)} removed.`);
      if (untold > 0) note(terminal, `${counted(untold)} kept, because updates were not delivered yet: see \`tars doctor\`.`);
      return EXIT.ok;
    });
  },
});

const counted = (count: number): string => (count === 1 ? 'One task' : `${count} tasks`);

const viewForgotten = ({ id, state, goal, endedAt }: Forgotten) => ({
  task_id: id,
  status: state,
  goal,
  ended_at: new Date(endedAt).toISOString(),
});

const lineOf = ({ id, state, goal, endedAt }: Forgotten, now: number): string =>
  `${id}  ${state.padEnd(9)}  ${since(endedAt, now).padEnd(6)}  ${shortened(goal, 60)}`;
