// A QR code as a camera sees it on a dark terminal, read by a decoder that shares nothing with the encoder.
import { createRequire } from 'node:module';

type Decode = (pixels: Uint8ClampedArray, width: number, height: number) => { data: string } | null;
/** Its types promise a default export that it does not have. */
const jsqr: Decode = createRequire(import.meta.url)('jsqr');

const SCALE = 4;

/** The text of the code that these characters draw; undefined where nothing can be read. */
export function readTerminal(drawn: string): string | undefined {
  const lines = drawn.split('\n').map((line) => [...line]);
  const width = (lines[0]?.length ?? 0) * SCALE;
  const height = lines.length * 2 * SCALE;
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const character = lines[Math.floor(y / SCALE / 2)]?.[Math.floor(x / SCALE)] ?? ' ';
      const isUpper = Math.floor(y / SCALE) % 2 === 0;
      const light = character === '█' || character === (isUpper ? '▀' : '▄');
      pixels.set([...Array.from({ length: 3 }, () => (light ? 255 : 0)), 255], (y * width + x) * 4);
    }
  }
  return jsqr(pixels, width, height)?.data;
}
