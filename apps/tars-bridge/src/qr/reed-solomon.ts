// The correcting half of a QR code: remainders over the field of 256 elements that ISO/IEC 18004 uses.

const POLYNOMIAL = 0x11d;
const SIZE = 255;

const powers: number[] = [];
for (let value = 1; powers.length < SIZE; value = (value << 1) ^ (value >= 128 ? POLYNOMIAL : 0)) powers.push(value);
const logs = new Map(powers.map((value, exponent) => [value, exponent]));

const power = (exponent: number): number => powers[exponent % SIZE] ?? 0;

function product(one: number, other: number): number {
  const [a, b] = [logs.get(one), logs.get(other)];
  return a === undefined || b === undefined ? 0 : power(a + b);
}

/** Coefficients of the product of (x - 2^i) for i below `degree`, the leading one left out. */
function generator(degree: number): number[] {
  let coefficients = [1];
  for (let root = 0; root < degree; root++) {
    const shifted = [...coefficients, 0];
    coefficients = shifted.map((value, at) => value ^ product(coefficients[at - 1] ?? 0, power(root)));
  }
  return coefficients.slice(1);
}

/** As many correcting bytes for the data as asked for. */
export function correction(data: readonly number[], count: number): number[] {
  const divisor = generator(count);
  let rest = Array.from({ length: count }, () => 0);
  for (const byte of data) {
    const factor = byte ^ (rest[0] ?? 0);
    rest = [...rest.slice(1), 0].map((value, at) => value ^ product(divisor[at] ?? 0, factor));
  }
  return rest;
}
