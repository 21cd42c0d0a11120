// Why the operating system refused: "ENOENT" and the like.

/** The `code` of a thrown value, or null. */
export function errorCode(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : null;
}
