// The version of the record that this program writes: one that a newer program wrote is left to that.

/** Goes up when a record that is written from now on would be misread by programs from before. */
export const RECORD_VERSION = 1;

export class NewerRecordError extends Error {
  readonly code = 'newer_record';
  constructor(id: string, version: string) {
    super(`Task ${id} is kept in version ${version} of the record, which a newer TARS wrote and this one does not know: it is left alone.`);
  }
}

/** Throws `NewerRecordError` for a task's hash that is not ours to read. */
export function requireKnown(id: string, { v: version = '0' }: Readonly<Record<string, string>>, known: number): void {
  if (Number(version) > known) throw new NewerRecordError(id, version);
}
