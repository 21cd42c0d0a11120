// The parts of TARS that run on behalf of one host: api and notifier inside it, the worker as its child, Redis when it has none.
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Config, missingCodeSetting } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import { alive, type Control, createOutbox, openControl, type Redis, type RedisEndpoint } from '@tars/core/redis';
import { type Notifier, startNotifier } from '@tars/notifier';
import { adoptRedis } from './adopted-redis.js';
import { type AheadOptions, type Begun, beginAhead } from './ahead.js';
import { type OwnRedis, ownRedis } from './own-redis.js';
import type { WorkerProcess } from './worker-process.js';

export type EmbeddedPart = 'api' | 'worker' | 'notifier';

/** What is known once every part serves. */
export type Up = {
  api?: { url: string };
  /** Plain sentences about what will not work as one might expect. */
  warnings: string[];
};
export type Embedded = Control & Up;
/** The record is open, and the worker on its way; `up` starts the rest, resolves once every part serves, and rejects when one cannot. */
export type Opened = Control & { up(): Promise<Up> };

export type EmbedOptions = Omit<AheadOptions, 'hasWorker'> & {
  parts: readonly EmbeddedPart[];
  /** Begun before this was loaded, with the same settings. */
  begun?: Begun;
  /** Where the port of the api is taken, the other parts do without it, and this is said of it. */
  withoutApi?: (why: string) => string;
  logger: Logger;
  persona?: string | undefined;
};

/** A worker says that it is there within about a second. */
const WORKER_UP_MS = 10_000;
/** At the end, the last updates get this long to leave. */
const LAST_UPDATES_MS = 3_000;
const POLL_MS = 25;
const FLUSH_POLL_MS = 5;

/** Resolves once every part serves; what was started is closed again when one cannot. `close` ends all, the private Redis last. */
export async function startEmbedded(options: EmbedOptions): Promise<Embedded> {
  const { up, ...control } = await openEmbedded(options);
  try {
    return { ...control, ...(await up()) };
  } catch (error) {
    await control.close();
    throw error;
  }
}

/** Resolves as soon as tasks can be handed over. */
export async function openEmbedded(options: EmbedOptions): Promise<Opened> {
  const { config, parts, logger, persona = 'sir', withoutApi } = options;
  const { worker, redis: found } = options.begun ?? beginAhead({ ...options, hasWorker: parts.includes('worker') });
  const server = await serverOf(found, logger).catch(async (error: unknown) => {
    await worker?.close();
    throw error;
  });
  const onError = (error: unknown) => {
    logger.warn('Redis is away', { error });
    server.revive();
  };
  worker?.tell(server.endpoint);
  const control = await openControl({ config, endpoint: server.endpoint, onError, persona }).catch(async (error: unknown) => {
    await worker?.close();
    await server.close();
    throw error;
  });

  const closing = new AbortController();
  let api: Promise<ApiPart> | null = null;
  let notifier: Promise<Notifier> | null = null;
  let coming: Promise<Up> | undefined;
  const bringUp = (): Promise<Up> => {
    api = parts.includes('api') ? openApi(control, { config, logger, onError, withoutApi }) : null;
    notifier = parts.includes('notifier') ? startNotifier({ ...control, config, logger }) : null;
    return upOf({ config, api, notifier, worker: worker === null ? null : isUp(worker, control.redis, closing.signal) });
  };

  const steps = [
    // What the worker says while it drains is still to be delivered, so it goes first; nobody has a use for the api meanwhile.
    () => Promise.all([worker?.close(), closeIfThere(api)]),
    () => (notifier !== null ? lastUpdatesSent(config, control.redis) : undefined),
    () => closeIfThere(notifier),
    () => control.close(),
    () => server.close(),
  ];
  const closeAll = async (): Promise<void> => {
    closing.abort();
    await coming?.catch(() => {});
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        logger.error('A part did not close cleanly', { error });
      }
    }
  };
  let closed: Promise<void> | undefined;
  return { ...control, up: () => (coming ??= bringUp()), close: () => (closed ??= closeAll()) };
}

/** What could not start has been told to whoever waited for it. */
const closeIfThere = async (part: Promise<{ close(): Promise<void> }> | null): Promise<void> => (await part?.catch(() => null))?.close();

/** A private one is started or taken over; any other is neither ours to bring back nor to end. */
async function serverOf(found: Begun['redis'], logger: Logger): Promise<OwnRedis> {
  const { stateDir, endpoint, server } = await found;
  if (server !== null) return ownRedis(server, stateDir, logger);
  const known = endpoint as RedisEndpoint;
  return (await adoptRedis(known, stateDir)) ?? { endpoint: known, revive: () => {}, close: async () => {} };
}

type ApiPart = { url: string | null; warnings: string[]; close(): Promise<void> };
type ApiOptions = {
  config: Config;
  logger: Logger;
  onError: (error: unknown) => void;
  withoutApi: EmbedOptions['withoutApi'] | undefined;
};

async function openApi(control: Control, { config, logger, onError, withoutApi }: ApiOptions): Promise<ApiPart> {
  const { startApi } = await import('@tars/api');
  const stopAttending = control.confirmations.attend(control.news, onError);
  try {
    const started = await startApi({ ...control, config, logger });
    const close = async () => {
      await started.close();
      stopAttending();
    };
    return { url: started.url, warnings: started.warnings, close };
  } catch (error) {
    stopAttending();
    const isTaken = error instanceof Error && 'code' in error && error.code === 'cannot_listen';
    if (withoutApi === undefined || !isTaken) throw error;
    return { url: null, warnings: [withoutApi(error.message)], close: async () => {} };
  }
}

type Parts = { config: Config; api: Promise<ApiPart> | null; notifier: Promise<unknown> | null; worker: Promise<boolean> | null };

async function upOf({ config, api, notifier, worker }: Parts): Promise<Up> {
  // All have an end before anything is said, so that whoever closes finds none half begun.
  const ends = await Promise.allSettled([api, notifier, worker]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  const { url = null, warnings = [] } = (await api) ?? {};
  const missing = missingCodeSetting(config);
  const said = [
    ...warnings,
    ...(notifier !== null && config.updatesUrl === null && config.discordWebhookUrl === null
      ? ['Updates reach nobody: set N8N_WEBHOOK_URL, or DISCORD_WEBHOOK_URL.']
      : []),
    ...((await worker) === false ? ['The worker has not come up yet; its log says why.'] : []),
    ...(worker !== null && config.anthropicApiKey === null
      ? ['The worker takes no task without a key for Claude: set ANTHROPIC_API_KEY.']
      : []),
    ...(missing === null ? [] : [`No confirmation code is configured, so every destructive command is denied: set ${missing}.`]),
  ];
  return { ...(url === null ? {} : { api: { url } }), warnings: said };
}

/** Whether it says so itself; also true when nobody waits for it any more. */
const isUp = (worker: WorkerProcess, redis: Redis, signal: AbortSignal): Promise<boolean> =>
  waitFor(WORKER_UP_MS, POLL_MS, async () => {
    if (signal.aborted) return true;
    // A worker's id begins so.
    return (await alive(redis, 'worker')).some(({ id }) => id.startsWith(`${hostname()}-${worker.pid}-`));
  });

/** The relay of a way out that leads nowhere is in no hurry, and nobody waits for it. */
async function lastUpdatesSent({ updatesUrl, discordWebhookUrl }: Config, redis: Redis): Promise<void> {
  const used = [...(updatesUrl === null ? [] : ['n8n' as const]), ...(discordWebhookUrl === null ? [] : ['discord' as const])];
  const outboxes = used.map((channel) => createOutbox(redis, channel));
  await waitFor(LAST_UPDATES_MS, FLUSH_POLL_MS, async () =>
    (await Promise.all(outboxes.map((outbox) => outbox.nextDue()))).every((due) => due === null),
  );
}

async function waitFor(ms: number, pollMs: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > deadline) return false;
    await delay(pollMs);
  }
  return true;
}
