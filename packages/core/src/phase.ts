// What the agent is doing right now. A second axis beside the state: the two never mix.
import * as v from 'valibot';

export const PHASES = ['started', 'planning', 'coding', 'testing', 'fixing', 'complete', 'error', 'timeout'] as const;
export const Phase = v.picklist(PHASES);
export type Phase = v.InferOutput<typeof Phase>;
