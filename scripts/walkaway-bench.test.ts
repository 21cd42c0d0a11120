// The walk-away bench itself takes minutes and runs by hand; that its judgement can fail, and that nobody is measured by halves, is tested here.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';

const WALKAWAY = join(import.meta.dirname, '../bench/walkaway');

/** What an expression over one of the bench's modules comes to. */
function evaluated(file: string, expression: string): unknown {
  const code = `import * as bench from ${JSON.stringify(pathToFileURL(join(WALKAWAY, file)).href)}; console.log(JSON.stringify(${expression}));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' }));
}

test('a step that is missing in the ledger is lost, one that is there again was done twice, and lines of others do not count', () => {
  const lines = ['k 1', 'k 2', 'other 3', 'k 2', 'k 4'];
  expect(evaluated('judge.mjs', `bench.judgeLedger(${JSON.stringify(lines)}, 'k', 4)`)).toEqual({ lost: 1, twice: 1 });
});

test('notifications are lost, repeated or reordered; one that comes again under its own id is none of these', () => {
  const told = (steps: number[], ends = 1) => [
    ...steps.map((step, at) => ({ id: `m${at}`, text: `ok: step ${step} of k is done`, isEnd: false })),
    ...Array.from({ length: ends }, (_, at) => ({ id: `end${at}`, text: 'over', isEnd: true })),
  ];
  const again = { id: 'm0', text: 'ok: step 1 of k is done', isEnd: false };
  const rounds = [[...told([1, 2, 3]), again], told([1, 3, 1, 10], 2), told([1, 2, 3], 0)];
  expect(evaluated('judge.mjs', `${JSON.stringify(rounds)}.map((told) => bench.judgeTold(told, 'k', 3))`)).toEqual([
    { lost: 0, repeated: 0, reordered: 0, redelivered: 1 },
    { lost: 1, repeated: 2, reordered: 1, redelivered: 0 },
    { lost: 1, repeated: 0, reordered: 0, redelivered: 0 },
  ]);
});

test('an undo is judged by what it put back and by what it spoiled', () => {
  const [before, worked, undone] = [
    [
      ['a', '1'],
      ['b', '1'],
      ['own', '1'],
    ],
    [
      ['a', '2'],
      ['new', '1'],
      ['own', '1'],
    ],
    [
      ['a', '1'],
      ['new', '1'],
      ['own', '2'],
    ],
  ].map((entries) => `new Map(${JSON.stringify(entries)})`);
  expect(evaluated('judge.mjs', `bench.judgeUndo(${before}, ${worked}, ${undone})`)).toEqual({
    changed: 3,
    back: 1,
    spoiled: 1,
    notBack: ['b', 'new'],
  });
});

test('the scripted model looks before it repeats what has no result, and repeats only what is missing', () => {
  const steps = [{ shell: 'one', shows: 'one is done', look: 'look' }, { shell: 'two' }];
  const seen = [[], ['interrupted'], ['interrupted', 'it is missing'], ['interrupted', 'it is there'], ['one is done', 'anything']];
  expect(
    evaluated('next-wish.mjs', `${JSON.stringify(seen)}.map((results) => bench.nextOf(${JSON.stringify(steps)}, results)?.shell ?? null)`),
  ).toEqual(['one', 'look', 'one', 'two', null]);
});

test('a verb is there or says why not; what is neither is named', () => {
  const contestant = `{ ...Object.fromEntries(bench.VERBS.map((verb) => [verb, () => {}])), undo: bench.notApplicable('none'), cancel: undefined, told: {} }`;
  expect(evaluated('interface.mjs', `bench.missingVerbs(${contestant})`)).toEqual(['cancel', 'told']);
});

test('a cell says what came, what never came, what failed and what is not applicable', () => {
  const cells: [string, object, string][] = [
    ['ms', { values: [1, null, 4, 10], failures: [] }, '4 (1 never), n=4'],
    ['ms', { values: [null], failures: [] }, 'never, n=1'],
    ['share', { values: [[1, 6]], failures: ['late'] }, '1 of 6, n=1; failed 1 ×'],
    ['words', { values: ['waits', 'ends', 'waits'], failures: [] }, 'waits (2); ends (1), n=3'],
    ['counts', { notApplicable: 'sends none' }, 'n/a (sends none)'],
  ];
  expect(evaluated('table.mjs', `${JSON.stringify(cells)}.map(([kind, outcome]) => bench.cellOf({ kind }, outcome))`)).toEqual(
    cells.map(([, , said]) => said),
  );
});

test.each(['claude-code', 'opencode', 'pi'])('without a folder of peers %s is not installed, and nothing is started', (name) => {
  expect(evaluated(`contestants/${name}.mjs`, "await bench.open({ base: '/nowhere', url: '', folder: null })")).toBeNull();
});
