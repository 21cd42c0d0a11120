// The notifier as a part of any process: the relays to n8n and to Discord, and the word that it is there.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createRedactor, watchSilence } from '@tars/core';
import type { Config } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import {
  announce,
  createOutbox,
  type News,
  type OutboxChannel,
  PRESENCE_MS,
  type Redis,
  subscribeNews,
  type TaskStore,
  withdraw,
} from '@tars/core/redis';
import type { Channel } from './channel.js';
import { createDiscordChannel } from './discord/channel.js';
import type { PayloadSettings } from './feed/payload.js';
import { createN8nChannel } from './n8n/channel.js';
import { createRelay, type RelayOptions } from './relay.js';
import { createTally, type Tally } from './tally.js';

export type NotifierSettings = Pick<
  Config,
  | 'updatesUrl'
  | 'n8nWebhookSecret'
  | 'n8nWebhookToken'
  | 'discordWebhookUrl'
  | 'discordButtons'
  | 'discordPublicKey'
  | 'hideCommandOutput'
  | 'discordMentionUser'
  | 'feedStyle'
  | 'publicUrl'
  | 'secrets'
>;

export type NotifierOptions = {
  redis: Redis;
  store: TaskStore;
  /** One subscriber is enough for a process; without it the notifier has its own. */
  news?: News;
  config: NotifierSettings;
  logger: Logger;
} & Pick<RelayOptions, 'backoff' | 'leaseMs'>;

/** Every channel but the voice, which a host brings along. */
type Way = Exclude<OutboxChannel, 'voice'>;

export type Notifier = {
  /** What became of the events of each way out since the start. */
  tallies: Readonly<Record<Way, Tally>>;
  /** Finishes what is in flight (at most 10 s), hands the rest back and withdraws. */
  close(): Promise<void>;
};

const ANNOUNCE_MS = Math.floor(PRESENCE_MS / 3);

export async function startNotifier({ redis, store, news, config, logger, ...timing }: NotifierOptions): Promise<Notifier> {
  const heard = news ?? (await subscribeNews(redis, (error) => logger.debug('the news are interrupted', { error })));
  const feed: PayloadSettings = {
    redact: createRedactor(config.secrets),
    hideCommandOutput: config.hideCommandOutput,
    mentionUser: config.discordMentionUser,
    style: config.feedStyle,
    publicUrl: config.publicUrl,
    buttons: config.discordButtons && config.discordPublicKey !== null,
  };
  const { updatesUrl, n8nWebhookSecret: secret, n8nWebhookToken: token, discordWebhookUrl } = config;
  const ways: Readonly<Record<Way, { channel: Channel; tally: Tally; isUsed: boolean }>> = {
    n8n: {
      channel: createN8nChannel({ ...feed, url: updatesUrl, secret, token, logger }),
      tally: createTally(),
      isUsed: updatesUrl !== null,
    },
    discord: {
      channel: createDiscordChannel({ ...feed, url: discordWebhookUrl, redis, logger }),
      tally: createTally(),
      isUsed: discordWebhookUrl !== null,
    },
  };
  const delivers = Object.values(ways).some(({ isUsed }) => isUsed);
  if (!delivers) logger.warn('No updates are sent: set N8N_WEBHOOK_URL to the address of your n8n workflow, or DISCORD_WEBHOOK_URL.');

  const stop = new AbortController();
  // Without an address it still runs, so that one given later does not begin with the tasks of last month.
  const relays = Object.values(ways).map(({ channel, tally, isUsed }) =>
    createRelay({
      ...timing,
      channel,
      store,
      outbox: createOutbox(redis, channel.name),
      // What nobody is told of need not be quick.
      ...(isUsed ? { news: heard } : {}),
      logger,
      signal: stop.signal,
      onOutcome: (kind) => tally.count(kind, Date.now()),
    }),
  );
  const tallies = { n8n: ways.n8n.tally, discord: ways.discord.tally };

  const stopWatching = watchSilence({ store, onError: (error) => logger.debug('unanswered requests could not be looked at', { error }) });

  const id = `${hostname()}-${randomUUID().slice(0, 8)}`;
  // While Redis is away nobody can read it either; the relay says so.
  const beat = () =>
    announce(redis, 'notifier', { id, host: hostname(), delivers, told: toldAt(tallies) }).catch((error) =>
      logger.debug('not announced', { error }),
    );
  await beat();
  const heart = setInterval(beat, ANNOUNCE_MS);

  return {
    tallies,
    async close() {
      clearInterval(heart);
      stopWatching();
      stop.abort();
      await Promise.all(relays.map(({ ended }) => ended));
      await withdraw(redis, 'notifier', id).catch(() => {});
      if (news === undefined) await heard.close();
    },
  };
}

/** When each way out took something last, as far as it has. */
const toldAt = (tallies: Notifier['tallies']): Record<string, number> =>
  Object.fromEntries(Object.entries(tallies).flatMap(([name, { lastToldAt }]) => (lastToldAt === null ? [] : [[name, lastToldAt]])));
