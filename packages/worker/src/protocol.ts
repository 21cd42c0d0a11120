// What supervisor and runner say to each other over IPC: the only file both sides import.
import type { ConfirmationOutcome, DaySpending, Event, PriceRow, ProcessRef, Task, TaskDiff, TranscriptRecord } from '@tars/core';
import type { ResourceLimits } from './shell/resource-watch.js';
import type { SandboxKind } from './shell/sandbox.js';

export type ModelSettings = { apiKey: string; baseUrl: string | null; model: string };

export type RunnerSettings = {
  model: ModelSettings;
  /** How many tokens the model takes in at once. */
  contextTokens: number;
  /** What the owner wants of every task, in the owner's words; null where nothing is written. */
  preferences: string | null;
  sandbox: 'auto' | 'required' | 'off';
  /** The sandbox that passed its test at the worker's start. */
  sandboxKind: SandboxKind | 'none';
  allowedDomains: string[];
  privateAddresses: string[];
  resources: ResourceLimits;
  /** What commands must not read: TARS' own keys and state. */
  hidden: string[];
  /** The operator's own, which come before those that are known. */
  prices: readonly PriceRow[];
  /** Taken out of all the runner stores, tells and asks the model. */
  secrets: string[];
  /** Where full outputs and snapshots of this task lie, outside its project. */
  taskDir: string;
};

/** The human's answer, with the key that proves a grant; the runner trusts nothing else. */
export type Answer =
  | { kind: 'confirmation'; id: string; outcome: ConfirmationOutcome; grant: Task['grant']; feedback: string | null }
  | { kind: 'question'; id: string; text: string | null };

/** An answer that came between two attempts, to what this call had asked. */
export type HeardBefore = { callId: string; answer: Answer };

export type Acknowledgement =
  /** `day`: what all tasks have cost and may, where there is such a limit and this changed it. */
  | { kind: 'committed'; task: Task; day?: DaySpending | null }
  /** `revoked`: nothing but the yes was missing, which the owner took back before it was used. */
  | { kind: 'refused' | 'fenced' | 'revoked' };

/** A request to the model that has ended; times in ms since 1970. */
export type Asked = {
  model: string;
  startedAt: number;
  endedAt: number;
  /** `again`: worth another try; `refused`: for a person to mend. */
  outcome: 'ok' | 'again' | 'refused';
  /** What went wrong. */
  error: string | null;
  /** The service's own name for it, to ask its people about. */
  requestId: string | null;
  tokens: { input: number; output: number } | null;
};

export type ToRunner =
  | {
      type: 'begin';
      task: Task;
      transcript: TranscriptRecord[];
      heard: HeardBefore | null;
      /** What all tasks have cost today and may; null where there is no such limit. */
      day: DaySpending | null;
      settings: RunnerSettings;
      publicKeyPem: string | null;
    }
  | { type: 'acknowledged'; request: number; outcome: Acknowledgement }
  /** By others, who may have something to say to it. */
  | { type: 'changed' }
  | { type: 'answered'; answer: Answer; publicKeyPem: string | null };

export type FromRunner =
  /** Nothing has happened until this is acknowledged as committed. */
  | {
      type: 'commit';
      request: number;
      /** What waited for this commit and comes before it: stands alone where the rest is refused. */
      held?: { events: Event[]; records: TranscriptRecord[] };
      events: Event[];
      records: TranscriptRecord[];
    }
  /** Between two calls, with nothing under way: acknowledged with the task as it is now. A pause is taken here. */
  | { type: 'look'; request: number }
  /** What the task has changed so far. */
  | { type: 'diff'; diff: TaskDiff }
  | { type: 'output'; callId: string; chunk: string }
  /** Roots of the process trees the task has started. */
  | { type: 'tree'; processes: ProcessRef[] }
  | { type: 'asked'; asked: Asked }
  /** A tool call begins, and has its result; `tool` is `unknown` where the model made one up. */
  | { type: 'call'; callId: string; tool: string; at: number }
  | { type: 'called'; callId: string; isError: boolean; at: number }
  /** True while the model's service is away: that time is not work. */
  | { type: 'outage'; stands: boolean }
  /** Of a library, about the installation rather than the task. */
  | { type: 'warning'; text: string }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; msg: string; fields: { [name: string]: unknown } };
