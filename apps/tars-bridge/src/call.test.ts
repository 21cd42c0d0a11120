// A confirmation and an ending, in calls that are there, come, go and break.
import { expect, test } from '@jest/globals';
import type { Voice } from '@tars/notifier';
import { createFakeCall, type FakeCall, waitUntil } from '@tars/testkit';
import { CODE, SESSION, useHost } from './testing/use-host.js';

const host = useHost();

const REQUEST = /needs your confirmation code/;

/** A call that counts how often it was looked at, so that silence can be told from nobody having tried to speak; what comes before a request accounts for two looks. */
function watched(call: FakeCall): Voice & { calmLooks(more: number): Promise<void> } {
  let looks = 0;
  const looked = <T>(value: T): T => {
    looks += 1;
    return value;
  };
  return {
    activeCall: () => looked(call.activeCall()),
    isUserSpeaking: (of) => call.isUserSpeaking(of),
    speak: call.speak,
    async calmLooks(more) {
      const until = looks + more;
      await waitUntil(() => looks >= until, { timeoutMs: 10_000, what: 'the voice to have looked for its chance' });
    },
  };
}

async function setUp() {
  const call = createFakeCall(SESSION);
  const voice = watched(call);
  const bridge = await host().bridge({ voice });
  const id = await host().start(bridge);
  return { call, voice, bridge, id };
}

test('a call that starts while a code is awaited hears the request, once, and the ending', async () => {
  const { call, voice, bridge, id } = await setUp();
  call.hangUp();
  await host().askForCode(id);
  await voice.calmLooks(4);
  expect(call.spoken).toStrictEqual([]);
  call.pickUp();
  await call.waitForSpoken(REQUEST);
  await bridge.hear(CODE, SESSION);
  await host().cancelled(id);
  await call.waitForSpoken(/was cancelled/);
  expect(call.spoken).toHaveLength(2);
});

test('a call that drops after the request does not hear it again when it comes back', async () => {
  const { call, bridge, id } = await setUp();
  await host().askForCode(id);
  await call.waitForSpoken(REQUEST);
  call.hangUp();
  call.pickUp();
  await bridge.hear(CODE, SESSION);
  await host().cancelled(id);
  await call.waitForSpoken(/was cancelled/);
  expect(call.spoken.filter((text) => REQUEST.test(text))).toHaveLength(1);
});

test('a call that breaks while the request is being said hears it whole in the next call', async () => {
  const { call, voice, id } = await setUp();
  const { speak } = voice;
  let breaks = 1;
  voice.speak = async (...said) => {
    if (breaks-- > 0) {
      call.hangUp();
      throw new Error('The line is dead.');
    }
    await speak(...said);
  };
  await host().askForCode(id);
  await waitUntil(() => call.activeCall() === null, { what: 'the call to break' });
  call.pickUp();
  await call.waitForSpoken(REQUEST);
  expect(call.spoken).toHaveLength(1);
});

test('a request answered elsewhere, and an ending without a call, are no news in the next call', async () => {
  const { call, voice, bridge, id } = await setUp();
  call.hangUp();
  await host().askForCode(id);
  await voice.calmLooks(4);
  const other = await host().bridge();
  const webhook = new Request('http://127.0.0.1/webhook/background-confirmation', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reply_text: CODE }),
  });
  expect((await other.fetch(webhook)).status).toBe(200);
  await host().cancelled(id);
  await host().told('voice', id);
  call.pickUp();
  const next = await host().start(bridge, 'another goal');
  await host().cancelled(next);
  await call.waitForSpoken(/was cancelled/);
  expect(call.spoken).toHaveLength(1);
});

test('neither a request nor an ending is said over the owner, and both are said as soon as it is quiet', async () => {
  const { call, voice, bridge, id } = await setUp();
  call.setUserSpeaking(true);
  await host().askForCode(id);
  await voice.calmLooks(4);
  expect(call.spoken).toStrictEqual([]);
  call.setUserSpeaking(false);
  await call.waitForSpoken(REQUEST);
  await bridge.hear(CODE, SESSION);
  call.setUserSpeaking(true);
  await host().cancelled(id);
  await voice.calmLooks(2);
  expect(call.spoken).toHaveLength(1);
  call.setUserSpeaking(false);
  await call.waitForSpoken(/was cancelled/);
  expect(call.spoken).toHaveLength(2);
});

test('a host that comes back after a crash does not say again what was said', async () => {
  const { call, bridge, id } = await setUp();
  await host().askForCode(id);
  await call.waitForSpoken(REQUEST);
  await host().told('voice', id);
  await bridge.close();
  const later = createFakeCall(SESSION);
  const again = await host().bridge({ voice: later });
  await again.hear(CODE, SESSION);
  await host().cancelled(id);
  await later.waitForSpoken(/was cancelled/);
  expect(later.spoken).toHaveLength(1);
});
