// The record of every task: read it, list it, and change it through `commit` alone.
import { accept, apply } from '../apply.js';
import { type AuditEntry, actorOf, auditOf, type Caller } from '../audit.js';
import type { Event, EventOf, LoggedEvent } from '../event.js';
import type { Figure } from '../figures/figure.js';
import { figuresOf } from '../figures/figures-of.js';
import { LEASE_MS } from '../limits.js';
import { createRedactor } from '../redact.js';
import type { Task } from '../task.js';
import type { TranscriptRecord } from '../transcript.js';
import { type AuditSettings, auditKeeps, auditTexts } from './audit-log.js';
import { type CommitReply, commitScript, renewScript } from './commit-script.js';
import type { Redis } from './connect.js';
import { isConnectionLoss } from './connection-loss.js';
import { type LogEntry, readEntries } from './event-log.js';
import { figureTexts } from './figures.js';
import { keys } from './keys.js';
import { createLines } from './line.js';
import { createListing } from './listing.js';
import { RECORD_VERSION, requireKnown } from './record-version.js';
import { createSpending, type DaySpent, spendingOf, spentIn } from './spending.js';
import { fromHash, toHash } from './task-codec.js';
import { createTaskTexts } from './task-texts.js';

/** The ways out of the event log that must miss nothing; each gets every task with news marked as due. */
export const OUTBOX_CHANNELS = ['n8n', 'discord', 'voice'] as const;
export type OutboxChannel = (typeof OUTBOX_CHANNELS)[number];

/** In whose name a change is made: the holder of a claim, one who takes it, or anybody else. */
export type Author =
  | { role: 'owner'; nonce: string }
  /** `displaces`: the nonce of a holder known to be dead, whose lease need not run out first. */
  | { role: 'claim'; nonce: string; displaces?: string | undefined }
  | { role: 'outsider' };

export type Change = {
  as: Author;
  /** Applied in order, together or not at all; none when only the transcript grows. */
  events: readonly Event[];
  records?: readonly TranscriptRecord[];
  /** Give the claim up with this change. */
  release?: boolean;
  /** Who stands behind an outsider's change, for the audit trail. */
  by?: Caller;
  /** A holder whose change was never answered tries it again under the same id: it is made once, whatever became of the first try. */
  id?: string;
  /** What a holder was last told of its task: tried on that, and read anew only where somebody else has changed it since. */
  known?: Known | undefined;
};

export type Known = { task: Task; seq: number };

export type Committed =
  /** `spent`: what the day has cost with it, where it cost something. */
  | { kind: 'committed'; task: Task; seq: number; spent?: DaySpent }
  /** The events no longer apply: settled elsewhere, answered already, cancelled. */
  | { kind: 'refused'; task: Task }
  /** Another attempt owns the task. */
  | { kind: 'fenced' }
  /** A claim came too early: somebody holds a live lease, or another task (`id`) works in the project. */
  | { kind: 'held' }
  | { kind: 'behind'; id: string }
  | { kind: 'missing' };

export type Once = { key: string; ttlMs: number };
export type Created = { kind: 'created'; task: Task } | { kind: 'repeated'; task: Task } | { kind: 'taken' };

/** Five lost races in a row on one task mean a bug, not bad luck. */
const MAX_RACES = 5;

export class CommitContentionError extends Error {
  readonly code = 'commit_contention';
  constructor(id: string) {
    super(`Task ${id} changed ${MAX_RACES} times while one change was being made.`);
  }
}

export type TaskStore = ReturnType<typeof createTaskStore>;

/** An argument of the script that is a list. */
const listed = (texts: readonly string[]): string[] => [String(texts.length), ...texts];

/** Whether its owner has a word in it: asked, or with a yes that could still be taken back. */
const waits = ({ confirmation, question, grant }: Task): boolean => confirmation !== null || question !== null || grant !== null;
const isToBeUndone = ({ undo }: Task): boolean => undo !== null && undo.outcome === null;

/** For an index that need not be looked at where nothing has changed: "" then. */
const changedTo = (is: (task: Task) => boolean, task: Task, before: Task | null): string =>
  before !== null && is(before) === is(task) ? '' : is(task) ? '1' : '0';

const KEEP_ALL: AuditSettings = { retentionMs: null, redact: createRedactor([]) };

/** What became of a change that Redis has kept, for a holder who was not told: it may have lost its claim since. */
const madeBefore = ({ task, seq, nonce }: { task: Task; seq: number; nonce: string | null }, as: Author): Committed =>
  as.role !== 'outsider' && nonce !== null && nonce !== as.nonce ? { kind: 'fenced' } : { kind: 'committed', task, seq };

/** `version`: of the record that is written, and the newest that is read. */
export function createTaskStore(redis: Redis, auditing: AuditSettings = KEEP_ALL, version: number = RECORD_VERSION) {
  /** Who accepts a task and who takes it decide; what others write must not take it from a holder of before. */
  const versionOf = (mode: Author['role'] | 'create'): string[] => (mode === 'create' || mode === 'claim' ? ['v', String(version)] : []);
  type Write = {
    task: Task;
    /** As it lies in Redis, if it is there; what has not changed since is not written. */
    before: Task | null;
    mode: Author['role'] | 'create';
    nonce: string;
    displaces?: string | undefined;
    expected: number;
    change: Omit<Change, 'as' | 'by' | 'known'>;
    audit: readonly AuditEntry[];
    figures: readonly Figure[];
    once: readonly Once[];
  };

  const write = ({ task, before, mode, nonce, displaces = '', expected, change, audit, figures, once }: Write): Promise<CommitReply> => {
    const [spending, spent] = spendingOf(change.events);
    return commitScript(
      redis,
      [
        keys.task(task.id),
        keys.events(task.id),
        keys.transcript(task.id),
        keys.tasks,
        keys.bySession(task.sessionId),
        keys.byOwner(task.owner),
        keys.line(task.pool),
        keys.projects,
        keys.news,
        keys.audit,
        keys.figures,
        keys.undoing(task.pool),
        spending,
        keys.waiting,
        keys.changed,
        ...once.map(({ key }) => keys.once(key)),
      ],
      [
        task.id,
        mode,
        nonce,
        String(LEASE_MS),
        String(expected),
        task.state,
        String(task.createdAt),
        change.release ? '1' : '0',
        keys.byState(''),
        keys.outbox(''),
        auditKeeps(auditing),
        displaces,
        task.isolate ? `isolated:${task.id}` : task.project,
        changedTo(isToBeUndone, task, before),
        changedTo(waits, task, before),
        change.id ?? '',
        spent,
        ...listed([...toHash(task, before), ...versionOf(mode)]),
        ...listed(change.events.map((event) => JSON.stringify(event))),
        ...listed((change.records ?? []).map((record) => JSON.stringify(record))),
        ...listed(OUTBOX_CHANNELS),
        ...listed(once.map(({ ttlMs }) => String(ttlMs))),
        ...listed(auditTexts(audit, auditing)),
        ...listed(figureTexts(figures)),
      ],
    );
  };

  const readHash = async (id: string) => {
    const hash = await redis.hGetAll(keys.task(id));
    requireKnown(id, hash, version);
    return hash.seq === undefined ? null : { task: fromHash(hash), seq: Number(hash.seq), nonce: hash.nonce ?? null, change: hash.change };
  };

  /** One that cannot be read hides none of the others. */
  const readMany = async (ids: readonly string[]): Promise<Task[]> => {
    const found = await Promise.all(
      ids.map((id) =>
        readHash(id).catch((error: unknown) => {
          if (isConnectionLoss(error)) throw error;
          return null;
        }),
      ),
    );
    return found.flatMap((entry) => (entry === null ? [] : [entry.task]));
  };

  return {
    ...createSpending(redis),
    ...createTaskTexts(redis, auditing.redact),
    ...createListing(redis, readMany),
    ...createLines(redis),

    /** Accepts a task under `id`. `taken`: the id is in use, choose another. `repeated`: one of `once` was used before. */
    async create(id: string, event: EventOf<'task.queued'>, once: readonly Once[] = [], by: Caller = {}): Promise<Created> {
      const task = accept(id, event);
      const audit = auditOf(task, event, actorOf(task, 'outsider', { ...by, sessionId: event.sessionId }));
      const reply = await write({
        task,
        before: null,
        mode: 'create',
        nonce: '',
        expected: 0,
        change: { events: [event] },
        audit,
        figures: figuresOf(task, event),
        once,
      });
      if (reply[0] === 'repeated') {
        const first = await readHash(reply[1]);
        return first === null ? { kind: 'taken' } : { kind: 'repeated', task: first.task };
      }
      return reply[0] === 'committed' ? { kind: 'created', task } : { kind: 'taken' };
    },

    async read(id: string): Promise<Task | null> {
      return (await readHash(id))?.task ?? null;
    },

    /** The task with the nonce of the claim it is under, if it is under one: its `worker` is then who made that claim. */
    async readHeld(id: string): Promise<{ task: Task; nonce: string | null } | null> {
      return readHash(id);
    },

    /** Applies the change to the task as it is *now*; when somebody was faster, applies it again to what they left. */
    async commit(id: string, change: Change): Promise<Committed> {
      let isKnown = change.known !== undefined;
      let current = change.known === undefined ? await readHash(id) : { ...change.known, nonce: null, change: undefined };
      for (let race = 0; race < MAX_RACES; race++) {
        if (current === null) return { kind: 'missing' };
        const { task: before, seq: expected } = current;
        if (change.id !== undefined && change.id === current.change) return madeBefore(current, change.as);
        const audit: AuditEntry[] = [];
        const figures: Figure[] = [];
        const actor = actorOf(before, change.as.role, change.by);
        const task = change.events.reduce<Task | null>((next, event) => {
          if (next === null) return null;
          audit.push(...auditOf(next, event, actor));
          figures.push(...figuresOf(next, event));
          return apply(next, event);
        }, before);
        if (task === null && isKnown) {
          isKnown = false;
          current = await readHash(id);
          continue;
        }
        if (task === null) return { kind: 'refused', task: before };
        const nonce = change.as.role === 'outsider' ? '' : change.as.nonce;
        const displaces = change.as.role === 'claim' ? change.as.displaces : undefined;
        const reply = await write({ task, before, mode: change.as.role, nonce, displaces, expected, change, audit, figures, once: [] });
        switch (reply[0]) {
          case 'committed':
            return { kind: 'committed', task, seq: Number(reply[1]), ...spentIn(reply[2], reply[3]) };
          case 'fenced':
            return { kind: 'fenced' };
          case 'leased':
            return { kind: 'held' };
          case 'behind':
            return { kind: 'behind', id: reply[1] };
          case 'stale':
            isKnown = false;
            current = await readHash(id);
            break;
          default:
            return { kind: 'missing' };
        }
      }
      throw new CommitContentionError(id);
    },

    /** Keeps the lease alive, and with it what was spent so far; false once the nonce no longer owns the task. */
    async renew(id: string, nonce: string, { workedMs, outageMs }: Pick<Task, 'workedMs' | 'outageMs'>): Promise<boolean> {
      return (await renewScript(redis, [keys.task(id)], [nonce, String(LEASE_MS), String(workedMs), String(outageMs)])) === 1;
    },

    /** The events after `afterSeq`, in order, of at most `limit` entries; what this version cannot read is left out. */
    async events(id: string, afterSeq = 0, limit = 1_000): Promise<LoggedEvent[]> {
      const entries = await readEntries(redis, id, afterSeq, limit);
      return entries.flatMap(({ event, ...place }) => (event === null ? [] : [{ ...place, event }]));
    },

    /** The same for one who must account for every entry. */
    entries(id: string, afterSeq: number, limit: number): Promise<LogEntry[]> {
      return readEntries(redis, id, afterSeq, limit);
    },

    /** Tasks of a pool whose owner waits for an undo. */
    undoing(pool: string): Promise<string[]> {
      return redis.sMembers(keys.undoing(pool));
    },
  };
}
