// One step of a figure: the sample as Prometheus names it, and by how much it grows.
import { type CounterName, FAMILIES, type HistogramName, type Labels } from './families.js';

export type Figure = readonly [sample: string, amount: number];

/** `name{label="value"}`, labels in the order given. */
export function sampleOf(name: string, labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

export const counted = (name: CounterName, labels: Labels = {}, amount = 1): Figure => [sampleOf(name, labels), amount];

/** The one bucket an observation falls into, and the sum; the wider buckets and the count follow from these when they are shown. */
export function observed(name: HistogramName, labels: Labels, seconds: number): Figure[] {
  const limit = FAMILIES[name].buckets.find((bucket) => seconds <= bucket);
  return [
    [sampleOf(`${name}_within`, { ...labels, le: String(limit ?? '+Inf') }), 1],
    [sampleOf(`${name}_sum`, labels), seconds],
  ];
}

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
