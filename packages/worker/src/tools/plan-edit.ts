// What an edit comes to, before it is made: the file's content hash before and after, so that an interrupted edit can be told.
import { createHash } from 'node:crypto';
import { REDACTED } from '@tars/core';
import { resolveInside } from '../workspace/inside.js';
import { openInside } from '../workspace/open-inside.js';
import { ownersFile } from '../workspace/owners-files.js';
import { replaceFile } from '../workspace/replace-file.js';
import { type Loss, lossOf } from './loss.js';
import { nearNames } from './near-names.js';
import { replaceAllOf } from './replace.js';
import type { EditInvocation } from './toolset.js';

export type EditPlan = {
  /** Relative to the project. */
  path: string;
  /** Null where there is no file yet. */
  currentHash: string | null;
  /** For the model: what was done, or why it cannot be. */
  text: string;
} & ({ ok: false } | Feasible);

type Feasible = {
  ok: true;
  afterHash: string;
  /** What would be gone of the file; null for an ordinary edit. */
  loss: Loss | null;
  /** Refuses, by an error, when the place or the content is no longer what was planned for. */
  make(): Promise<void>;
};

/** Files beyond this are for programs. */
const LARGEST_FILE = 20 * 1024 * 1024;

export async function planEdit(call: EditInvocation, projectDir: string): Promise<EditPlan> {
  const { path } = call.input;
  const refused = (text: string, currentHash: string | null = null): EditPlan => ({ ok: false, path, currentHash, text });
  const inside = await resolveInside(projectDir, path);
  if (!inside.ok) return refused(inside.reason);
  if (inside.name === '') return refused(`${path} is the project folder itself.`);
  const reserved = ownersFile(inside.name);
  if (reserved !== null)
    return refused(
      `${path} is for the owner alone to change: it ${reserved}. Go on without it, and say in your summary what belongs there.`,
    );
  const found = await present(projectDir, path);
  if (!found.ok) return refused(found.reason);
  const { current, mode } = found;
  const currentHash = current === null ? null : hash(current);

  if (current === null && call.name === 'edit_file') {
    const near = await nearNames(projectDir, path);
    return refused(`There is no ${path}. ${near.length === 0 ? 'Create it with write_file.' : `There is ${near.join(', ')}.`}`);
  }
  const wanted = contentAfter(call, current);
  if (!wanted.ok) return refused(`${path}: ${wanted.why}`, currentHash);
  const bytes = Buffer.from(wanted.text, 'utf8');
  return {
    ok: true,
    path: inside.name,
    currentHash,
    afterHash: hash(bytes),
    loss: current === null ? null : lossOf(current, bytes),
    text: `${currentHash === null ? 'Created' : 'Changed'} ${inside.name} (${bytes.length} bytes).`,
    async make() {
      const now = await present(projectDir, path);
      if (!now.ok) throw new Error(`it has moved while it was edited. ${now.reason}`);
      const hashNow = now.current === null ? null : hash(now.current);
      if (hashNow !== currentHash) throw new Error('it has changed since the edit was planned. Read it again.');
      await replaceFile(projectDir, inside.path, bytes, mode);
    },
  };
}

type Present = { ok: true; current: Buffer | null; mode: number | null } | { ok: false; reason: string };

/** What stands there now; null where nothing does. */
async function present(projectDir: string, path: string): Promise<Present> {
  const opened = await openInside(projectDir, path);
  if (!opened.ok) return opened.isMissing ? { ok: true, current: null, mode: null } : { ok: false, reason: opened.reason };
  const { handle, stats } = opened;
  try {
    if (!stats.isFile()) return { ok: false, reason: `${path} is not a file.` };
    if (stats.size > LARGEST_FILE) return { ok: false, reason: `${path} has ${stats.size} bytes, too many to edit here. Use a program.` };
    return { ok: true, current: await handle.readFile(), mode: stats.mode };
  } finally {
    await handle.close();
  }
}

function contentAfter(call: EditInvocation, current: Buffer | null): ReturnType<typeof replaceAllOf> {
  const before = current?.toString('utf8') ?? '';
  const wanted = call.name === 'write_file' ? ({ ok: true, text: call.input.content } as const) : edited(call.input.edits, current, before);
  if (!wanted.ok || marks(wanted.text) <= marks(before)) return wanted;
  return {
    ok: false,
    why: `${REDACTED} stands for a secret that you were not shown. Change the other parts with edit_file and leave that one.`,
  };
}

function edited(edits: Parameters<typeof replaceAllOf>[1], current: Buffer | null, text: string): ReturnType<typeof replaceAllOf> {
  if (current !== null && !Buffer.from(text, 'utf8').equals(current))
    return { ok: false, why: 'The file is not UTF-8 text; change it with a program.' };
  return replaceAllOf(text, edits);
}

const marks = (text: string): number => text.split(REDACTED).length - 1;
const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
