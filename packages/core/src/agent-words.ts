// The agent's own words on their way to the owner: whatever sounds as if TARS asked for a code is left out.

export const LEFT_OUT = '[left out: the agent wrote what sounds like a request for a code; TARS alone asks for one]';

/** TARS' own sentences, and every wish for what only the owner knows. */
const ASKS = new RegExp(
  [
    'confirmation[\\s-]*code',
    '(needs?|awaits?|awaiting|requires?)[\\s-]+(your[\\s-]+)?(confirmation|approval)',
    'background[\\s-]+task[\\s-]*#',
    "\\b(your|owner'?s)\\b.{0,30}\\b(pin|passcode|one[\\s-]?time|totp|2fa|otp|authenticator)\\b",
    '\\b(reply|respond|answer|send|tell|give|enter|say|provide|type|share|post|submit|need|want)\\b.{0,40}\\b(your|the|a)\\b.{0,20}\\b(code|pin|passcode)\\b',
    'submit_background_confirmation',
  ].join('|'),
  'i',
);

/** True for words that only TARS may say. */
export function asksForCode(text: string): boolean {
  // As a person reads it: invisible characters away, wide and look-alike letters plain.
  const read = text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Mn}]/gu, '')
    .replace(/[аеорсухіјѕαονρτυ]/gu, plain)
    .replace(/[*~`|]/g, '');
  return ASKS.test(read);
}

const SECRET =
  'pass(?:word|phrase|code)|credentials?|api[\\s-]*keys?|(?:access|auth|bearer|secret|refresh|deploy|api)[\\s-]*tokens?|secret(?:[\\s-]*keys?)?|private[\\s-]*keys?|ssh[\\s-]*keys?|recovery[\\s-]*(?:codes?|phrases?)|(?:credit[\\s-]*)?card[\\s-]*number';

/** Words that want a secret told; those that ask how one is handled ("which hash for passwords?") do not. */
const ASKS_SECRET = new RegExp(
  [
    `\\b(give|tell|send|share|provide|supply|paste|post|hand over|type in|enter)\\b(?!s|ing)[^.?!]{0,30}\\b(me|us|your|here|the)\\b[^.?!]{0,40}\\b(${SECRET})\\b`,
    `\\b(i|we)\\b[^.?!]{0,12}\\bneed\\b[^.?!]{0,10}\\b(your|the|an?)\\b[^.?!]{0,40}\\b(${SECRET})\\b`,
    `\\b(what('s| is| are)|which is)\\b[^.?!]{0,12}\\b(your|the|my)\\b[^.?!]{0,40}\\b(${SECRET})\\s*(\\?|$|for\\b|of\\b|to\\b)`,
  ].join('|'),
  'i',
);

/** True for a question whose answer would be a secret. */
export const asksForSecret = (text: string): boolean => ASKS_SECRET.test(text.normalize('NFKC').replace(/[\p{Cf}\p{Mn}*~`|]/gu, ''));

const PLAIN: Readonly<Record<string, string>> = Object.fromEntries(
  ['аa', 'еe', 'оo', 'рp', 'сc', 'уy', 'хx', 'іi', 'јj', 'ѕs', 'αa', 'οo', 'νv', 'ρp', 'τt', 'υu'].map(([letter, latin]) => [
    letter,
    latin,
  ]),
);
const plain = (letter: string): string => PLAIN[letter] ?? letter;

/** The words, or what stands in their place. */
export const agentWords = (text: string): string => (asksForCode(text) ? LEFT_OUT : text);

/** The same line by line, for the output of programs. */
export const agentLines = (text: string): string => (asksForCode(text) ? text.split('\n').map(agentWords).join('\n') : text);
