// Stand-ins, within an expanded word, for text that is only known when the command runs. They travel with the string, so what a
// pipe or a variable carries keeps its origin. The characters are Unicode noncharacters: no honest command contains them.

export const UNKNOWN = '\uFDD0';
/** Came from the network. */
export const REMOTE = '\uFDD1';
/** Holds a secret: a key, a token, the environment. */
export const SECRET = '\uFDD2';

const ANY = /[\uFDD0-\uFDD2]/;

export const isKnown = (text: string): boolean => !ANY.test(text);

/** An unknown text that still tells what flowed into it. */
export const derivedFrom = (...texts: readonly string[]): string => {
  const all = texts.join('');
  return UNKNOWN + (all.includes(REMOTE) ? REMOTE : '') + (all.includes(SECRET) ? SECRET : '');
};

/** The text as a person may read it. */
export const legible = (text: string): string => text.replace(/[\uFDD0-\uFDD2]+/g, '…');
