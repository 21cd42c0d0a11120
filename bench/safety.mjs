// What judging a line costs: beside parsing it alone, and when the line is twice as long. Ratios of one run, so that a busy machine tells the same.
//
//   npm run build && node bench/safety.mjs          the last line is the figure; ends with 1 when it is missed
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { classify } from '../packages/safety/dist/index.js';
import { BEYOND_PROGRAMS } from '../packages/safety/dist/rules/beyond-programs.js';
import { RULES } from '../packages/safety/dist/rules.js';

const { parse } = createRequire(new URL('../packages/safety/package.json', import.meta.url))('unbash');

const MAX_OVER_PARSE = 50;
const MAX_WHEN_DOUBLED = 2.5;
const ROUNDS = 9;
const MOST_ROUNDS = 60;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** The quickest of several rounds: what the work itself takes, without what else the machine did meanwhile. */
function quickestMs(work, rounds = ROUNDS) {
  let quickest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    work();
    quickest = Math.min(quickest, performance.now() - start);
  }
  return quickest;
}

/** Judges the line once, after everything that earlier rounds left behind is gone. */
function judgeAfresh(line) {
  collect();
  return quickestMs(() => classify(line), 1);
}

const lines = [...RULES, ...BEYOND_PROGRAMS].flatMap(({ asks, runs }) => [...asks, ...runs]);
for (const line of lines) classify(line);
const each = lines.map((line) => ({ line, judged: quickestMs(() => classify(line)), parsed: quickestMs(() => parse(line)) }));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const judgedMs = mean(each.map(({ judged }) => judged));
const parsedMs = mean(each.map(({ parsed }) => parsed));
const overParse = judgedMs / parsedMs;
console.log(
  `${lines.length} lines: judged in ${(judgedMs * 1000).toFixed(1)} µs, parsed in ${(parsedMs * 1000).toFixed(1)} µs on average; ${overParse.toFixed(1)} times`,
);
for (const { line, judged } of each.sort((one, two) => two.judged - one.judged).slice(0, 3))
  console.log(`  ${(judged * 1000).toFixed(0).padStart(5)} µs  ${JSON.stringify(line)}`);

/** Shapes of `count` pieces, each as long as it may be before it is too long to be judged. */
const SHAPES = {
  commands: (count) => 'true; '.repeat(count),
  'and so on': (count) => `${'true && '.repeat(count)}true`,
  pipe: (count) => `${'cat | '.repeat(count)}cat`,
  words: (count) => `echo ${'word '.repeat(count)}`,
  'one word': (count) => `echo ${'word'.repeat(count)}`,
  'quoted word': (count) => `echo "${'a $x '.repeat(count)}"`,
  substitutions: (count) => `echo ${'$(true) '.repeat(count)}`,
  assignments: (count) => Array.from({ length: count }, (_, at) => `v${at}=a; `).join(''),
  'branches that assign': (count) => Array.from({ length: count }, (_, at) => `if a; then v${at % 9}=${at}; fi; `).join(''),
  'names with values': (count) => 'for v in ls pwd; do $v; done; '.repeat(count),
  functions: (count) => Array.from({ length: count }, (_, at) => `f${at}() { ls; }; f${at}; `).join(''),
  heredoc: (count) => `cat <<E\n${'line $x\n'.repeat(count)}E\n`,
  wrappers: (count) => `${'env '.repeat(count)}ls`,
  options: (count) => `git push ${'--quiet '.repeat(count)}`,
  'unknown program': (count) => `tool ${'git rm '.repeat(count)}`,
  'program text': (count) => `python3 -c '${'print("a") # rm\n'.repeat(count)}'`,
  statements: (count) => `psql -c '${'SELECT 1 -- drop\n;'.repeat(count)}'`,
  newlines: (count) => '\n'.repeat(count),
  spaces: (count) => `ls ${' '.repeat(count)} a`,
  globs: (count) => `ls ${'*.[a-z]? '.repeat(count)}`,
  redirects: (count) => `ls ${'> a '.repeat(count)}`,
};
const LONGEST = 60_000;
/** Below this the clock decides, not the work. */
const LEAST_MS = 2;

console.log('\ntwice the input costs');
const doubled = Object.entries(SHAPES).map(([name, shape]) => {
  const count = Math.floor((2_000 * LONGEST) / shape(4_000).length);
  const [half, whole] = [shape(count), shape(2 * count)];
  let [halfMs, wholeMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const ratioNow = () => wholeMs / Math.max(halfMs, LEAST_MS);
  // A busy machine needs more rounds until both were left alone once.
  for (let round = 0; round < ROUNDS || (round < MOST_ROUNDS && ratioNow() > MAX_WHEN_DOUBLED); round++) {
    halfMs = Math.min(halfMs, judgeAfresh(half));
    wholeMs = Math.min(wholeMs, judgeAfresh(whole));
  }
  const ratio = ratioNow();
  console.log(
    `  ${ratio.toFixed(2).padStart(5)} times  ${name.padEnd(22)} ${halfMs.toFixed(1).padStart(7)} ms → ${wholeMs.toFixed(1)} ms (${classify(whole).kind})`,
  );
  return ratio;
});
const worst = Math.max(...doubled);

const missed = overParse > MAX_OVER_PARSE || worst > MAX_WHEN_DOUBLED;
process.exitCode = missed ? 1 : 0;
console.log(
  `\n${overParse.toFixed(1)} × the bare parse (at most ${MAX_OVER_PARSE}); doubled input ${worst.toFixed(2)} × (at most ${MAX_WHEN_DOUBLED})${missed ? '; missed' : ''}`,
);
