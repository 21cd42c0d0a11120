// The table of all settings: its keys are the fields of the config, its sections the order of `.env.example`.
import type { Setting } from './setting.js';
import { CONFIRMATION } from './settings/confirmation.js';
import { REDIS } from './settings/redis.js';
import { HTTP, KEEPING } from './settings/serving.js';
import { UPDATES } from './settings/updates.js';
import { LIMITS, MODEL, WORKER } from './settings/worker.js';

export const SETTINGS = { ...MODEL, ...CONFIRMATION, ...UPDATES, ...REDIS, ...LIMITS, ...WORKER, ...HTTP, ...KEEPING };

/** What each setting's text was read as; null where an optional one is absent. */
export type Values = { -readonly [Field in keyof typeof SETTINGS]: (typeof SETTINGS)[Field] extends Setting<infer T> ? T : never };

export const SECTIONS: readonly { title: string; settings: readonly Setting<unknown>[] }[] = [
  { title: 'The model', settings: Object.values(MODEL) },
  { title: 'Confirmation of destructive commands', settings: Object.values(CONFIRMATION) },
  { title: 'Updates by n8n and Discord', settings: Object.values(UPDATES) },
  { title: 'Redis', settings: Object.values(REDIS) },
  { title: 'Limits of one task', settings: Object.values(LIMITS) },
  { title: 'Worker', settings: Object.values(WORKER) },
  { title: 'HTTP api and health', settings: Object.values(HTTP) },
  { title: 'Keeping and logging', settings: Object.values(KEEPING) },
];
