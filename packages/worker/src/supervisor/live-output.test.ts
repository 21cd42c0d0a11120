// What a command prints is gathered for those who watch, and lost or turned round nowhere.
import { expect, test } from '@jest/globals';
import { waitUntil } from '@tars/testkit';
import { createLiveOutput } from './live-output.js';

function gathering(gatherMs: number) {
  const written: string[] = [];
  return { written, output: createLiveOutput((text) => written.push(text), gatherMs) };
}

test('what comes together is written once, and soon', async () => {
  const { written, output } = gathering(5);
  for (const chunk of ['one\n', 'two\n', 'three\n']) output.push(chunk);
  expect(written).toEqual([]);
  await waitUntil(() => written.length > 0, { what: 'the output' });
  expect(written).toEqual(['one\ntwo\nthree\n']);
});

test('a flush brings it at once, and nothing twice', () => {
  const { written, output } = gathering(60_000);
  output.push('one\n');
  output.flush();
  output.flush();
  output.push('two\n');
  output.flush();
  expect(written).toEqual(['one\n', 'two\n']);
});

test('a flood is not gathered', () => {
  const { written, output } = gathering(60_000);
  output.push('x'.repeat(70_000));
  expect(written).toHaveLength(1);
});
