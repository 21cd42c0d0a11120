// The notifier as a part of any process: the relay to n8n, and the word that it is there.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createRedactor, watchSilence } from '@tars/core';
import type { Config } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import { announce, createOutbox, type News, PRESENCE_MS, type Redis, subscribeNews, type TaskStore, withdraw } from '@tars/core/redis';
import type { Outcome } from './channel.js';
import { createN8nChannel } from './n8n/channel.js';
import { createRelay, type RelayOptions } from './relay.js';

export type NotifierSettings = Pick<
  Config,
  'updatesUrl' | 'n8nWebhookSecret' | 'n8nWebhookToken' | 'hideCommandOutput' | 'discordMentionUser' | 'secrets'
>;

export type NotifierOptions = {
  redis: Redis;
  store: TaskStore;
  /** One subscriber is enough for a process; without it the notifier has its own. */
  news?: News;
  config: NotifierSettings;
  logger: Logger;
} & Pick<RelayOptions, 'backoff' | 'leaseMs'>;

export type Notifier = {
  /** How many events met which outcome since the start. */
  outcomes: Readonly<Record<Outcome['kind'], number>>;
  /** Finishes what is in flight (at most 10 s), hands the rest back and withdraws. */
  close(): Promise<void>;
};

const ANNOUNCE_MS = Math.floor(PRESENCE_MS / 3);

export async function startNotifier({ redis, store, news, config, logger, ...timing }: NotifierOptions): Promise<Notifier> {
  const heard = news ?? (await subscribeNews(redis, (error) => logger.debug('the news are interrupted', { error })));
  const channel = createN8nChannel({
    url: config.updatesUrl,
    secret: config.n8nWebhookSecret,
    token: config.n8nWebhookToken,
    redact: createRedactor(config.secrets),
    hideCommandOutput: config.hideCommandOutput,
    mentionUser: config.discordMentionUser,
    logger,
  });
  const outcomes: Record<Outcome['kind'], number> = { delivered: 0, skipped: 0, refused: 0, later: 0 };
  const stop = new AbortController();
  const relay = createRelay({
    ...timing,
    channel,
    store,
    outbox: createOutbox(redis, channel.name),
    news: heard,
    logger,
    signal: stop.signal,
    onOutcome: (kind) => {
      outcomes[kind] += 1;
    },
  });

  const stopWatching = watchSilence({ store, onError: (error) => logger.debug('unanswered requests could not be looked at', { error }) });

  const said = { id: `${hostname()}-${randomUUID().slice(0, 8)}`, host: hostname(), delivers: config.updatesUrl !== null };
  // While Redis is away nobody can read it either; the relay says so.
  const beat = () => announce(redis, 'notifier', said).catch((error) => logger.debug('not announced', { error }));
  await beat();
  const heart = setInterval(beat, ANNOUNCE_MS);

  return {
    outcomes,
    async close() {
      clearInterval(heart);
      stopWatching();
      stop.abort();
      await relay.ended;
      await withdraw(redis, 'notifier', said.id).catch(() => {});
      if (news === undefined) await heard.close();
    },
  };
}
