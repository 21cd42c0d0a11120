// One step of a figure: the sample as Prometheus names it, and by how much it grows.
import { type CounterName, FAMILIES, type HistogramName, type Labels } from './families.js';

export type Figure = readonly [sample: string, amount: number];

/** `name{label="value"}`, labels in the order given. */
export function sampleOf(name: string, labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

export const counted = (name: CounterName, labels: Labels = {}, amount = 1): Figure => [sampleOf(name, labels), amount];

/** All that one observation adds to a histogram. */
export function observed(name: HistogramName, labels: Labels, seconds: number): Figure[] {
  const bucket = (le: string): Figure => [sampleOf(`${name}_bucket`, { ...labels, le }), 1];
  return [
    ...FAMILIES[name].buckets.filter((limit) => seconds <= limit).map((limit) => bucket(String(limit))),
    bucket('+Inf'),
    [sampleOf(`${name}_sum`, labels), seconds],
    [sampleOf(`${name}_count`, labels), 1],
  ];
}

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
