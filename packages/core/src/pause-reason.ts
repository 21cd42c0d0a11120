// Why a task paused by itself: money. An owner's pause needs no reason.
import * as v from 'valibot';

/** Its own cap, or what all tasks together may cost on one day. */
export const PauseReason = v.picklist(['cost', 'day_cost']);
export type PauseReason = v.InferOutput<typeof PauseReason>;
