// Where one Redis message ends and the next begins, and what a client's command says.

const CR = 13;
const [ARRAY, MAP, SET, PUSH, ATTRIBUTE] = ['*', '%', '~', '>', '|'].map((sign) => sign.charCodeAt(0));
const BULKS = new Set(['$', '!', '='].map((sign) => sign.charCodeAt(0)));
const LISTS = new Map([
  [ARRAY, 1],
  [SET, 1],
  [PUSH, 1],
  [MAP, 2],
  [ATTRIBUTE, 2],
]);

/** The index behind the message that begins at `at`; -1 while it is incomplete. */
function endOf(buffer, at) {
  const line = buffer.indexOf(CR, at);
  if (line === -1 || line + 1 >= buffer.length) return -1;
  const sign = buffer[at];
  const next = line + 2;
  if (BULKS.has(sign)) {
    const length = lengthAt(buffer, at, line);
    const end = length < 0 ? next : next + length + 2;
    return end > buffer.length ? -1 : end;
  }
  const per = LISTS.get(sign);
  if (per === undefined) return next;
  let end = next;
  // An attribute stands before the message it belongs to.
  const parts = Math.max(0, lengthAt(buffer, at, line)) * per + (sign === ATTRIBUTE ? 1 : 0);
  for (let part = 0; part < parts && end !== -1; part++) end = end >= buffer.length ? -1 : endOf(buffer, end);
  return end;
}

const lengthAt = (buffer, at, line) => Number(buffer.toString('latin1', at + 1, line));

/** Cuts a stream of bytes into whole messages. */
export function createSplitter() {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames = [];
    for (let end = rest.length === 0 ? -1 : endOf(rest, 0); end !== -1; end = rest.length === 0 ? -1 : endOf(rest, 0)) {
      frames.push(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    return frames;
  };
}

export const isPush = (frame) => frame[0] === PUSH;

/** A command's words, which clients always send as an array of bulk strings. */
export function wordsOf(frame) {
  const words = [];
  let at = frame.indexOf(CR) + 2;
  while (at < frame.length) {
    const line = frame.indexOf(CR, at);
    const length = lengthAt(frame, at, line);
    words.push(frame.toString('utf8', line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
  return words;
}
