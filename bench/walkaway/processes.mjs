// Programs that a contestant consists of, run and struck from outside.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { carriersOf, killNow } from '../../e2e/faults/processes.mjs';

const programOf = (pid) => {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return '';
  }
};

/** SIGKILL for every process of these programs that carries `mark`; what they started for the model lives on. */
export async function crashOf(mark, programs) {
  const own = () => carriersOf([mark]).filter(({ pid }) => programs.includes(programOf(pid)));
  for (let found = own(); found.length > 0; found = own()) await Promise.all(found.map(({ pid }) => killNow(pid)));
}

/** SIGKILL for whoever carries one of the marks. */
export async function sweepAway(marks) {
  for (let found = carriersOf(marks); found.length > 0; found = carriersOf(marks)) await Promise.all(found.map(({ pid }) => killNow(pid)));
}

/** Takes text as it comes and hands on each line that is whole. */
export function lineReader(take) {
  let rest = '';
  return (text) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop();
    for (const line of lines) take(line);
  };
}

/** Runs to its end and resolves with its exit code and what it said. */
export async function run(file, args, { env, cwd }) {
  const child = spawn(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  // Its output may be kept open by what it left behind: its own end counts.
  const [code] = await once(child, 'exit');
  return { code, stdout, stderr };
}
