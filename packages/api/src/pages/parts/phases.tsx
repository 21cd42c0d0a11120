// Where the time went: each phase in its turn, and how often it came back.
import type { Stretch } from '../story.js';
import { clock } from '../words.js';

/** More of them are told as a number. */
const SHOWN = 14;

/** `now`: null where a script counts on, so that a second more is no news. */
export function Phases({ phases, now }: { phases: readonly Stretch[]; now: number | null }) {
  if (phases.length === 0) return null;
  const seen = new Map<string, number>();
  const numbered = phases.map((stretch) => {
    const nth = (seen.get(stretch.phase) ?? 0) + 1;
    seen.set(stretch.phase, nth);
    return { ...stretch, nth };
  });
  const hidden = Math.max(0, numbered.length - SHOWN);
  return (
    <>
      <h2>Phases</h2>
      <ol class="phases">
        {hidden > 0 && <li class="quiet">{hidden} earlier</li>}
        {numbered.slice(hidden).map(({ phase, from, to, nth }) => (
          <li class={to === null ? 'now' : ''} aria-current={to === null ? 'step' : undefined}>
            <span>
              {phase}
              {nth > 1 && <small> {ordinal(nth)} time</small>}
            </span>{' '}
            <time data-since={to === null ? String(from) : undefined}>
              {to === null && now === null ? '' : clock((to ?? now ?? from) - from)}
            </time>
          </li>
        ))}
      </ol>
    </>
  );
}

const ENDINGS: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
const rules = new Intl.PluralRules('en', { type: 'ordinal' });
const ordinal = (count: number): string => `${count}${ENDINGS[rules.select(count)] ?? 'th'}`;
