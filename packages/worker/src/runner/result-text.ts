// What the model is told of a command that ended: how, why, what it printed, what runs on, and what to do instead.
import type { CommandResult } from '../shell/shell.js';
import { clampOutput } from '../tools/clamp-output.js';
import { adviceFor } from './advice.js';

const MODEL_CHARS = 16_000;
/** How long a quicker command took tells the model nothing, and is sent with every request from then on. */
const WORTH_TELLING_MS = 1_000;

export function resultText(result: CommandResult): string {
  const { durationMs, shellReplaced, background = [] } = result;
  const output = clampOutput(withoutBinary(result.output), MODEL_CHARS, result.outputFile);
  const advice = result.exitCode === 0 ? null : adviceFor(result);
  return [
    `${endingOf(result)}${durationMs < WORTH_TELLING_MS ? '' : ` after ${(durationMs / 1_000).toFixed(1)} s`}`,
    ...(shellReplaced ? ['The shell was replaced: it is back in the project folder.'] : []),
    ...(advice === null ? [] : [`Hint: ${advice}`]),
    ...(background.length === 0 ? [] : [`Still running in the background: ${background.join('; ')}`]),
    output === '' ? '(no output)' : output,
  ].join('\n');
}

function endingOf({ exitCode, signal, stopped }: CommandResult): string {
  if (exitCode !== null) return `exit code ${exitCode}`;
  switch (stopped?.kind) {
    case 'timed out':
      return 'timed out and was stopped';
    case 'waits for input':
      return `waited for input that nobody can give${stopped.prompt === '' ? '' : ` (${JSON.stringify(stopped.prompt)})`} and was stopped`;
    case 'silent':
      return 'printed nothing and did nothing for minutes and was stopped';
    case 'printed too much':
      return 'printed more than can be kept and was stopped';
    default:
      return `was ended by ${signal ?? 'a signal'}`;
  }
}

/** From this share of a line on, characters that are none make it binary data. */
const BINARY_SHARE = 0.1;
const SHORT_CHARS = 8;

/** Lines that are no text say how long they are instead. */
function withoutBinary(output: string): string {
  if (!output.includes('\uFFFD')) return output;
  let skipped = 0;
  const told = (): string[] => {
    const said = skipped === 0 ? [] : [`[${skipped} characters of binary data]`];
    skipped = 0;
    return said;
  };
  const lines = output.split('\n').flatMap((line) => {
    const odd = line.split('\uFFFD').length - 1;
    // Between two binary lines a short one is part of the same.
    if (odd > line.length * BINARY_SHARE || (skipped > 0 && line.length < SHORT_CHARS)) {
      skipped += line.length;
      return [];
    }
    return [...told(), line];
  });
  return [...lines, ...told()].join('\n');
}
