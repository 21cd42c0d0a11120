// A real bash in an empty folder, with nothing to run but stubs that write their name down.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FAILING, STUBS } from './stub-lines.js';

const ALL = [...STUBS, FAILING];
/** Real programs the lines may start; none of them writes anything. */
const REAL = ['env', 'nice', 'timeout', 'xargs', 'cat', 'bash'];
const LONGEST_MS = 60_000;

export class BashStage {
  readonly #root = mkdtempSync(join(tmpdir(), 'bash-stage-'));
  readonly #programs = join(this.#root, 'bin');
  readonly #folder = join(this.#root, 'empty');
  readonly #script = join(this.#root, 'script');
  readonly #complaints = join(this.#root, 'complaints');
  readonly #log = join(this.#root, 'log');

  constructor() {
    mkdirSync(this.#programs);
    mkdirSync(this.#folder);
    for (const name of ALL)
      writeFileSync(join(this.#programs, name), `#!/bin/sh\n${telling(name)}\nexit ${statusOf(name)}\n`, { mode: 0o755 });
    for (const name of REAL) symlinkSync(spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim(), join(this.#programs, name));
  }

  /** The stubs each line ran, sorted. Functions stand in for them where no process of its own is asked for: they are quicker. */
  ran(lines: readonly string[]): string[][] {
    writeFileSync(this.#log, '');
    const script = [
      // Else who writes to a pipe whose reader has ended already is killed before the rest of it runs: a matter of luck.
      "trap '' PIPE",
      ...ALL.map((name) => `${name}() { ${telling(name)}; return ${statusOf(name)}; }; export -f ${name}`),
      'export LINE',
      `exec 9>>${this.#log} </dev/null >/dev/null 2>${this.#complaints}`,
      ...lines.map((line, at) => `LINE=${at}; eval '${line.replaceAll("'", "'\\''")}'; unset x y z; set --`),
      'wait',
    ].join('\n');
    writeFileSync(this.#script, script);
    const { status, error } = spawnSync('/bin/bash', ['--norc', this.#script], {
      cwd: this.#folder,
      env: { PATH: this.#programs, HOME: this.#folder },
      timeout: LONGEST_MS,
    });
    const complaints = readFileSync(this.#complaints, 'utf8').replace(/^.*Broken pipe\n/gm, '');
    if (status !== 0 || complaints !== '')
      throw new Error(`bash ended with ${status} and said: ${complaints.slice(0, 500)}`, { cause: error });
    const ran: string[][] = lines.map(() => []);
    for (const entry of readFileSync(this.#log, 'utf8').trimEnd().split('\n')) {
      const [at = '', name = ''] = entry.split(' ');
      ran[Number(at)]?.push(name);
    }
    return ran.map((names) => names.sort());
  }

  close(): void {
    rmSync(this.#root, { recursive: true });
  }
}

const statusOf = (name: string): number => (name === FAILING ? 1 : 0);
const telling = (name: string): string => `echo "$LINE ${name}" >&9`;
