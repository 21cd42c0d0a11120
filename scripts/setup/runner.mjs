// Runs one command after the other; a signal to this process reaches the one that is running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from '../workspace.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** A step of the set-up went wrong; the message says which, and what it printed. */
export class StepError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The set-up was asked to stop by `signal`. */
export class InterruptedError extends Error {
  constructor(signal) {
    super(`Interrupted by ${signal}`);
    this.signal = signal;
  }
}

export function createRunner() {
  let running = null;
  let asked = null;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      asked ??= signal;
      // Ctrl+C reaches the whole foreground group: the terminal has told the child already, and twice may mean "at once".
      if (!(signal === 'SIGINT' && process.stdin.isTTY)) running?.kill(signal);
    });
  }

  const watch = async (child) => {
    running = child;
    try {
      const [code, signal] = await once(child, 'close');
      return { code, signal };
    } finally {
      running = null;
    }
  };

  return {
    /** Runs a step of the set-up in silence; throws with all it printed when it fails. Resolves to what it printed. */
    async step(command, args, env, cwd = ROOT) {
      if (asked !== null) throw new InterruptedError(asked);
      const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const printed = [];
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk));
      const { code, signal } = await watch(child).catch((error) => {
        throw new StepError(`cannot run ${command}: ${error.message}`);
      });
      if (asked !== null) throw new InterruptedError(asked);
      const output = Buffer.concat(printed).toString();
      if (code !== 0) throw new StepError(`\`${command} ${args.join(' ')}\` failed (${signal ?? code}):\n${output.trim()}`);
      return output;
    },

    /** Runs the command itself, on our own terminal. */
    async handOver(command, args, env) {
      if (asked !== null) throw new InterruptedError(asked);
      return await watch(spawn(command, args, { env, stdio: 'inherit' })).catch((error) => {
        throw new StepError(`cannot run ${command}: ${error.message}`, 127);
      });
    },

    /** Ends this process the way the command ended, so that our caller sees the same. */
    exitLike({ code, signal }) {
      if (!signal) {
        process.exitCode = code;
        return;
      }
      for (const name of SIGNALS) process.removeAllListeners(name);
      process.kill(process.pid, signal);
    },
  };
}
