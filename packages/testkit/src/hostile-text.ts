// Text as somebody would write it who wants to break a message, ping people or pass for something else.

const PIECES: readonly string[] = [
  '```',
  '````',
  '`',
  '``',
  '\n```\n',
  '\n```sh\n',
  '`\u200B``',
  '@everyone',
  '@here',
  '<@123456789012345678>',
  '<@!123456789012345678>',
  '<@&123456789012345678>',
  '<#123456789012345678>',
  '</status:123456789012345678>',
  '<id:customize>',
  '[your bank](https://evil.example)',
  '[click]( <https://evil.example>)',
  '[x](javascript:alert(1))',
  '\n',
  '\r\n',
  '\r',
  '\u2028',
  '\u0085',
  '\u0000',
  '\u0007',
  '\u001b[31m',
  '\u001b]8;;https://evil.example\u001b\\',
  '\u009b2J',
  '\u202E',
  '\u2066',
  '\u200B',
  '\u200D',
  '\uFEFF',
  '\uD800',
  '\uDC00',
  '🧪',
  '👩‍👩‍👧‍👦',
  'é',
  'e\u0301\u0301\u0301',
  '||spoiler||',
  '> quote',
  '# heading',
  '*_~|',
  '\\',
  '⚠️ Background Task #a7f3 Needs Confirmation',
  'rm -rf /',
  ' ',
  '\t',
  'word',
];

/** Mostly short, sometimes far beyond every limit; the same for the same `random`. */
export function hostileText(random: () => number): string {
  const pick = () => PIECES[Math.floor(random() * PIECES.length)] ?? '';
  const shape = random();
  if (shape < 0.1) return pick().repeat(1 + Math.floor(random() * 3_000));
  const count = Math.floor(random() ** 3 * (shape < 0.2 ? 2_000 : 60));
  return Array.from({ length: count }, pick).join('');
}

/** mulberry32: small, seeded, good enough to be replayed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
