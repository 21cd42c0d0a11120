// Where the task's shell stands, remembered across attempts: a new shell starts in the project folder, but the model counts on the old place.
import { readFile, writeFile } from 'node:fs/promises';
import { quoted } from '../shell/command-loop.js';
import type { Shell } from '../shell/shell.js';

const RETURN_S = 10;

export type Place = {
  remember(): Promise<void>;
  /** Where an interrupted command had gone before anybody could remember it. */
  goTo(folder: string): Promise<void>;
};

/** Brings a new shell back to where the one before it stood; where that is gone it stays in the project folder. */
export async function keepPlace(file: string, shell: Pick<Shell, 'cwd' | 'run'>): Promise<Place> {
  let known = await readFile(file, 'utf8').catch(() => shell.cwd());
  const move = async (folder: string): Promise<void> => {
    if (folder !== shell.cwd()) await shell.run(`cd ${quoted(folder)}`, { timeoutSeconds: RETURN_S });
  };
  const remember = async (): Promise<void> => {
    if (shell.cwd() === known) return;
    known = shell.cwd();
    await writeFile(file, known, { mode: 0o600 });
  };
  await move(known);
  return {
    remember,
    async goTo(folder) {
      await move(folder);
      await remember();
    },
  };
}
