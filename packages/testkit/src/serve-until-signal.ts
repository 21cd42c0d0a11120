// The life of a bin: one ready line on stdout, then serving until it is told to end.
import { BadInputError } from './bad-input.js';

export type Served = { url: string; port: number; close(): Promise<void> };

/** A failure to start ends the process with 2 for wrong input (`BadInputError`) and 1 for anything else. */
export async function serveUntilSignal(start: () => Promise<Served>): Promise<void> {
  try {
    const { url, port, close } = await start();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => void close().then(() => process.exit(0)));
    }
    process.stdout.write(`${JSON.stringify({ ready: true, port, url })}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(error instanceof BadInputError ? 2 : 1);
  }
}

/** The port of `--port`; without one, any free port. */
export function portOf(text: string | undefined): number {
  const port = Number(text ?? '0');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new BadInputError(`--port ${text} is not a port from 0 to 65535.`);
  return port;
}
