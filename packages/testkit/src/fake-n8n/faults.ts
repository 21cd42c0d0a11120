// How the webhook misbehaves, as data: what `POST /faults` takes.
import * as v from 'valibot';

const ms = v.pipe(v.number(), v.minValue(0), v.maxValue(24 * 60 * 60_000));

/** An empty one is none. */
export const N8nFault = v.pipe(
  v.strictObject({
    /** Answers this; anything but 2xx is not a delivery. */
    status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599))),
    /** Seconds, sent with `status` as the header of that name. */
    retry_after: v.optional(v.pipe(v.number(), v.minValue(0))),
    /** Waits before everything else. */
    delay_ms: v.optional(ms),
    /** Breaks the connection without an answer. */
    cut: v.optional(v.boolean(), false),
    /** Never answers. */
    drop: v.optional(v.boolean(), false),
    /** Takes the delivery, then breaks the connection: the sender cannot know. */
    lose_answer: v.optional(v.boolean(), false),
    /** Accepts no connection for this long, from now on. */
    refuse_ms: v.optional(ms),
    /** For how many attempts; without it until the next `POST /faults`. */
    times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  }),
  v.check(
    ({ status, cut, drop, lose_answer }) => [status !== undefined, cut, drop, lose_answer].filter(Boolean).length <= 1,
    'choose one of status, cut, drop and lose_answer',
  ),
);
export type N8nFault = v.InferOutput<typeof N8nFault>;
export type N8nFaultInput = v.InferInput<typeof N8nFault>;

export type FaultSwitch = { set(fault: N8nFault): void; take(): N8nFault | null };

export function createFaultSwitch(): FaultSwitch {
  let current: N8nFault | null = null;
  let left = 0;
  return {
    set(fault) {
      current = fault;
      left = fault.times ?? Number.POSITIVE_INFINITY;
    },
    take() {
      if (left === 0) return null;
      left -= 1;
      return current;
    },
  };
}
