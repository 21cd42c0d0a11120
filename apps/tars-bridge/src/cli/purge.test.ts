import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createOutbox } from '@tars/core/redis';
import { useTars } from '../testing/use-tars.js';

const DAY_MS = 86_400_000;
const tars = useTars();

/** A task that ended so many days ago and left a folder; its updates were delivered unless told otherwise. */
async function ended(days: number, { told = true } = {}): Promise<string> {
  const id = await tars.started();
  const at = Date.now() - days * DAY_MS;
  await tars.store.commit(id, { as: { role: 'outsider' }, events: [{ type: 'task.cancelled', at, channel: 'cli', stopped: 0 }] });
  // Accepted before it ended, as always.
  for (const index of ['tars:state:cancelled', 'tars:tasks']) await tars.redis.zAdd(index, { score: at - DAY_MS, value: id });
  if (told) for (const channel of ['n8n', 'discord'] as const) await createOutbox(tars.redis, channel).settle(id, 2);
  await mkdir(folder(id), { recursive: true });
  await writeFile(join(folder(id), 'output'), 'much');
  return id;
}
const folder = (id: string) => join(tars.dir, 'state', 'tasks', id);

test('purge removes what ended long enough ago, with its folder, and prints each; the rest stays', async () => {
  const [old, fresh, running] = [await ended(8), await ended(1), await tars.started()];
  const { code, stdout, stderr } = await tars.run(['purge']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'One task removed.\n' });
  expect(stdout).toMatch(new RegExp(`^${old}  cancelled  8 d     tidy up\\n$`));
  expect(await tars.store.read(old)).toBeNull();
  expect(existsSync(folder(old))).toBe(false);
  expect((await tars.store.list()).map(({ id }) => id).sort()).toEqual([fresh, running].sort());
  expect(existsSync(folder(fresh))).toBe(true);
  expect((await tars.run(['purge', '--older-than', '0h', '--json'])).stdout).toContain(fresh);
  expect((await tars.store.list()).map(({ id }) => id)).toEqual([running]);
});

test('what was not delivered yet is kept and said', async () => {
  const [untold, old] = [await ended(8, { told: false }), await ended(15, { told: false })];
  const { stdout, stderr } = await tars.run(['purge', '--older-than', '1h', '--json']);
  expect(JSON.parse(stdout)).toEqual({
    purged: [{ task_id: old, status: 'cancelled', goal: 'tidy up', ended_at: expect.stringMatching(/Z$/) }],
    kept_undelivered: 1,
  });
  expect(stderr).toContain('kept, because updates were not delivered');
  expect(await tars.store.read(untold)).not.toBeNull();
});

test('how old must be a time', async () => {
  expect(await tars.run(['purge', '--older-than', 'long ago'])).toMatchObject({ code: 2, stderr: expect.stringContaining('12h') });
  expect(await tars.run(['purge', 'a7f3'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--older-than') });
});

test('a Redis that is full can be purged, and says so to whoever wants to start a task', async () => {
  const old = await ended(8);
  await tars.redis.configSet('maxmemory', '1');
  try {
    expect(await tars.run(['start', 'tidy up'])).toMatchObject({ code: 69 });
    expect(await tars.run(['purge'])).toMatchObject({ code: 0, stdout: expect.stringContaining(old) });
  } finally {
    await tars.redis.configSet('maxmemory', '0');
  }
});
