import { expect, test } from '@jest/globals';
import { SESSION, useHost } from './testing/use-host.js';
import { CODE_FORMS, SPOKEN_CODES, TALK } from './testing/utterances.js';

const host = useHost();
const talk = Object.values(TALK).flat();

test('while a code is awaited, talk full of numbers spends no try', async () => {
  expect(talk.length).toBeGreaterThanOrEqual(200);
  expect(new Set(talk).size).toBe(talk.length);
  const bridge = await host().bridge();
  const id = await host().start(bridge);
  const { id: request } = await host().askForCode(id);
  const taken: string[] = [];
  for (const said of talk) {
    const { kind } = await bridge.hear(said, SESSION);
    if (kind !== 'none') taken.push(`${said} (${kind})`);
  }
  expect(taken).toStrictEqual([]);
  expect(await host().tries(request)).toBe(0);
  // The count would have seen it: the first real answer, a wrong one, is counted.
  await bridge.hear('the code is one two three four', SESSION);
  expect(await host().tries(request)).toBe(1);
});

test.each(CODE_FORMS)('"%s" is the code, and approves', async (said) => {
  const bridge = await host().bridge();
  const id = await host().start(bridge);
  await host().askForCode(id);
  expect(await bridge.hear(said, SESSION)).toMatchObject({ kind: 'code', reply: expect.stringContaining(`received for task ${id}`) });
});

test.each(SPOKEN_CODES)('"%s" is the code %s, and approves', async (said, code) => {
  const bridge = await host().bridge({}, { CONFIRMATION_CODE: code });
  const id = await host().start(bridge);
  await host().askForCode(id);
  expect(await bridge.hear(said, SESSION)).toMatchObject({ kind: 'code', reply: expect.stringContaining(`received for task ${id}`) });
});
