// The checks a Makefile names, where no language's own runner is known: then it only calls that.
import { type Finder, unless } from '../check.js';
import { missing } from '../folder.js';
import { makeTarget } from '../makefile.js';
import { readScript } from '../test-script.js';

const KNOWN = ['package.json', 'go.mod', 'Cargo.toml', 'pom.xml', 'build.gradle', 'composer.json', 'Gemfile'];
const LANGUAGE_TESTS = /(^|\/)(test_.+|.+_test|tests)\.py$|_(test|spec)\.rb$|Test\.php$/;

export const make: Finder = async (folder) => {
  const name = ['GNUmakefile', 'makefile', 'Makefile'].find((each) => folder.names.has(each));
  if (name === undefined || KNOWN.some((each) => folder.names.has(each)) || (await folder.files(LANGUAGE_TESTS)).length > 0) return [];
  const text = await folder.read(name);
  const target = ['test', 'check', 'tests'].find((each) => makeTarget(text, each) !== null);
  if (target === undefined) return [];
  const { script, ignores } = makeTarget(text, target) ?? { script: '', ignores: false };
  const { runner, flaw } = readScript(script);
  const why = ignores
    ? 'its Makefile ignores what fails'
    : /(^|\s)-D\s*NDEBUG\b/.test(text)
      ? 'its asserts are compiled out by -DNDEBUG'
      : flaw;
  return [{ kind: 'test', command: `make ${target}`, runner, ...(why === null ? {} : { flaw: why }), ...unless(missing('make')) }];
};
