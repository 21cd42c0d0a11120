import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { withTempDir } from '@tars/testkit';
import { PREFERENCES_FILE, readPreferences } from './preferences.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

let workshop: Workshop | null = null;
afterEach(async () => {
  await workshop?.close();
  workshop = null;
});

test("each task's runner is handed what the owner wants by then, and the size of the model's window", async () => {
  workshop = await openWorkshop();
  const { stateDir, taskThat, queue } = workshop;
  // It ends with what it was told.
  const runnerProgram = await workshop.program(`
    if (message.type !== 'begin') return;
    const { preferences, contextTokens } = message.settings;
    const told = JSON.stringify({ preferences, contextTokens });
    send({ type: 'commit', request: 1, records: [], events: [{ type: 'task.failed', at: 1, reason: 'told', message: told }] });
    process.disconnect();
  `);
  const file = join(stateDir, PREFERENCES_FILE);
  await writeFile(file, 'Answer in German.\n');
  await workshop.supervisor({ runnerProgram, contextTokens: 1_000_000 });
  const toldTo = async (id: string) => {
    await queue(id);
    return JSON.parse((await taskThat(id, 'has ended', ({ endedAt }) => endedAt !== null)).failure?.message ?? '');
  };
  expect(await toldTo('a7f3')).toEqual({ preferences: 'Answer in German.', contextTokens: 1_000_000 });
  await rm(file);
  expect(await toldTo('b2c4')).toMatchObject({ preferences: null });
});

test('preferences that are too long are cut, and it is said', () =>
  withTempDir(async (stateDir) => {
    await writeFile(join(stateDir, PREFERENCES_FILE), 'x'.repeat(9_000));
    expect(readPreferences(stateDir)).toMatch(/^x{4000}\n\(cut here: 9000 characters are too many\)$/);
    await writeFile(join(stateDir, PREFERENCES_FILE), ' \n');
    expect(readPreferences(stateDir)).toBeNull();
  }));
