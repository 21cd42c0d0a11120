// Libraries that warn through the console (the model's SDK does, of retired models) speak through the log instead.
import { format } from 'node:util';
import type { Logger } from './logger.js';

/** Returns a function that gives the console back. */
export function captureConsole(logger: Logger): () => void {
  const { warn, error } = console;
  console.warn = (...args: unknown[]) => logger.warn(format(...args));
  console.error = (...args: unknown[]) => logger.error(format(...args));
  return () => {
    console.warn = warn;
    console.error = error;
  };
}
