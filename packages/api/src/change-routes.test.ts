// What a task has changed, and taking it back, over HTTP.
import { expect, test } from '@jest/globals';
import { useApi } from './testing/use-api.js';

const world = useApi();
const undo = (id: string, body: unknown = {}) => world.post(`/api/tasks/${id}/undo`, body);
const ended = async (): Promise<string> => {
  const id = await world.running();
  await world.happens(id, [{ type: 'task.failed', at: Date.now(), reason: 'max_turns', message: 'The limit is reached.' }]);
  return id;
};
/** What the worker of the project's machine would say to the wish. */
const answered = async (id: string, event: { type: 'task.undone'; written: number; removed: number; left: string[] }) => {
  const { store } = world.control;
  const requestId = (await store.read(id))?.undo?.requestId ?? '';
  await store.commit(id, { as: { role: 'outsider' }, events: [{ ...event, at: Date.now(), requestId }] });
};

test('the diff of a task is given as it was last known, empty before anything is', async () => {
  const id = await world.running();
  expect(await world.get(`/api/tasks/${id}/diff`)).toMatchObject({ status: 200, body: { task_id: id, as_of: null, files: [], patch: '' } });
  const file = { path: 'a.txt', status: 'changed' as const, insertions: 1, deletions: 0, isBinary: false };
  const leftOut = [{ path: 'node_modules', why: 'fetched or made by tools' }];
  await world.control.store.saveDiff(id, { at: 0, files: [file], insertions: 1, deletions: 0, patch: '+x\n', isCut: true, leftOut });
  expect((await world.get(`/api/tasks/${id}/diff`)).body).toEqual({
    task_id: id,
    as_of: '1970-01-01T00:00:00.000Z',
    files: [{ path: 'a.txt', status: 'changed', insertions: 1, deletions: 0, binary: false }],
    insertions: 1,
    deletions: 0,
    patch: '+x\n',
    truncated: true,
    left_out: leftOut,
  });
  expect(await world.get('/api/tasks/zzzz/diff')).toMatchObject({ status: 404, body: { reason: 'unknown_task' } });
});

test('a task that runs is not undone, nor one that never began; a place that is none is said', async () => {
  const id = await world.running();
  expect(await undo(id)).toMatchObject({
    status: 409,
    body: { reason: 'still_running', message: expect.stringContaining('Cancel or pause it') },
  });
  const { body } = await world.post('/api/tasks', { goal: 'x', project: 'calculator' });
  await world.post(`/api/tasks/${body.task_id}/cancel`, {});
  expect(await undo(String(body.task_id))).toMatchObject({ status: 409, body: { reason: 'nothing_done' } });
  for (const to of [0, 1.5001, 'soon', '1.2.3', '../x', '']) expect(await undo(await ended(), { to })).toMatchObject({ status: 400 });
  expect(await undo('zzzz')).toMatchObject({ status: 404 });
  expect(await undo(id, { redo: true })).toMatchObject({ status: 400, body: { reason: 'bad_body' } });
});

test('an undo nobody is there for is accepted and says so; its answer is part of the task; a second one waits its turn', async () => {
  const id = await ended();
  const asked = await undo(id, { to: 2 });
  expect(asked).toMatchObject({
    status: 202,
    body: { status: 'undoing', task_id: id, message: expect.stringContaining('no worker is running on') },
  });
  expect(await undo(id)).toMatchObject({ status: 409, body: { reason: 'already_undoing' } });
  await answered(id, { type: 'task.undone', written: 2, removed: 1, left: [] });
  expect((await world.get(`/api/tasks/${id}`)).body).toMatchObject({
    status: 'failed',
    undo: { to: '2', force: false, outcome: { kind: 'done', written: 2, removed: 1, left: [] } },
  });
});

test('a task is started in a worktree of its own when that is asked for', async () => {
  const { status, body } = await world.post('/api/tasks', { goal: 'apart', project: 'calculator', isolate: true });
  expect({ status, body }).toMatchObject({ status: 201, body: { isolated: true, branch: `tars/${body.task_id}` } });
});
