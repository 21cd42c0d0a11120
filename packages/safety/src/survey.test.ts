import { expect, test } from '@jest/globals';
import { classify } from './classify.js';
import { survey } from './survey.js';

const FILES: Readonly<Record<string, string>> = {
  '/p/clean.sh': 'cd out && rm -rf cache\n./deep/more.sh',
  '/p/out/deep/more.sh': 'rm last',
  '/p/package.json': JSON.stringify({ scripts: { clean: 'rimraf dist && node tools/clean.js' } }),
  '/p/tools/clean.js': 'require("fs").rmSync("x")',
  '/p/Makefile': 'clean:\n\trm -f *.o\n',
};
const facts = { exists: (path: string) => path in FILES, isTracked: () => false, readScript: (path: string) => FILES[path] ?? null };
const look = (command: string) => survey(command, { cwd: '/p', projectRoot: '/p', facts });
const argvs = (command: string) => look(command).calls.map(({ argv }) => argv.join(' '));

test('every call of a line is met, also behind one that is destructive', () => {
  expect(argvs('rm a && echo hi; sudo rm -rf b | cat')).toEqual(expect.arrayContaining(['rm a', 'echo hi', 'rm -rf b', 'cat']));
});

test('the folder a call is made in is followed', () => {
  expect(look('cd sub && rm a').calls.at(-1)).toEqual({ argv: ['rm', 'a'], folder: '/p/sub' });
});

test.each([
  ['rm a && ./clean.sh', ['/p/clean.sh', '/p/out/deep/more.sh']],
  ['bash clean.sh', ['/p/clean.sh']],
  ['rm x; npm run clean', ['/p/package.json', '/p/tools/clean.js']],
  ['make clean', ['/p/Makefile']],
])('%s names the scripts it reads', (command, scripts) => {
  expect(look(command).scripts).toEqual(expect.arrayContaining(scripts));
});

test('a word that only shows when it runs is unknown', () => {
  expect(look('rm "$(cat list)" a').calls.find(({ argv }) => argv[0] === 'rm')?.argv).toEqual(['rm', null, 'a']);
});

test('nothing is judged, and judging is as before', () => {
  expect(classify('rm a && ./clean.sh', { cwd: '/p', facts })).toMatchObject({ kind: 'destructive', rule: expect.any(String) });
  expect(classify('rm a (', { cwd: '/p', facts }).kind).toBe('unreadable');
});
