import { expect, test } from '@jest/globals';
import { CODE, useTars } from '../testing/use-tars.js';

const tars = useTars();

const lines = async (...args: string[]) => (await tars.run(['audit', ...args])).stdout.split('\n').filter((line) => line !== '');

test('what was asked for is told: who, what, of which task, when, by which way; and no code', async () => {
  const id = await tars.started();
  await tars.askForCode(id);
  await tars.run(['confirm', id], { input: '0000\n' });
  await tars.run(['confirm', id], { input: `${CODE}\n` });
  await tars.run(['cancel', id]);
  const told = await lines();
  expect(told).toHaveLength(4);
  expect(told[0]).toMatch(
    new RegExp(`^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ  ${id}  start accepted +owner \\(cli, cli-[0-9a-f]{8}\\) +tidy up$`),
  );
  expect(told[1]).toMatch(new RegExp(`${id}  confirm wrong_code +owner \\(cli\\) +rm old_backup.js$`));
  expect(told[2]).toMatch(new RegExp(`${id}  confirm approved +owner \\(cli\\) +rm old_backup.js$`));
  expect(told[3]).toMatch(new RegExp(`${id}  cancel requested +owner \\(cli, cli-[0-9a-f]{8}\\)$`));
  expect(told.join('\n')).not.toContain(CODE);
  const { entries } = JSON.parse((await tars.run(['audit', '--json', '--since', '1h'])).stdout);
  expect(entries.map((entry: { operation: string; outcome: string }) => `${entry.operation} ${entry.outcome}`)).toEqual([
    'start accepted',
    'confirm wrong_code',
    'confirm approved',
    'cancel requested',
  ]);
  expect(entries[0]).toEqual({
    at: expect.stringMatching(/^\d{4}-.*Z$/),
    operation: 'start',
    outcome: 'accepted',
    task_id: id,
    who: 'owner',
    session_id: expect.stringMatching(/^cli-/),
    channel: 'cli',
    about: 'tidy up',
  });
});

test('--since leaves out what was before, and explains what it takes', async () => {
  await tars.started();
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  expect(await tars.run(['audit', '--since', tomorrow])).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('Nothing') });
  expect(await lines('--since', '2026-01-01')).toHaveLength(1);
  expect(await tars.run(['audit', '--since', 'yesterday'])).toMatchObject({ code: 2, stderr: expect.stringContaining('2h') });
});

test('what is older than AUDIT_RETENTION_DAYS is not told', async () => {
  await tars.started();
  expect(await tars.run(['audit'], { env: { AUDIT_RETENTION_DAYS: '0.000000012' } })).toMatchObject({ code: 0, stdout: '' });
});
