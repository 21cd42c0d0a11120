// What the demo prints: who speaks stands before the bar.

/** A message longer than this is shown without its middle. */
const MAX_LINES = 14;

/** @param {...string} lines */
export function line(...lines) {
  for (const text of lines) console.log(text);
}

/** @param {string} who */
const speaker = (who) => (/** @type {string} */ text) => {
  for (const part of shortened(text.split('\n'))) console.log(`${who.padEnd(7)} │ ${part}`);
};

/** The user, in the call. */
export const you = speaker('you');
/** What the host's voice model would say. */
export const tars = speaker('tars');
/** What is spoken in the call without having been asked. */
export const voice = speaker('voice');
/** What a person reads in the Discord channel. */
export const discord = speaker('discord');
export const proof = speaker('proof');

/** @param {string[]} lines */
function shortened(lines) {
  const over = lines.length - MAX_LINES;
  if (over <= 1) return lines;
  const head = lines.slice(0, MAX_LINES / 2);
  return [...head, `  … ${over} more lines …`, ...lines.slice(-MAX_LINES / 2)];
}
