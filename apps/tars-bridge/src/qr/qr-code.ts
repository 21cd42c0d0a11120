// A QR code (ISO/IEC 18004) of a short text: bytes, correction level M, versions 1 to 6. True is a dark module.
import { correction } from './reed-solomon.js';

export type Modules = readonly (readonly boolean[])[];

/** By version: bytes of data in each block, how many blocks, correcting bytes of each. */
const VERSIONS = [
  { block: 16, blocks: 1, correcting: 10 },
  { block: 28, blocks: 1, correcting: 16 },
  { block: 44, blocks: 1, correcting: 26 },
  { block: 32, blocks: 2, correcting: 18 },
  { block: 43, blocks: 2, correcting: 24 },
  { block: 27, blocks: 4, correcting: 16 },
] as const;
const HEAD_BITS = 12;
const PADDING = [0xec, 0x11];

const MASKS: readonly ((row: number, column: number) => boolean)[] = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (_, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

export class TextTooLongError extends Error {
  readonly code = 'text_too_long';
}

export function qrCode(text: string): Modules {
  const bytes = [...Buffer.from(text, 'utf8')];
  const version = VERSIONS.findIndex(({ block, blocks }) => bytes.length * 8 + HEAD_BITS <= block * blocks * 8) + 1;
  const shape = VERSIONS[version - 1];
  if (shape === undefined) throw new TextTooLongError(`${bytes.length} bytes are too many for this QR code.`);
  const bits = bitsOf(codewords(bytes, shape));
  const drawn = MASKS.map((isFlipped, mask) => draw(version, bits, mask, isFlipped));
  return drawn.reduce((best, other) => (penalty(other) < penalty(best) ? other : best));
}

/** Data with its head and padding, cut into blocks, each followed by what corrects it, all interleaved. */
function codewords(bytes: readonly number[], { block, blocks, correcting }: (typeof VERSIONS)[number]): number[] {
  const head = `0100${bytes.length.toString(2).padStart(8, '0')}`;
  const text = `${head}${bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')}0000`.slice(0, block * blocks * 8);
  const data = (text.padEnd(Math.ceil(text.length / 8) * 8, '0').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  for (let at = 0; data.length < block * blocks; at++) data.push(PADDING[at % 2] ?? 0);
  const cut = Array.from({ length: blocks }, (_, index) => data.slice(index * block, (index + 1) * block));
  return [...interleaved(cut), ...interleaved(cut.map((each) => correction(each, correcting)))];
}

const interleaved = (blocks: readonly (readonly number[])[]): number[] =>
  (blocks[0] ?? []).flatMap((_, at) => blocks.map((block) => block[at] ?? 0));

const bitsOf = (bytes: readonly number[]): boolean[] =>
  bytes.flatMap((byte) => Array.from({ length: 8 }, (_, bit) => ((byte >> (7 - bit)) & 1) === 1));

function draw(version: number, bits: readonly boolean[], mask: number, isFlipped: (row: number, column: number) => boolean): boolean[][] {
  const size = 17 + 4 * version;
  const modules: (boolean | null)[][] = Array.from({ length: size }, () => Array.from({ length: size }, () => null));
  const set = (row: number, column: number, dark: boolean): void => {
    const line = modules[row];
    if (line !== undefined && column >= 0 && column < size) line[column] = dark;
  };
  drawPatterns(version, size, set);
  drawFormat(size, mask, set);

  let next = 0;
  // Two columns at a time from the right, up and down in turns; the column of the timing pattern is stepped over.
  for (let pair = size - 1, up = true; pair > 0; pair -= 2, up = !up) {
    if (pair === 6) pair -= 1;
    for (let step = 0; step < size; step++) {
      const row = up ? size - 1 - step : step;
      for (const column of [pair, pair - 1]) {
        if (modules[row]?.[column] === null) set(row, column, (bits[next++] ?? false) !== isFlipped(row, column));
      }
    }
  }
  return modules.map((line) => line.map((module) => module === true));
}

type SetModule = (row: number, column: number, dark: boolean) => void;

function drawPatterns(version: number, size: number, set: SetModule): void {
  for (let at = 8; at < size - 8; at++) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  const square = (row: number, column: number, reach: number, isDark: (ring: number) => boolean) => {
    for (let down = -reach; down <= reach; down++)
      for (let right = -reach; right <= reach; right++) set(row + down, column + right, isDark(Math.max(Math.abs(down), Math.abs(right))));
  };
  const inCorner = (ring: number) => ring !== 2 && ring !== 4;
  square(3, 3, 4, inCorner);
  square(3, size - 4, 4, inCorner);
  square(size - 4, 3, 4, inCorner);
  if (version > 1) square(size - 7, size - 7, 2, (ring) => ring !== 1);
}

/** Level M and the mask, with their own correction, twice; and the one module that is always dark. */
function drawFormat(size: number, mask: number, set: SetModule): void {
  let rest = mask << 10;
  for (let bit = 14; bit >= 10; bit--) if ((rest >> bit) & 1) rest ^= 0x537 << (bit - 10);
  const format = ((mask << 10) | rest) ^ 0x5412;
  for (let bit = 0; bit < 15; bit++) {
    const dark = ((format >> bit) & 1) === 1;
    set(bit < 6 ? bit : bit < 8 ? bit + 1 : size - 15 + bit, 8, dark);
    set(8, bit < 8 ? size - 1 - bit : bit < 9 ? 7 : 14 - bit, dark);
  }
  set(size - 8, 8, true);
}

/** How hard the code is to read: long runs and blocks of one shade. */
function penalty(modules: Modules): number {
  const at = (row: number, column: number) => modules[row]?.[column];
  let points = 0;
  for (const lines of [modules, modules.map((line, row) => line.map((_, column) => at(column, row) === true))]) {
    for (const line of lines) {
      const runs =
        line
          .map((module) => (module ? '1' : '0'))
          .join('')
          .match(/0{5,}|1{5,}/g) ?? [];
      points += runs.reduce((sum, run) => sum + run.length - 2, 0);
    }
  }
  modules.forEach((line, row) => {
    line.forEach((module, column) => {
      if ([at(row, column + 1), at(row + 1, column), at(row + 1, column + 1)].every((other) => other === module)) points += 3;
    });
  });
  return points;
}
