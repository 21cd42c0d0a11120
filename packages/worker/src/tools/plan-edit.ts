// What an edit comes to, before it is made: the file's content hash before and after, so that an interrupted edit can be told.
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { resolveInside } from '../workspace/inside.js';
import { replaceAllOf } from './replace.js';
import type { EditInvocation } from './toolset.js';

export type EditPlan = {
  /** Relative to the project. */
  path: string;
  /** Null where there is no file yet. */
  currentHash: string | null;
  /** For the model: what was done, or why it cannot be. */
  text: string;
} & ({ ok: false } | { ok: true; afterHash: string; make(): Promise<void> });

export async function planEdit(call: EditInvocation, projectDir: string): Promise<EditPlan> {
  const { path } = call.input;
  const refused = (text: string, currentHash: string | null = null): EditPlan => ({ ok: false, path, currentHash, text });
  const inside = await resolveInside(projectDir, path);
  if (!inside.ok) return refused(inside.reason);
  if (inside.name === '') return refused(`${path} is the project folder itself.`);
  const found = await stat(inside.path).catch(() => null);
  if (found !== null && !found.isFile()) return refused(`${path} is not a file.`);
  const current = found === null ? null : await readFile(inside.path);
  const currentHash = current === null ? null : hash(current);

  const wanted = contentAfter(call, current);
  if (!wanted.ok) return refused(`${path}: ${wanted.why}`, currentHash);
  const bytes = Buffer.from(wanted.text, 'utf8');
  return {
    ok: true,
    path: inside.name,
    currentHash,
    afterHash: hash(bytes),
    text: `${currentHash === null ? 'Created' : 'Changed'} ${inside.name} (${bytes.length} bytes).`,
    async make() {
      await mkdir(dirname(inside.path), { recursive: true });
      // The place is looked at once more: what was inside when planned may lead outside by now.
      const still = await resolveInside(projectDir, path);
      if (!still.ok || still.path !== inside.path) throw new Error(`${path} has moved while it was edited.`);
      await replaceFile(inside.path, bytes, found?.mode ?? null);
    },
  };
}

function contentAfter(call: EditInvocation, current: Buffer | null): ReturnType<typeof replaceAllOf> {
  if (call.name === 'write_file') return { ok: true, text: call.input.content };
  if (current === null) return { ok: false, why: 'There is no such file. Create it with write_file.' };
  const text = current.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(current)) return { ok: false, why: 'The file is not UTF-8 text; change it with a program.' };
  return replaceAllOf(text, call.input.edits);
}

/** In one step, so that nobody ever sees half a file; the mode stays. */
async function replaceFile(path: string, bytes: Buffer, mode: number | null): Promise<void> {
  const draft = join(dirname(path), `.tars-${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeFile(draft, bytes, { flag: 'wx' });
    if (mode !== null) await chmod(draft, mode & 0o7777);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
