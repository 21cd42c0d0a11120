// Colours for a terminal that wants them; anywhere else text stays text.
import { styleText } from 'node:util';
import type { Terminal } from './terminal.js';

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style | null, text: string) => string;

export function painter({ stdout, env }: Pick<Terminal, 'stdout' | 'env'>): Paint {
  const isWanted = stdout.isTTY === true && env.TERM !== 'dumb' && (env.NO_COLOR ?? '') === '';
  return (style, text) => (style === null || text === '' || !isWanted ? text : styleText(style, text, { validateStream: false }));
}
