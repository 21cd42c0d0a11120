// The verifier of codes over a real Redis, a task that is being worked on, and a clock to turn.
import { generateKeyPairSync } from 'node:crypto';
import { beforeEach } from '@jest/globals';
import { createCodeVerifier } from '../confirmation/code.js';
import { type Confirmations, createConfirmations } from '../confirmation/confirmations.js';
import type { Event, EventOf } from '../event.js';
import { createAuditLog } from '../redis/audit-log.js';
import { type Committed, createTaskStore, type TaskStore } from '../redis/store.js';
import { AT, confirmation, event } from './samples.js';
import { useRedis } from './use-redis.js';

export const CODE = '4711';
const NONCE = 'n1';

export function pemPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

export type Judge = {
  at: ReturnType<typeof useRedis>;
  store: TaskStore;
  confirmations: Confirmations;
  /** Milliseconds since 1970, for everything here. */
  now: number;
  /** Another process: its own memory, and its own code or key when given. */
  another(more?: Partial<Parameters<typeof createConfirmations>[0]>): Confirmations;
  /** A task that a worker has claimed. */
  running(id: string, more?: Partial<EventOf<'task.queued'>>): Promise<void>;
  ask(id: string, confirmationId: string): Promise<Committed>;
  byWorker(id: string, ...events: Event[]): Promise<Committed>;
  code(id: string, code: string, more?: object): ReturnType<Confirmations['submit']>;
};

/** Before each test the task `a7f3` runs, and nothing waits. */
export function useConfirmations(): Judge {
  const at = useRedis();
  const { privatePem: signingKeyPem } = pemPair();
  const redact = (text: string) => text;
  const judge: Judge = {
    at,
    get store() {
      return createTaskStore(at.redis);
    },
    confirmations: undefined as unknown as Confirmations,
    now: AT,
    another: (more = {}) =>
      createConfirmations({
        store: judge.store,
        redis: at.redis,
        audit: createAuditLog(at.redis, { retentionMs: null, redact }),
        verifier: createCodeVerifier(CODE),
        signingKeyPem,
        redact,
        clock: () => judge.now,
        beatMs: 1,
        ...more,
      }),
    async running(id, more = {}) {
      await judge.store.create(id, { ...event('task.queued', { project: `/projects/${id}` }), ...more });
      await judge.store.commit(id, { as: { role: 'claim', nonce: NONCE }, events: [event('task.claimed')] });
    },
    ask: (id, confirmationId) => {
      const request = { ...confirmation(confirmationId, confirmationId), askedAt: judge.now, expiresAt: judge.now + 300_000 };
      return judge.byWorker(id, event('confirmation.requested', { confirmation: request }, judge.now));
    },
    byWorker: (id, ...events) => judge.store.commit(id, { as: { role: 'owner', nonce: NONCE }, events }),
    code: (id, code, more = {}) => judge.confirmations.submit({ taskId: id, code, channel: 'http', ...more }),
  };
  beforeEach(async () => {
    judge.now = AT;
    judge.confirmations = judge.another();
    await judge.running('a7f3');
  });
  return judge;
}
