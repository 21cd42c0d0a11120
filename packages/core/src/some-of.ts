// The first few of many, and how many more there are: what a person can take in.

/** `a, b, c and 297 more`. `count`: of how many, where not all are named. */
export function someOf(names: readonly string[], most: number, count = names.length): string {
  const more = count - Math.min(names.length, most);
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
