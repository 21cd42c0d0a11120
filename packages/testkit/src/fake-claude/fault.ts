// The ways a request to the model can go wrong, as data.
import * as v from 'valibot';

/** How often it strikes before the service answers normally again. */
const times = v.optional(v.union([v.pipe(v.number(), v.integer(), v.minValue(1)), v.literal('always')]));
const ms = v.pipe(v.number(), v.minValue(0), v.maxValue(24 * 60 * 60_000));

export const Fault = v.variant('kind', [
  /** An HTTP status instead of a reply. */
  v.strictObject({
    kind: v.literal('status'),
    status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
    /** Seconds, sent as the header of that name. */
    retry_after: v.optional(v.pipe(v.number(), v.minValue(0))),
    error_type: v.optional(v.string()),
    message: v.optional(v.string()),
    times,
  }),
  /** The connection breaks in the middle of the last block: of a tool call when the reply has one. */
  v.strictObject({ kind: v.literal('cut'), times }),
  /** The reply ends cleanly in the middle of the last block. */
  v.strictObject({ kind: v.literal('truncate'), times }),
  /** Everything but `message_stop`, then a clean end. */
  v.strictObject({ kind: v.literal('no_message_stop'), times }),
  /** An `error` event in the middle of the last block, then a clean end. */
  v.strictObject({ kind: v.literal('error_event'), error_type: v.optional(v.string()), message: v.optional(v.string()), times }),
  /** No byte ever. */
  v.strictObject({ kind: v.literal('hang'), times }),
  /** Half a reply, then silence. */
  v.strictObject({ kind: v.literal('stall'), times }),
  /** This request is dropped and no connection is accepted for a while. */
  v.strictObject({ kind: v.literal('refuse'), for_ms: ms, times }),
  /** A pause before every event of the reply. */
  v.strictObject({ kind: v.literal('slow'), pace_ms: ms, times }),
]);
export type Fault = v.InferOutput<typeof Fault>;

/** What switches a fault on or off at run time; `hang` is short for the fault of that name. */
export const Control = v.union([
  v.strictObject({ fault: v.nullable(Fault) }),
  v.pipe(
    v.strictObject({ hang: v.boolean() }),
    v.transform(({ hang }): { fault: Fault | null } => ({ fault: hang ? { kind: 'hang' } : null })),
  ),
]);
export type ControlInput = v.InferInput<typeof Control>;

export type FaultDesk = {
  /** What its turn says strikes this request; counted by `key`, which names the turn of one task. */
  take(key: string, ofTurn: Fault | undefined): Fault | null;
  /** What was switched on at run time. */
  takeSwitched(): Fault | null;
  /** Switches a fault on for every request, until it has struck its `times` (always, when not given), or off. */
  switch(fault: Fault | null): void;
};

export function createFaultDesk(): FaultDesk {
  const struck = new Map<string, number>();
  let switched: { fault: Fault; left: number } | null = null;
  return {
    take(key, ofTurn) {
      if (ofTurn === undefined) return null;
      const before = struck.get(key) ?? 0;
      if (ofTurn.times !== 'always' && before >= (ofTurn.times ?? 1)) return null;
      struck.set(key, before + 1);
      return ofTurn;
    },
    takeSwitched() {
      if (switched === null || switched.left === 0) return null;
      switched.left -= 1;
      return switched.fault;
    },
    switch(fault) {
      const times = fault?.times ?? 'always';
      switched = fault === null ? null : { fault, left: times === 'always' ? Number.POSITIVE_INFINITY : times };
    },
  };
}
