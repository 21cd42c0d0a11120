// Lines of bash in which every branch is taken and every program is a stub that only tells its name.
import fc from 'fast-check';

/** Stubs that succeed, and one that fails. */
export const STUBS = ['stub1', 'stub2', 'stub3', 'stub4'] as const;
export const FAILING = 'stub0';

export const isStub = (name: string): boolean => name === FAILING || STUBS.some((each) => each === name);

const single = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const hex = (text: string): string => `$'${[...text].map((char) => `\\x${char.charCodeAt(0).toString(16)}`).join('')}'`;

const stub = fc.constantFrom(...STUBS);

/** Spellings of a name that leave nothing behind; the first part of each goes in front of the whole line. */
const NAMES: readonly ((name: string) => readonly [before: string, name: string])[] = [
  (name) => ['', name],
  (name) => ['', name],
  (name) => ['', `'${name}'`],
  (name) => ['', `"${name}"`],
  (name) => ['', `\\${name}`],
  (name) => ['', `${name.slice(0, 2)}''${name.slice(2)}`],
  (name) => ['', hex(name)],
  (name) => ['', `$(echo ${name})`],
  (name) => ['', `\`printf ${name}\``],
  (name) => ['', `{${name},word}`],
  (name) => [`v${name}=${name}; `, `$v${name}`],
  (name) => [`x${name}=x${name}; `, `"\${x${name}#x}"`],
  (name) => [`a${name}=(no ${name} word); `, `"\${a${name}[1]}"`],
  (name) => [`set -- ${name} word; `, '"$@"'],
  (name) => ['', `\${nothing:-${name}}`],
];

/** Words that start a program in a process of its own, or past functions. */
const STARTERS = ['command', 'env', 'env A=1', 'nice', 'timeout 60', 'command command'];

/** Words of a call; `inner` is a line, `tag` tells the heredocs of one depth from those of another. */
const ARGUMENTS: readonly ((inner: string, tag: string) => string)[] = [
  () => 'word',
  () => "'stub1; stub2'",
  () => '"$HOME stub1"',
  () => '*.none',
  () => '# stub1',
  (inner) => `"$(${inner}\n)"`,
  (inner) => `$(${inner}\n)`,
  (inner) => `"\${nothing:-$(${inner}\n)}"`,
  (inner) => `\${nothing-$(${inner}\n)}`,
  (inner, tag) => `<<${tag}\n$(${inner}\n)\n${tag}\n`,
  (inner, tag) => `<<'${tag}'\n$(${inner}\n)\n${tag}\n`,
  (inner) => `<<< "$(${inner}\n)"`,
  (inner) => `> "/dev/null$(${inner}\n)"`,
];

const call = (inner: fc.Arbitrary<string>, tag: string): fc.Arbitrary<string> =>
  fc.tuple(stub, fc.nat({ max: 59 }), fc.nat({ max: 35 }), fc.nat({ max: 59 }), inner).map(([name, naming, argument, starter, line]) => {
    const [before, spelled] = NAMES[naming % NAMES.length]?.(name) ?? ['', name];
    return `${before}${starter < STARTERS.length ? `${STARTERS[starter]} ` : ''}${spelled} ${ARGUMENTS[argument]?.(line, tag) ?? ''}`;
  });

/** Lines around two lines. */
const AROUND: readonly ((one: string, two: string) => string)[] = [
  (one, two) => `${one}\n${two}`,
  (one, two) => `{ ${one}\n} && ${two}`,
  (one, two) => `( ${one}\n); ${two}`,
  (one, two) => `{ ${one}\n${FAILING}; } || ${two}`,
  (one, two) => `! { ${one}\n${FAILING}; }; ${two}`,
  (one, two) => `{ ${one}\n} | { ${two}\n}`,
  (one, two) => `{ ${one}\n} |& { ${two}\n}`,
  (one, two) => `if ${one}\nthen ${two}\nfi`,
  (one, two) => `if ${one}\n${FAILING}; then :; elif :; then ${two}\nfi`,
  (one, two) => `if ${one}\n${FAILING}; then :; else ${two}\nfi`,
  (one, two) => `for each in once; do ${one}\n${two}\ndone`,
  (one, two) => `until ${one}\n${FAILING}; do ${two}\nbreak; done`,
  (one, two) => `while ${one}\n:; do ${two}\nbreak; done`,
  (one, two) => `case word in other) ;; w*) ${one}\n${two}\n;; esac`,
  (one, two) => `f() { ${one}\n}; f; ${two}`,
  (one, two) => `f() { "$@"; }; f stub1 word; ${one}\n${two}`,
  (one, two) => `[[ -z $(${one}\n) ]]; ${two}`,
  (one, two) => `x=$(${one}\n); ${two}`,
  (one, two) => `x=(a $(${one}\n)); ${two}`,
  (one, two) => `export y="$(${one}\n)"; ${two}`,
  (one, two) => `cat <(${one}\n); ${two}`,
  (one, two) => `eval ${single(one)}; ${two}`,
  (one, two) => `z=${single(one)}; eval "$z"; ${two}`,
  (one, two) => `bash -c ${single(one)}; ${two}`,
  (one, two) => `echo ${single(one)} | bash; ${two}`,
  (one, two) => `bash <<< ${single(one)}; ${two}`,
  (one, two) => `bash -c ${single('"$@"')} name stub2 word; ${one}\n${two}`,
  (one, two) => `source /dev/stdin <<< ${single(one)}; ${two}`,
  (one, two) => `( trap ${single(one)} EXIT; ${two}\n)`,
  (one, two) => `( exec stub3 word ); ${one}\n${two}`,
  (one, two) => `echo a | xargs stub4; ${one}\n${two}`,
  (one, two) => `for each in stub1 stub2; do $each word; done; ${one}\n${two}`,
  (one, two) => `${one} # stub1\n${two}`,
  (one, two) => `: 'stub1; stub2' "stub3"; echo stub4 >/dev/null; ${one}\n${two}`,
  (one, two) => `{ ${one}\n} & wait; ${two}`,
];

/** `depth` bounds how deep lines stand in lines. */
export function stubLine(depth: number): fc.Arbitrary<string> {
  const leaf = call(fc.constant('stub3 word'), 'E');
  if (depth === 0) return leaf;
  const inner = stubLine(depth - 1);
  const nested = fc.tuple(fc.nat({ max: AROUND.length - 1 }), inner, inner).map(([around, one, two]) => AROUND[around]?.(one, two) ?? one);
  return fc.oneof(call(inner, `E${depth}`), nested, nested);
}
