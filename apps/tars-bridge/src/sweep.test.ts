// Every four-digit code said in a call, one after the other and a hundred at a time: after the lock none is taken.
import { expect, test } from '@jest/globals';
import { waitUntil } from '@tars/testkit';
import { CODE, SESSION, useHost } from './testing/use-host.js';

const host = useHost();

test.each([
  ['C1', 'one after the other', 1],
  ['C2', 'a hundred at a time', 100],
])(
  '%s all 10,000 codes %s in a call: five are counted, the lock is told once, and none is taken after it',
  async (_, __, atOnce) => {
    const bridge = await host().bridge();
    const id = await host().start(bridge);
    await host().askForCode(id);
    const codes = Array.from({ length: 10_000 }, (___, number) => String(number).padStart(4, '0')).filter((code) => code !== CODE);
    const next = [...codes, CODE].values();
    const replies: string[] = [];
    const attack = async () => {
      for (const code of next) replies.push((await bridge.hear(`${code} for task ${id}`, SESSION)).reply ?? '');
    };
    await Promise.all(Array.from({ length: atOnce }, attack));
    expect(replies).toHaveLength(10_000);
    expect(replies.filter((reply) => reply.includes('not right'))).toHaveLength(4);
    expect(replies.filter((reply) => reply.includes('will continue'))).toEqual([]);
    await waitUntil(async () => (await host().store.read(id))?.confirmation === null, { what: 'the lock' });
    const answered = (await host().store.events(id)).flatMap(({ event }) =>
      event.type === 'confirmation.answered' ? [event.outcome] : [],
    );
    expect(answered).toEqual(['locked']);
    expect((await host().store.read(id))?.grant).toBeNull();
  },
  280_000,
);
