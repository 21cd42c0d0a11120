// A value as an env file holds it, so that it is read back as it was.

const PLAIN = /^[\w./:@%+=,~-]*$/;

export class EnvTextError extends Error {
  readonly code = 'env_text';
}

/** `NAME=value`; throws `EnvTextError` for the one kind of text that no quotes can hold: one with all three kinds of them. */
export function envLine(name: string, value: string): string {
  if (PLAIN.test(value)) return `${name}=${value}`;
  // Double quotes come last: between them the two characters \n would become a line break.
  const quote = ["'", '`', '"'].find((mark) => !value.includes(mark) && !(mark === '"' && value.includes('\\n')));
  if (quote === undefined) throw new EnvTextError(`${name} holds all three kinds of quotation marks, which an env file cannot.`);
  return `${name}=${quote}${value}${quote}`;
}
