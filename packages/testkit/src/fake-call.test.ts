import { expect, test } from '@jest/globals';
import { createFakeCall } from './fake-call.js';

test('what is said in the call is heard in order, and how', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  const active = call.activeCall();
  expect(active).toEqual({ sessionId: 's1' });
  await call.speak({ sessionId: 's1' }, 'The first, sir.', { interrupt: false });
  await call.speak({ sessionId: 's1' }, 'The second, sir.', { interrupt: true });
  expect(call.spoken).toEqual(['The first, sir.', 'The second, sir.']);
  expect(call.utterances[1]).toEqual({ text: 'The second, sir.', interrupt: true });
});

test('nobody hears anything after hanging up, until the user picks up', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  call.setUserSpeaking(true);
  call.hangUp();
  expect(call.activeCall()).toBeNull();
  expect(call.isUserSpeaking({ sessionId: 's1' })).toBe(false);
  await expect(call.speak({ sessionId: 's1' }, 'Hello?', { interrupt: false })).rejects.toThrow(/s1/);
  call.pickUp();
  await call.speak({ sessionId: 's1' }, 'Hello again.', { interrupt: false });
  expect(call.spoken).toEqual(['Hello again.']);
});

test('another session is another call', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  call.setUserSpeaking(true);
  expect(call.isUserSpeaking({ sessionId: 's1' })).toBe(true);
  expect(call.isUserSpeaking({ sessionId: 's2' })).toBe(false);
  await expect(call.speak({ sessionId: 's2' }, 'Hello?', { interrupt: false })).rejects.toThrow(/s2/);
});

test('waiting ends with the first sentence that matches, and with a reason when none does', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  const waiting = call.waitForSpoken(/code/);
  await call.speak({ sessionId: 's1' }, 'Please provide your confirmation code.', { interrupt: false });
  expect(await waiting).toBe('Please provide your confirmation code.');
  expect(await call.waitForSpoken(/Please/)).toBe('Please provide your confirmation code.');
  await expect(call.waitForSpoken(/banana/, 20)).rejects.toThrow(/banana.*confirmation code/);
});
