// What is counted of the tasks, and how each figure is called and explained to Prometheus. No label ever names a task.

export type Labels = Readonly<Record<string, string>>;

export type Family = { help: string } & ({ type: 'counter' } | { type: 'histogram'; buckets: readonly number[] });

const MINUTES = [15, 30, 60, 120, 300, 600, 900, 1_800, 3_600];
const WAITS = [5, 15, 30, 60, 120, 180, 240, 300, 600];
const CALLS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 120, 600];
const REQUESTS = [0.5, 1, 2, 5, 10, 20, 40, 80, 160];

/** Kept in Redis by whoever makes them, so that they are those of the installation and survive every process. */
export const FAMILIES = {
  tars_tasks_accepted_total: { type: 'counter', help: 'Tasks accepted.' },
  tars_tasks_total: { type: 'counter', help: 'Tasks that have ended, by how.' },
  tars_task_duration_seconds: { type: 'histogram', buckets: MINUTES, help: 'Work time of tasks that have ended.' },
  tars_task_crashes_total: { type: 'counter', help: 'Attempts taken over from a worker that had died.' },
  tars_agent_turns_total: { type: 'counter', help: 'Replies of the model.' },
  tars_tool_calls_total: { type: 'counter', help: 'Tool calls carried out, by tool and outcome.' },
  tars_tool_duration_seconds: {
    type: 'histogram',
    buckets: CALLS,
    help: 'Time from the beginning of a tool call to its result, waiting for the owner included.',
  },
  tars_confirmations_total: { type: 'counter', help: 'Requests for a code that have ended, by how and over which channel.' },
  tars_confirmation_wait_seconds: { type: 'histogram', buckets: WAITS, help: 'Time from a request for a code to its end.' },
  tars_model_tokens_total: { type: 'counter', help: 'Tokens the model has read and written.' },
  tars_model_cost_usd_total: { type: 'counter', help: 'What replies have cost at list price, in dollars.' },
  tars_model_request_duration_seconds: {
    type: 'histogram',
    buckets: REQUESTS,
    help: 'Time of a request to the model, failed ones included.',
  },
} as const satisfies Readonly<Record<string, Family>>;

export type FamilyName = keyof typeof FAMILIES;
type Named<Type extends Family['type']> = {
  [Name in FamilyName]: (typeof FAMILIES)[Name]['type'] extends Type ? Name : never;
}[FamilyName];
export type CounterName = Named<'counter'>;
export type HistogramName = Named<'histogram'>;
