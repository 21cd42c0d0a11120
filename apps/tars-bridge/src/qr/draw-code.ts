// A QR code in a terminal: two modules a character, light ones drawn, with the quiet zone that readers need around it.
import type { Modules } from './qr-code.js';

const QUIET = 4;

export function drawCode(modules: Modules): string {
  const size = modules.length;
  const isLight = (row: number, column: number) => modules[row]?.[column] !== true;
  const lines: string[] = [];
  for (let row = -QUIET; row < size + QUIET; row += 2) {
    let line = '';
    for (let column = -QUIET; column < size + QUIET; column++) {
      const [upper, lower] = [isLight(row, column), isLight(row + 1, column)];
      line += upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ';
    }
    lines.push(line);
  }
  return lines.join('\n');
}
