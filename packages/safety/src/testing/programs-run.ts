// What the classifier sees of a line, for comparing with what bash runs and for counting the work.
import { inspect } from '../inspect.js';

/** Names of the programs the line runs, as often as it runs them. */
export function programsRun(line: string): string[] {
  const ran: string[] = [];
  inspect(line, {}, ran);
  return ran;
}
