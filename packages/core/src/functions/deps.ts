// What the functions stand on, and who calls them.
import type { Confirmations } from '../confirmation/confirmations.js';
import type { Channel } from '../event.js';
import type { Limits } from '../limits.js';
import type { Redact } from '../redact.js';
import type { Redis } from '../redis/connect.js';
import type { Bell } from '../redis/doorbell.js';
import type { News } from '../redis/news.js';
import type { TaskStore } from '../redis/store.js';

export type FunctionSettings = {
  limits: Limits;
  /** Detailed updates unless the call or the goal says otherwise. */
  verbose: boolean;
  /** Absolute folders tasks may work in. */
  projectsRoots: readonly string[];
  /** Which git repositories may be cloned as projects, beyond what the workers that live say of themselves. */
  repositories?: readonly string[];
  /** Absolute folders of TARS itself: no task works in them, below or above. */
  reserved?: readonly string[];
  /** Whose tasks these are. */
  owner: string;
  /** How the user is addressed: "sir", or '' for not at all. */
  persona: string;
};

export type FunctionDeps = {
  redis: Redis;
  store: TaskStore;
  bell: Bell;
  news: News;
  confirmations: Confirmations;
  redact: Redact;
  settings: FunctionSettings;
  clock: () => number;
};

export type CallContext = {
  sessionId: string;
  /** The voice model's id of this call: a repeated call with the same id gives the same task. */
  callId?: string | undefined;
  /** The name of what let the caller in, for the audit trail: `API_TOKEN`, `this machine`. */
  credential?: string | undefined;
  permission?: 'full' | 'limited' | undefined;
  channel: Channel;
  /** Where in which trace the call stands. */
  traceparent?: string | undefined;
  /** Start in a worktree of its own, on a branch, and leave the project's folder alone. */
  isolate?: boolean | undefined;
  /** The project that is open on the host's side, if any. */
  currentProject?: string | null | undefined;
};
