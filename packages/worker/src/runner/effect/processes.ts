// Which processes a command would end, as far as this machine can name them.
import { readdir, readFile } from 'node:fs/promises';
import { counted } from './words.js';

type Process = { pid: number; ids: number[]; name: string };

/** `words` follow `kill`, `pkill` or `killall`; null where processes cannot be listed. */
export async function processEffect(program: string, words: readonly string[]): Promise<string | null> {
  const running = await listed();
  if (running === null) return null;
  const meant = words.filter((word) => !word.startsWith('-') && !/^SIG[A-Z]+$/.test(word));
  const found =
    program === 'kill' ? running.filter(({ ids }) => meant.some((word) => ids.includes(Number(word)))) : running.filter(named(meant));
  if (found.length === 0)
    return program === 'kill'
      ? `Ends ${meant.map((word) => `process ${word}`).join(', ')}; not found from here.`
      : 'No process of that name was found.';
  const names = [...new Set(found.map(({ name }) => name))];
  return `Ends ${counted(found.length, 'process', 'processes')}: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}.`;
}

const named =
  (words: readonly string[]) =>
  ({ name }: Process): boolean =>
    words.some((word) => name.includes(word));

/** `ids`: its number here, and the ones it has inside of sandboxes, where the command would name it. */
async function listed(): Promise<Process[] | null> {
  const pids = (await readdir('/proc').catch(() => null))?.filter((name) => /^\d+$/.test(name));
  if (pids === undefined) return null;
  const read = async (pid: string): Promise<Process[]> => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const [, name] = /^Name:\s+(.+)$/m.exec(status) ?? [];
    const ids = /^NSpid:\s+(.+)$/m.exec(status)?.[1]?.split(/\s+/).map(Number) ?? [Number(pid)];
    return name === undefined ? [] : [{ pid: Number(pid), ids, name }];
  };
  return (await Promise.all(pids.map(read))).flat();
}
