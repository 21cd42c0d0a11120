import { expect, test } from '@jest/globals';
import { classify } from './classify.js';

const kind = (command: string): string => classify(command).kind;

test.each([
  '$TOOL x',
  '$(cat name) x',
  'eval "$LINE"',
  'cat script.sh | sh',
  'xargs -I{} sh -c {}',
  '"$(tool)/$NAME" x',
  'b?sh x',
  'python -c "exec(__import__(\'base64\').b64decode(x))"',
])('a command only known when it runs is unreadable: %s', (command) => {
  expect(kind(command)).toBe('unreadable');
});

test.each([
  'rm "x',
  "echo 'a",
  'echo $(',
  '( ls',
  'if a; then',
  'ls ;; ls',
  'cat <(ls',
  'a && ',
  'echo `ls',
  'echo \x24{x',
  '$(',
  "sh -c 'echo \"'",
])('what bash cannot read, nobody approves unread: %s', (command) => {
  expect(kind(command)).toBe('unreadable');
});

test('the part that could not be read is shown', () => {
  expect(classify('ls; echo "open').part).toBe('ls; echo "open');
  expect(classify('echo hi; $TOOL --x').part).toBe('$TOOL --x');
});

const times = (text: string, count: number): string => text.repeat(count);

test.each<[string, string]>([
  ['20,000 open substitutions', times('$(', 20_000)],
  ['a pipe of 100 KB', `${times('cat | ', 17_000)}rm x`],
  ['a pipe just short enough to be read', `${times('cat|', 15_000)}rm x`],
  ['20,000 env', `${times('env ', 20_000)}rm x`],
  ['as many env as are read', `${times('env ', 15_000)}rm x`],
  ['doubling variables', `a=xxxxxxxx; ${times('a=$a$a; ', 40)}$a`],
  ['braces by braces', `${times('{a,b}', 5_000)} x`],
  ['calls by calls', `${Array.from({ length: 40 }, (_, at) => `f${at}() { f${at + 1}; f${at + 1}; }`).join('; ')}; f0; rm x`],
  ['values by values', `${times('for i in 1 2 3 4 5 6 7 8; do ', 20)} $i; ${times('done; ', 20)} rm x`],
  ['2,000 nested groups', `${times('{ ', 2_000)}rm x; ${times('}; ', 2_000)}`],
])('%s is answered, and asks', (_, command) => {
  expect(kind(command)).not.toBe('safe');
});
