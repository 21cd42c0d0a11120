import { expect, test } from '@jest/globals';
import { addFigures, readFigures } from '../redis/figures.js';
import { createTaskStore } from '../redis/store.js';
import { confirmation, event, PROOF } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { exposition, gauge, shownFamilies } from './exposition.js';
import { observed, sampleOf } from './figure.js';

const at = useRedis();
const asked = confirmation();

test('what happens to a task is counted, whoever does it, and a change that is tried again is counted once', async () => {
  const store = createTaskStore(at.redis);
  const claimed = { as: { role: 'claim', nonce: 'n1' }, events: [event('task.claimed', { attempt: 1, afterCrash: false })] } as const;
  const owner = { role: 'owner', nonce: 'n1' } as const;
  await store.create('a7f3', event('task.queued'));
  await store.commit('a7f3', claimed);
  const usage = { input: 10, output: 20, cacheRead: 30, cacheWrite5m: 4, cacheWrite1h: 1 };
  const reply = {
    as: owner,
    id: 'change-1',
    events: [event('turn.replied', { turn: 1, model: 'm"1', usage, costMicros: 2_500, says: '' })],
  };
  await store.commit('a7f3', reply);
  await store.commit('a7f3', reply);
  await store.commit('a7f3', { as: owner, events: [event('confirmation.requested', { confirmation: asked })] });
  const denied = { outcome: 'denied', command: asked.command, grant: null, feedback: null, channel: 'voice' } as const;
  const no = event('confirmation.answered', { confirmationId: asked.id, ...denied }, asked.askedAt + 42_000);
  await store.commit('a7f3', { as: { role: 'outsider' }, events: [no] });
  await store.commit('a7f3', { as: { role: 'outsider' }, events: [no] });
  const done = { proof: PROOF, summary: '', filesChanged: [], branch: null, suggestedCommitMessage: null };
  await store.commit('a7f3', { as: owner, events: [{ ...event('task.finished', done), workedMs: 61_000 }] });
  expect(Object.fromEntries(await readFigures(at.redis))).toMatchObject({
    tars_tasks_accepted_total: 1,
    tars_agent_turns_total: 1,
    'tars_model_tokens_total{model="m\\"1",kind="cache_write"}': 5,
    'tars_model_cost_usd_total{model="m\\"1"}': 0.0025,
    'tars_confirmations_total{outcome="denied",channel="voice"}': 1,
    'tars_confirmation_wait_seconds_sum{outcome="denied"}': 42,
    'tars_tasks_total{outcome="finished"}': 1,
    'tars_task_duration_seconds_within{outcome="finished",le="120"}': 1,
    'tars_task_duration_seconds_sum{outcome="finished"}': 61,
  });
});

test('a histogram is shown with all its buckets, and a counter before anything has happened', async () => {
  await addFigures(at.redis, observed('tars_tool_duration_seconds', { tool: 'bash' }, 0.3));
  const text = exposition(shownFamilies(await readFigures(at.redis)));
  expect(text).toContain('# TYPE tars_tool_duration_seconds histogram\n');
  expect([...text.matchAll(/_bucket\{tool="bash",le="([^"]+)"\} (\d)/g)].map(([, le, count]) => `${le}:${count}`).join(' ')).toBe(
    '0.01:0 0.05:0 0.1:0 0.5:1 1:1 5:1 15:1 60:1 120:1 600:1 +Inf:1',
  );
  expect(text).toContain('tars_tool_duration_seconds_sum{tool="bash"} 0.3\ntars_tool_duration_seconds_count{tool="bash"} 1\n');
  expect(text).toContain('\ntars_tasks_accepted_total 0\n');
});

test('what an older version has counted is counted on: bucket by bucket, and fractions where whole numbers come after', async () => {
  const labels = { outcome: 'finished' };
  const old = ['120', '300', '600', '900', '1800', '3600', '+Inf'].map((le) =>
    sampleOf('tars_task_duration_seconds_bucket', { ...labels, le }),
  );
  await at.redis.hSet('tars:figures', Object.fromEntries(old.map((sample) => [sample, '1'])));
  await at.redis.hSet('tars:figures', { [sampleOf('tars_task_duration_seconds_count', labels)]: '1' });
  await addFigures(at.redis, [[sampleOf('tars_task_duration_seconds_sum', labels), 61.5]]);
  await addFigures(at.redis, observed('tars_task_duration_seconds', labels, 15));
  const text = exposition(shownFamilies(await readFigures(at.redis)));
  expect([...text.matchAll(/_bucket\{outcome="finished",le="([^"]+)"\} (\d)/g)].map(([, le, count]) => `${le}:${count}`).join(' ')).toBe(
    '15:1 30:1 60:1 120:2 300:2 600:2 900:2 1800:2 3600:2 +Inf:2',
  );
  expect(text).toContain('_sum{outcome="finished"} 76.5\ntars_task_duration_seconds_count{outcome="finished"} 2\n');
});

test('a label can hold any text', () => {
  expect(sampleOf('x', { a: 'one "two"\nthree\\' })).toBe('x{a="one \\"two\\"\\nthree\\\\"}');
  expect(exposition([gauge('x', 'Words.', [[{ a: '1' }, 2.5]]), gauge('y', 'None.', [])])).toBe(
    '# HELP x Words.\n# TYPE x gauge\nx{a="1"} 2.5\n',
  );
});
