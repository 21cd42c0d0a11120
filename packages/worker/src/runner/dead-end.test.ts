import { expect, test } from '@jest/globals';
import type { TranscriptRecord } from '@tars/core';
import fc from 'fast-check';
import { type DeadEnd, watchDeadEnds } from './dead-end.js';
import { keepGoing } from './keep-going.js';

const THRESHOLDS = { nudgeAfter: 3, askAfter: 6 };
let ids = 0;

/** One reply with one call, and what came of it. */
function did(name: string, input: object, text: string, { isError = false, edit = {} as object | null } = {}): TranscriptRecord[] {
  const callId = `c${ids++}`;
  const effect = Object.keys(edit ?? {}).length > 0 ? 'edit' : 'command';
  return [
    { kind: 'reply', turn: 1, content: [{ type: 'tool_use', id: callId, name, input }], stopReason: 'tool_use' },
    { kind: 'intent', turn: 1, callId, tool: name, effect, ...edit },
    { kind: 'result', turn: 1, callId, text, isError },
  ];
}
const ran = (command: string, output = 'x', exitCode = 0): TranscriptRecord[] =>
  did('bash', { command, reason: `no ${ids}` }, `exit code ${exitCode} after ${ids % 7}.${ids % 10} s\n${output}`, {
    isError: exitCode !== 0,
  });
const edited = (path: string, before: string | null, after: string): TranscriptRecord[] =>
  did('edit_file', { path }, 'Edited.', { edit: { path, before, after } });
const readFile = (path: string, text = 'content') => did('read_file', { path }, text);
const silence = (): TranscriptRecord[] => [
  { kind: 'reply', turn: 1, content: [{ type: 'text', text: 'First I will' }], stopReason: 'max_tokens' },
  { kind: 'note', turn: 1, text: keepGoing('cutOff') },
];
const note = (facts: object = {}): TranscriptRecord => ({ kind: 'note', turn: 1, text: 'said', ...facts });
const times = (count: number, make: (index: number) => TranscriptRecord[]): TranscriptRecord[] =>
  Array.from({ length: count }, (_, index) => make(index)).flat();

/** What a model that goes on as it did would meet: each step where it came, as many replies later. */
function met(records: readonly TranscriptRecord[]): string[] {
  const watch = watchDeadEnds(THRESHOLDS);
  const transcript: TranscriptRecord[] = [];
  const steps: string[] = [];
  let replies = 0;
  const look = () => {
    const found = watch.look(transcript);
    if (found === null) return;
    steps.push(`${found.step} at ${replies}: ${found.finding.what}`);
    transcript.push(note({ deadEnd: { key: found.finding.key, step: found.step === 'nudge' ? 'nudged' : 'asked' } }));
  };
  for (const record of records) {
    if (record.kind === 'reply') {
      look();
      replies++;
    }
    transcript.push(record);
  }
  look();
  return steps;
}

test('the same call with the same result is told the third time, and asked about the sixth', () => {
  expect(met(times(7, () => ran('npm test', 'one fails', 1)))).toEqual([
    'nudge at 3: `npm test` gave the same result 3 times',
    'ask at 6: `npm test` gave the same result 6 times',
  ]);
  expect(met(times(3, () => readFile('a.ts')))).toEqual(['nudge at 3: read_file a.ts gave the same result 3 times']);
});

test('two calls in turn are a circle as well', () => {
  expect(met(times(3, () => [...ran('ls'), ...ran('pwd')]))).toHaveLength(1);
});

test('the same error is told although the rest of the output differs', () => {
  const failing = (index: number) => ran('make', `built in ${index} ms\nmain.c:${index}: error: no such thing at 0x${index}fff\n`, 2);
  expect(met(times(3, failing))).toEqual([
    'nudge at 3: `make` failed 3 times with the same error: main.c:2: error: no such thing at 0x2fff',
  ]);
  expect(met(times(3, (index) => ran('make', `error: ${['one', 'two', 'three'][index]}`, 2)))).toEqual([]);
});

test('a file that goes back and forth between two versions is told at the third edit', () => {
  const swing = (count: number) => times(count, (index) => edited('a.ts', index % 2 === 0 ? 'A' : 'B', index % 2 === 0 ? 'B' : 'A'));
  expect(met(swing(2))).toEqual([]);
  expect(met(swing(6))).toEqual([
    'nudge at 3: a.ts was changed back and forth between the same versions, 3 times',
    'ask at 6: a.ts was changed back and forth between the same versions, 6 times',
  ]);
  const tested = times(4, (index) => [...edited('a.ts', 'AB'[index % 2] ?? '', 'BA'[index % 2] ?? ''), ...ran('npm test', 'red', 1)]);
  expect(met(tested)).toHaveLength(1);
});

test('replies that break off are told, and asked about', () => {
  expect(met(times(6, silence))).toEqual(['nudge at 3: 3 replies in a row broke off', 'ask at 6: 6 replies in a row broke off']);
  expect(met([...times(2, silence), ...ran('ls'), ...times(2, silence)])).toEqual([]);
});

test.each([
  ['a command whose output changes', times(9, (index) => ran('curl -s localhost:3000', `${index} done`))],
  ['a look that waits by itself', times(9, () => ran('sleep 2; curl -s localhost:3000', 'not yet', 1))],
  ['a look with a pause before it', times(9, () => [...ran('sleep 2'), ...ran('curl -s localhost:3000', 'not yet', 1)])],
  ['a loop of the shell that waits', times(9, () => ran('until curl -s localhost; do :; done', 'x', 1))],
  [
    'tests run again after every edit',
    times(9, (index) => [...edited('a.ts', `v${index}`, `v${index + 1}`), ...ran('npm test', 'red', 1)]),
  ],
  [
    'tests run again after something new was tried',
    times(9, (index) => [...ran(`sed -i s/a/b${index}/ a.ts`), ...ran('npm test', 'red', 1)]),
  ],
  [
    'an edit that is tried and taken back, and then another',
    times(9, (index) => [...edited('a.ts', 'A', `try ${index}`), ...edited('a.ts', `try ${index}`, 'A')]),
  ],
  ['a plan that is kept current', times(9, () => did('update_plan', { steps: [] }, 'Plan noted.'))],
  ['a question that is answered each time', times(9, () => did('ask_user', { question: 'Which?' }, 'The owner answers: this'))],
  ["the same after each of the owner's words", times(9, () => [...ran('ls'), note({ messageId: 'm' })])],
])('%s is no circle', (_, records) => {
  expect(met(records)).toEqual([]);
});

test('once its owner has answered, or it was tried again, everything counts from nothing', () => {
  for (const word of [
    note({ messageId: 'm' }),
    note({ deadEnd: { key: 'x', step: 'asked' } }),
    note({ text: 'This task had ended (failed).' }),
  ]) {
    expect(met([...times(2, () => ran('ls')), word, ...times(2, () => ran('ls'))])).toEqual([]);
  }
});

const move = fc.oneof(
  fc.constantFrom('ls', 'npm test', 'make', 'sleep 1').map((command) => () => ran(command)),
  fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('A', 'B', 'C'), fc.constantFrom('A', 'B', 'C')).map(
    ([path, before, after]) =>
      () =>
        edited(path, before, after),
  ),
  fc.constant(silence),
  fc.constantFrom('make', 'npm test').map((command) => () => ran(command, 'error: no', 1)),
  fc.constant(() => [note({ messageId: 'm' })]),
  fc.constant((): TranscriptRecord[] => [{ kind: 'cleared', turn: 1, upTo: 1 }]),
);

test('an attempt that begins anywhere sees what the one before it would have seen', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), fc.nat(), (moves, cut) => {
      const records = moves.flatMap((make) => make());
      const whole = watchDeadEnds(THRESHOLDS);
      let last: DeadEnd | null = null;
      for (let end = 1; end <= records.length; end++) last = whole.look(records.slice(0, end));
      const resumed = watchDeadEnds(THRESHOLDS);
      if (records.length > 0) resumed.look(records.slice(0, cut % records.length));
      expect(resumed.look(records)).toEqual(records.length === 0 ? null : last);
      expect(watchDeadEnds(THRESHOLDS).look(records)).toEqual(records.length === 0 ? null : last);
    }),
  );
});

test('work in which every step is new never meets a dead end', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('run', 'edit', 'read', 'fail'), { maxLength: 60 }), (steps) => {
      const records = steps.flatMap((step, index) => {
        if (step === 'edit') return edited('a.ts', `v${index}`, `v${index + 1}`);
        if (step === 'read') return readFile(`f${index}`);
        return ran(`step ${index}`, 'the same', step === 'fail' ? 1 : 0);
      });
      expect(met(records)).toEqual([]);
    }),
  );
});
