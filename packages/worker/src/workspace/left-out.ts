// What a snapshot leaves out by rule: what tools fetch or make again, and secrets. It is listed, and an undo does not touch it.
import { isSecretFile } from './secret-file.js';

export const REASONS = {
  tools: 'fetched or made by tools',
  secret: 'holds secrets',
  large: 'too large',
  budget: 'the project is too large',
  special: 'neither file, folder nor link',
  name: 'its name is not text',
  unreadable: 'cannot be read',
} as const;
export type Why = keyof typeof REASONS;

/** `path` is from the project's folder; a folder stands for all that is in it. */
export type LeftOut = { path: string; why: Why };

/** By name; where others may have a folder of that name too, only beside one of these. */
const MADE_BY_TOOLS: Readonly<Record<string, readonly string[]>> = {
  node_modules: [],
  '.venv': [],
  venv: ['pyproject.toml', 'requirements.txt', 'setup.py', 'setup.cfg'],
  __pycache__: [],
  '.pytest_cache': [],
  '.mypy_cache': [],
  '.ruff_cache': [],
  '.turbo': [],
  '.next': [],
  target: ['Cargo.toml', 'pom.xml'],
  coverage: ['package.json'],
};

/** Folders that are made by tools wherever they lie. */
export const TOOL_FOLDERS: ReadonlySet<string> = new Set(
  Object.entries(MADE_BY_TOOLS).flatMap(([name, companions]) => (companions.length === 0 ? [name] : [])),
);

/** Above this a file is data rather than work. */
export const LARGEST_FILE = 20 * 1024 * 1024;

export function leftOutFolder(name: string, beside: ReadonlySet<string>): Why | null {
  const companions = Object.hasOwn(MADE_BY_TOOLS, name) ? MADE_BY_TOOLS[name] : undefined;
  if (companions === undefined) return null;
  return companions.length === 0 || companions.some((companion) => beside.has(companion)) ? 'tools' : null;
}

export function leftOutFile(name: string, size: number): Why | null {
  if (isSecretFile(name)) return 'secret';
  if (name.endsWith('.pyc')) return 'tools';
  return size > LARGEST_FILE ? 'large' : null;
}
