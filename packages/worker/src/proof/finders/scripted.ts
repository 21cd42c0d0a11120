// The checks of Ruby and PHP projects.
import { type Finder, type FoundCheck, unless } from '../check.js';
import { missing } from '../folder.js';
import { readScript } from '../test-script.js';

export const ruby: Finder = async (folder) => {
  const { names } = folder;
  const lock = await folder.read('Gemfile.lock');
  const bundled = (gem: string): boolean => new RegExp(`^\\s+${gem} \\(`, 'm').test(lock) && missing('bundle') === null;
  const start = (gem: string): string => (bundled(gem) ? 'bundle exec ' : '');
  const absent = (gem: string, program = gem) => unless(missing('ruby') ?? (bundled(gem) ? null : missing(program)));
  const checks: FoundCheck[] = [];
  if ((await folder.files(/(^|\/)spec\/.+_spec\.rb$/)).length > 0) {
    checks.push({ kind: 'test', command: `${start('rspec')}rspec`, runner: 'rspec', ...absent('rspec') });
  }
  const tests = await folder.files(/(^|\/)([^/]+_test|test_(?!helper)[^/]+)\.rb$/);
  if (tests.length > 0) {
    const isTask =
      names.has('Rakefile') &&
      /\bTestTask\b|\btask\s+:?test\b/.test(await folder.read('Rakefile')) &&
      (bundled('rake') || missing('rake') === null);
    const all = `Dir["**/{*_test,test_*}.rb"].reject { |f| f.start_with?("vendor/") || f.end_with?("test_helper.rb") }.each { |f| require "./#{f}" }`;
    const command = isTask ? `${start('rake')}rake test` : `${start('minitest')}ruby -I. -Ilib -Itest -e '${all}'`;
    checks.push({ kind: 'test', command, runner: 'minitest', ...unless(missing('ruby')) });
  }
  if (names.has('.rubocop.yml')) checks.push({ kind: 'lint', command: `${start('rubocop')}rubocop`, ...absent('rubocop') });
  return checks;
};

export const php: Finder = async (folder) => {
  const { names } = folder;
  const scripts = composerScripts(await folder.read('composer.json'));
  const checks: FoundCheck[] = [];
  const own = async (program: string) => ((await folder.holds(`vendor/bin/${program}`)) ? `vendor/bin/${program}` : null);
  const [pest, phpunit] = await Promise.all([own('pest'), own('phpunit')]);
  const isConfigured = ['phpunit.xml', 'phpunit.xml.dist', 'phpunit.dist.xml'].some((name) => names.has(name));
  if (scripts.test !== undefined && missing('composer') === null) {
    const { runner, flaw } = readScript(scripts.test, scripts);
    checks.push({ kind: 'test', command: 'composer test', runner, ...(flaw === null ? {} : { flaw }) });
  } else if (pest !== null) checks.push({ kind: 'test', command: pest, runner: 'pest', ...unless(missing('php')) });
  else if (isConfigured || (await folder.files(/Test\.php$/)).length > 0) {
    const where = isConfigured ? '' : names.has('tests') ? ' tests' : ' .';
    checks.push({
      kind: 'test',
      command: `${phpunit ?? 'phpunit'}${where}`,
      runner: 'phpunit',
      ...unless(missing('php') ?? (phpunit === null ? missing('phpunit') : null)),
    });
  }
  const tools: readonly [FoundCheck['kind'], string, string, RegExp][] = [
    ['lint', 'phpstan', 'analyse --no-progress', /^phpstan\.(neon|neon\.dist)$/],
    ['format', 'php-cs-fixer', 'fix --dry-run', /^\.php-cs-fixer(\.dist)?\.php$/],
  ];
  for (const [kind, program, words, config] of tools) {
    if (![...names].some((name) => config.test(name))) continue;
    const local = await own(program);
    const isFormatter = kind === 'format' ? { isFormatter: true } : {};
    checks.push({ kind, command: `${local ?? program} ${words}`, ...isFormatter, ...unless(local === null ? missing(program) : null) });
  }
  return checks;
};

function composerScripts(text: string): Readonly<Record<string, string | undefined>> {
  try {
    const { scripts } = JSON.parse(text) as { scripts?: unknown };
    if (typeof scripts !== 'object' || scripts === null) return {};
    return Object.fromEntries(
      Object.entries(scripts).flatMap(([name, value]): [string, string][] => {
        const lines = (Array.isArray(value) ? value : [value]).filter((line) => typeof line === 'string');
        return [[name, lines.map((line) => line.replace(/^@(?=\w)/, 'composer ')).join(' && ')]];
      }),
    );
  } catch {
    return {};
  }
}
