// Figures as text that Prometheus reads.
import { FAMILIES, type Family, type FamilyName, type Labels } from './families.js';
import { sampleOf } from './figure.js';

export type Shown = {
  name: string;
  help: string;
  type: Family['type'] | 'gauge';
  samples: readonly (readonly [sample: string, value: number])[];
};

export const gauge = (name: string, help: string, values: readonly (readonly [labels: Labels, value: number])[]): Shown => ({
  name,
  help,
  type: 'gauge',
  samples: values.map(([labels, value]) => [sampleOf(name, labels), value]),
});

/** In the order given; a family without samples is left out. */
export function exposition(families: readonly Shown[]): string {
  const lines = families
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(([sample, value]) => `${sample} ${value}`),
    ]);
  return `${lines.join('\n')}\n`;
}

/** The families that are kept, from what is kept of them; a counter without labels is there from the first day. */
export function shownFamilies(kept: ReadonlyMap<string, number>): Shown[] {
  return (Object.keys(FAMILIES) as FamilyName[]).map((name) => {
    const family: Family = FAMILIES[name];
    const samples = family.type === 'histogram' ? histogram(name, family.buckets, kept) : counters(name, kept);
    return { name, help: family.help, type: family.type, samples };
  });
}

function counters(name: string, kept: ReadonlyMap<string, number>): Shown['samples'] {
  const found = [...kept].filter(([sample]) => sample === name || sample.startsWith(`${name}{`)).sort();
  return found.length === 0 && UNLABELLED.has(name) ? [[name, 0]] : found;
}

const UNLABELLED: ReadonlySet<string> = new Set<FamilyName>([
  'tars_tasks_accepted_total',
  'tars_task_crashes_total',
  'tars_agent_turns_total',
]);

/** Every bucket of every set of labels, also those nothing has fallen into: sums over them would be wrong without. */
function histogram(name: string, buckets: readonly number[], kept: ReadonlyMap<string, number>): Shown['samples'] {
  const sum = `${name}_sum`;
  const sets = [...kept.keys()].filter((sample) => sample.startsWith(`${sum}{`)).map((sample) => sample.slice(sum.length + 1, -1));
  return sets.sort().flatMap((labels) => {
    const of = (sample: string) => kept.get(sample) ?? 0;
    let within = 0;
    const shown = [...buckets.map(String), '+Inf'].map((le) => {
      within += of(`${name}_within{${labels},le="${le}"}`);
      const bucket = `${name}_bucket{${labels},le="${le}"}`;
      // What an older version has counted lies in every bucket it belongs to.
      return [bucket, within + of(bucket)] as const;
    });
    const count = `${name}_count{${labels}}`;
    return [...shown, [`${sum}{${labels}}`, of(`${sum}{${labels}}`)] as const, [count, within + of(count)] as const];
  });
}
