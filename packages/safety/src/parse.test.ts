import { expect, test } from '@jest/globals';
import { parse } from './parse.js';
import type { Chunk, Node, Redirect, Script, Word } from './syntax.js';

/** The first words of every command bash would run, nested ones included, with quotes gone; `?` where a name is not constant. */
function names(script: Script): string[] {
  return script.nodes.flatMap(inNode);
}

const constant = (word: Word): string =>
  word.chunks.every((chunk) => chunk.kind === 'text')
    ? word.chunks.map((chunk) => (chunk.kind === 'text' ? chunk.value : '')).join('')
    : '?';

function inNode(node: Node): string[] {
  switch (node.kind) {
    case 'command': {
      const [name, ...rest] = node.words;
      const assigned = node.assigns.flatMap((each) => [
        ...('chunks' in each.value ? [each.value] : each.value),
        ...(each.index ? [each.index] : []),
      ]);
      return [
        ...(name ? [constant(name), ...inWord(name)] : []),
        ...rest.flatMap(inWord),
        ...assigned.flatMap(inWord),
        ...node.redirects.flatMap(inRedirect),
      ];
    }
    case 'pipeline':
      return node.stages.flatMap(inNode);
    case 'list':
      return node.nodes.flatMap(inNode);
    case 'maybe':
    case 'subshell':
      return inNode(node.node);
    case 'for':
      return [...node.words.flatMap(inWord), ...inNode(node.body)];
    case 'function':
      return inNode(node.body);
    case 'redirected':
      return [...inNode(node.node), ...node.redirects.flatMap(inRedirect)];
    case 'expanded':
      return node.words.flatMap(inWord);
  }
}

const inRedirect = (redirect: Redirect): string[] => inWord(redirect.kind === 'text' ? redirect.word : redirect.target);
const inWord = (word: Word): string[] => word.chunks.flatMap(inChunk);

function inChunk(chunk: Chunk): string[] {
  switch (chunk.kind) {
    case 'text':
      return [];
    case 'glob':
    case 'braces':
      return chunk.scripts.flatMap(names);
    case 'parameter':
      return [...chunk.operands.flatMap(inWord), ...(chunk.index ? inWord(chunk.index) : [])];
    case 'output':
    case 'stream':
      return names(chunk.script);
    case 'number':
      return [...chunk.scripts.flatMap(names), ...chunk.words.flatMap(inWord)];
  }
}

test.each<[string, string[]]>([
  ['w\'\'ipe a; "se"nd b; g\\o c', ['wipe', 'send', 'go']],
  ['$\'\\x67\\157\' now; $"plain"', ['go', 'plain']],
  ['first&&second||third&fourth\nfifth # sixth', ['first', 'second', 'third', 'fourth', 'fifth']],
  ['one |& two | three', ['one', 'two', 'three']],
  ['a "$(b `c`)" \x24{d:-$(e)} $(( $(f) + 1 ))', ['a', 'b', 'c', 'e', 'f']],
  ['diff <(left) >(right)', ['diff', 'left', 'right']],
  ['cat <<X <<"Y"\n$(run)\nX\n$(text)\nY', ['cat', 'run']],
  ['feed <<< "$(made)"', ['feed', 'made']],
  ['take <<-X\n\t`inner`\n\tX', ['take', 'inner']],
  ['if a; then b; elif c; then d; else e; fi', ['a', 'b', 'c', 'd', 'e']],
  ['while a; do b; done; until c; do d; done', ['a', 'b', 'c', 'd']],
  ['for x in $(list); do use $x; done', ['list', 'use']],
  ['for ((i=$(zero); i<3; i++)); do step; done', ['zero', 'step']],
  ['case $(which) in $(pattern)) one;; *) two;& esac', ['which', 'pattern', 'one', 'two']],
  ['f() { inside; }; function g { too; }', ['inside', 'too']],
  ['( sub; { group; } ) > "$(where)"', ['sub', 'group', 'where']],
  ['[[ -n $(a) && ( $(b) == x || ! -f $(c) ) ]]', ['a', 'b', 'c']],
  ["[[ -v 'arr[$(hidden)]' ]]", [':', 'hidden']],
  ['(( x + $(sum) ))', ['sum']],
  ['A=$(one) B=([0]=$(two) $(three)) cmd', ['cmd', 'one', 'two', 'three']],
  ['arr[$(at)]=1', ['at']],
  ['export A=$(value)', ['export', 'value']],
  ['time -p ! slow; coproc side { work; }', ['slow', 'work']],
  ['ls [$(bracket)]* !(a|$(ext))', ['ls', 'bracket', 'ext']],
  ['$dyn x; $(made) y; {a,b}', ['?', '?', 'made', '?']],
  ['new\\\nline \\\n and', ['newline']],
  ['>out 2>&1 late <in', ['late']],
  ['echo if then fi; after', ['echo', 'after']],
  ['echo \x24{ inner; }', ['echo', 'inner']],
  ['', []],
  ['# only words', []],
])('bash would run these: %j', (source, expected) => {
  const script = parse(source);
  expect(script.broken).toBeNull();
  expect(names(script).sort()).toEqual([...expected].sort());
});

test.each([
  'echo "open',
  "echo 'open",
  'echo $(open',
  '( open',
  '{ open',
  'if a; then b',
  'a ;; b',
  'a && ',
  '| a',
  'echo ${open',
  'for x in',
  'a ) b',
  'echo `open',
])('what bash refuses is called broken: %s', (source) => {
  const script = parse(source);
  const inner = script.nodes.flatMap((node) => (node.kind === 'command' ? node.words.flatMap((word) => word.chunks) : []));
  const nested = inner.map((chunk) => (chunk.kind === 'output' ? chunk.script.broken : null));
  expect([script.broken, ...nested].some((broken) => broken !== null)).toBe(true);
});

test('a heredoc keeps its text, without the tabs that <<- takes away', () => {
  const [node] = parse('cat <<-X\n\tone\n\t\ttwo\n\tX').nodes;
  expect(node).toMatchObject({ kind: 'command', redirects: [{ kind: 'text', word: { chunks: [{ kind: 'text', value: 'one\ntwo\n' }] } }] });
});

test('quoted words carry their value, and the command its source', () => {
  const [node] = parse(`say 'a b'"c"\\ d  "x $y"`).nodes;
  expect(node).toMatchObject({
    kind: 'command',
    text: `say 'a b'"c"\\ d  "x $y"`,
    words: [
      { text: 'say' },
      { text: `'a b'"c"\\ d` },
      {
        chunks: [
          { kind: 'text', value: 'x ' },
          { kind: 'parameter', name: 'y', quoted: true },
        ],
      },
    ],
  });
});
