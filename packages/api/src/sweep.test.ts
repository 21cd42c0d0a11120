// Every four-digit code at the door, one after the other and a hundred at a time: after the lock none is taken.
import { expect, test } from '@jest/globals';
import { CODE, useApi } from './testing/use-api.js';

const world = useApi();
const CODES = Array.from({ length: 10_000 }, (_, number) => String(number).padStart(4, '0'));

async function waiting(): Promise<string> {
  const id = await world.running();
  const at = Date.now();
  const asked = {
    id: `cf-${id}`,
    callId: 'call-1',
    command: 'rm old.txt',
    cwd: '/p',
    reason: 'delete files',
    rule: 'rm',
    agentSays: '',
    access: [],
  };
  const confirmation = { ...asked, actionHash: 'h', askedAt: at, expiresAt: at + 300_000 };
  expect((await world.happens(id, [{ type: 'confirmation.requested', at, confirmation }])).kind).toBe('committed');
  return id;
}

const outcomes = async (id: string) =>
  (await world.control.store.events(id)).flatMap(({ event }) => (event.type === 'confirmation.answered' ? [event.outcome] : []));

test.each([
  ['C1', 'one after the other', 1],
  ['C2', 'a hundred at a time', 100],
])(
  '%s all 10,000 codes %s over HTTP: five are counted, the lock is told once, and none is taken after it',
  async (_, __, atOnce) => {
    const id = await waiting();
    // The right one comes last, when a hundred attackers would have had their luck.
    const codes = [...CODES.filter((code) => code !== CODE), CODE];
    const seen = new Map<string, number>();
    const next = codes.values();
    const attack = async () => {
      for (const code of next) {
        let reason: string;
        // A busy machine may not answer in time; whoever attacks tries that code again.
        do {
          const { body } = await world.post('/webhook/background-confirmation', { task_id: id, confirmation_code: code });
          reason = String(body.reason ?? body.status);
        } while (reason === 'unavailable');
        seen.set(reason, (seen.get(reason) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, attack));
    const wrong = seen.get('wrong_code') ?? 0;
    expect(wrong).toBeLessThanOrEqual(4);
    expect(Object.fromEntries(seen)).toEqual({ wrong_code: wrong, locked: 10_000 - wrong });
    expect(await outcomes(id)).toEqual(['locked']);
    expect(await world.control.store.read(id)).toMatchObject({ confirmation: null, grant: null });
  },
  280_000,
);

test('C16 the right code on a hundred connections at once is one transition', async () => {
  const id = await waiting();
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => world.post('/webhook/background-confirmation', { task_id: id, confirmation_code: CODE })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(await outcomes(id)).toEqual(['approved']);
});
