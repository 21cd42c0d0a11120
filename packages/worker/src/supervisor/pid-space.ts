// Within what a process number means the same process: one boot of one machine, and there one namespace of numbers.
import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Undefined where it cannot be told: then nobody's death can be proved by a number. */
export async function pidSpace(): Promise<string | undefined> {
  try {
    if (process.platform !== 'linux') return (await run('sysctl', ['-n', 'kern.bootsessionuuid'])).stdout.trim() || undefined;
    const [boot, namespace] = await Promise.all([readFile('/proc/sys/kernel/random/boot_id', 'utf8'), readlink('/proc/self/ns/pid')]);
    return `${boot.trim()} ${namespace}`;
  } catch {
    return undefined;
  }
}
