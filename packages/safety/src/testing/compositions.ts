// Command lines wrapped, quoted and nested in every way the classifier says it sees through.
import fc from 'fast-check';

export type Words = readonly [string, ...string[]];

const single = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const ansi = (text: string): string => `$'${[...text].map((char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')}'`;
const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

/** Spellings of one word that are the same word to bash. */
const SPELLINGS: readonly ((word: string) => string)[] = [
  single,
  single,
  (word) => (/^[\w./-]+$/.test(word) ? word : single(word)),
  (word) => `${single(word.slice(0, 1))}${single(word.slice(1))}`,
  (word) => `"${word.replace(/[\\"$`]/g, '\\$&')}"`,
  (word) => (/^[\w./-]+$/.test(word) ? `\\${word.slice(0, 1)}''${word.slice(1)}` : single(word)),
  ansi,
];

/** Ways to name a program. */
const NAMINGS: readonly ((name: string) => { readonly before: string; readonly name: string })[] = [
  (name) => ({ before: '', name }),
  (name) => ({ before: '', name: `/usr/bin/${name}` }),
  (name) => ({ before: `c=${name}; `, name: '$c' }),
  (name) => ({ before: `c=x${name}; `, name: `"\${c#x}"` }),
  (name) => ({ before: `c=(no ${name}); `, name: `"\${c[1]}"` }),
  (name) => ({ before: '', name: `$(echo ${name})` }),
  (name) => ({ before: '', name: `\`printf ${ansi(name)}\`` }),
  (name) => ({ before: '', name: `\${UNSET_:-${name}}` }),
  ...SPELLINGS.map((spell) => (name: string) => ({ before: '', name: spell(name) })),
];

/** Words that start what follows them. */
const STARTERS = [
  'command',
  'env',
  'env -i A=1',
  'env -u HOME --',
  'nohup',
  'nice -n 5',
  'timeout 5',
  'timeout -k 1 --signal=KILL 5s',
  'stdbuf -oL',
  'setsid -w',
  'exec',
  'exec -a x',
  'time',
  'ionice -c 3',
  'taskset 1',
  'xargs -0 -n 1',
  'find . -exec',
  'chronic',
  'busybox',
  'npx --yes',
  'uv run',
  'poetry run',
  'docker run --rm -w /app alpine',
  'docker compose exec -T web',
  'kubectl exec -n prod web --',
  'strace -f -o out',
  'unheard-of -- command',
];

/** Lines around lines. `tag` is unique, for the ends of heredocs and the names of functions. */
const NESTINGS: readonly ((line: string, tag: string) => string)[] = [
  (line) => `(\n${line}\n)`,
  (line) => `{\n${line}\n}`,
  (line) => `echo one; ${line}`,
  (line) => `true && {\n${line}\n} || false`,
  (line) => `{\n${line}\n} > /dev/null 2>&1 &`,
  (line) => `ls | {\n${line}\n} | cat`,
  (line) => `if test -f a; then\n${line}\nelse\n:\nfi`,
  (line) => `if\n${line}\nthen :; fi`,
  (line) => `while\n${line}\ndo break; done`,
  (line) => `for each in a b; do\n${line}\ndone`,
  (line) => `case $x in a) ;; *)\n${line}\n;; esac`,
  (line, tag) => `f${tag}() {\n${line}\n}; f${tag}`,
  (line, tag) => `f${tag}() {\n${line}\n}`,
  (line) => `echo "$(\n${line}\n)"`,
  (line) => `x="\${y:-$(\n${line}\n)}"`,
  (line) => `[[ -n $(\n${line}\n) ]]`,
  (line) => `cat <(\n${line}\n)`,
  (line, tag) => `cat <<E${tag}\n$(\n${line}\n)\nE${tag}\n`,
  (line, tag) => `bash <<'E${tag}'\n${line}\nE${tag}\n`,
  (line) => `sh -c ${single(line)}`,
  (line) => `bash -euxc ${single(line)} name a`,
  (line) => `eval ${single(line)}`,
  (line) => `trap ${single(line)} EXIT`,
  (line) => `bash <<< ${single(line)}`,
  (line) => `printf '%s\\n' ${single(line)} | sh`,
  (line) => `x=${single(line)}; eval "$x"`,
  (line) => `x=${single(line)}; sh -c "$x"`,
  (line) => `source <(printf %s ${single(line)})`,
  (line) => `. /dev/stdin <<< ${single(line)}`,
  (line) => `echo ${base64(line)} | base64 -d | bash`,
  (line) => `eval "$(base64 --decode <<< ${base64(line)})"`,
  (line) => `find . -name x -exec sh -c ${single(line)} _ {} +`,
  (line) => `xargs -I@@ sh -c ${single(line)}`,
  (line) => `ssh -p 22 host ${single(line)}`,
  (line) => `watch -n 2 ${single(line)}`,
  (line) => `env -S ${single(`sh -c ${single(line)}`)}`,
  (line) => `git -c core.pager=${single(line)} log`,
  (line) => `printf %s ${single(line)} > /tmp/s.sh; sh /tmp/s.sh`,
];

const pick = <T>(all: readonly T[], at: number): T => {
  const found = all[at % all.length];
  if (found === undefined) throw new RangeError('nothing to pick from');
  return found;
};

/** Any composition of the above around one of the commands. */
export const compositionOf = (commands: readonly Words[], depth: number): fc.Arbitrary<string> =>
  fc
    .array(fc.nat({ max: 9_999 }), { minLength: 4, maxLength: 4 + depth })
    .map(([command = 0, naming = 0, spelling = 0, starting = 0, ...nestings]) => {
      const [program, ...args] = pick(commands, command);
      const { before, name } = pick(NAMINGS, naming)(program);
      const words = [name, ...args.map((word, at) => pick(SPELLINGS, spelling + at)(word))];
      const starter = starting % 2 === 0 ? '' : pick(STARTERS, starting >> 1);
      const started = [starter, ...words, starter.startsWith('find') ? '\\;' : ''].filter((word) => word !== '').join(' ');
      return nestings.reduce((inner, nesting, at) => pick(NESTINGS, nesting)(inner, `${at}`), before + started);
    });
