// The checks of a Python project: pytest or unittest, and the tools its settings name.
import { type CheckKind, type Finder, type FoundCheck, unless } from '../check.js';
import { type Folder, missing } from '../folder.js';

const PYTHON_TEST = /(^|\/)(test_.+|.+_test|tests)\.py$/;

export const python: Finder = async (folder) => {
  const [start, tools] = await Promise.all([interpreterOf(folder), toolsOf(folder)]);
  return [...(await testsOf(folder, start)), ...tools.map((tool) => toCheck(tool, start))];
};

type Start = { python: string /** Before a program's name. */; program: string; missing: string | null };

async function interpreterOf(folder: Folder): Promise<Start> {
  for (const own of ['.venv', 'venv']) {
    if (await folder.holds(`${own}/bin/python`)) return { python: `${own}/bin/python`, program: `${own}/bin/`, missing: null };
  }
  if (folder.names.has('uv.lock') && missing('uv') === null) return { python: 'uv run python', program: 'uv run ', missing: null };
  if (folder.names.has('poetry.lock') && missing('poetry') === null)
    return { python: 'poetry run python', program: 'poetry run ', missing: null };
  return { python: 'python3', program: '', missing: missing('python3') };
}

/** Tests written for unittest run without pytest; below the root only pytest finds them whatever the layout, so it is used where it is installed. */
async function testsOf(folder: Folder, { python: run, missing: absent }: Start): Promise<FoundCheck[]> {
  const files = await folder.files(PYTHON_TEST);
  if (files.length === 0) return [];
  const texts = await Promise.all(files.map((file) => folder.read(file)));
  const test = (command: string, runner?: 'pytest' | 'unittest'): FoundCheck => ({
    kind: 'test',
    command,
    ...(runner === undefined ? {} : { runner }),
    ...unless(absent),
  });
  const isConfigured =
    folder.names.has('pytest.ini') || folder.names.has('conftest.py') || /^\[tool\.pytest/m.test(await folder.read('pyproject.toml'));
  if (isConfigured || texts.some((text) => /^\s*(import pytest|from pytest)|^(async )?def test_/m.test(text)))
    return [test(`${run} -m pytest -q`, 'pytest')];
  if (files.every((file) => !file.includes('/'))) return [test(`${run} -m unittest`, 'unittest')];
  return [test(`if ${run} -c "import pytest" 2>/dev/null; then ${run} -m pytest -q; else ${run} -m unittest discover; fi`)];
}

type Tool = { kind: CheckKind; program: string; words: string; isFormatter?: boolean };

async function toolsOf({ names, read }: Folder): Promise<Tool[]> {
  const [project, setup] = await Promise.all([read('pyproject.toml'), read('setup.cfg')]);
  const section = (name: string): boolean => new RegExp(`^\\[tool\\.${name}[\\].]`, 'm').test(project);
  const isRuff = names.has('ruff.toml') || names.has('.ruff.toml') || section('ruff');
  const tools: (Tool | false)[] = [
    isRuff && { kind: 'lint', program: 'ruff', words: 'check .' },
    (section('ruff\\.format') || /^\[format\]/m.test(`${await read('ruff.toml')}\n${await read('.ruff.toml')}`)) && {
      kind: 'format',
      program: 'ruff',
      words: 'format --check .',
      isFormatter: true,
    },
    section('black') && { kind: 'format', program: 'black', words: '--check -q .', isFormatter: true },
    (names.has('.flake8') || /^\[flake8\]/m.test(setup)) && { kind: 'lint', program: 'flake8', words: '.' },
    (names.has('mypy.ini') || names.has('.mypy.ini') || section('mypy') || /^\[mypy\]/m.test(setup)) && {
      kind: 'typecheck',
      program: 'mypy',
      words: '.',
    },
  ];
  return tools.filter((tool) => tool !== false);
}

function toCheck({ kind, program, words, isFormatter }: Tool, start: Start): FoundCheck {
  const usual = start.program === '' ? missing(program) : null;
  return { kind, command: `${start.program}${program} ${words}`, ...unless(usual), ...(isFormatter === true ? { isFormatter } : {}) };
}
