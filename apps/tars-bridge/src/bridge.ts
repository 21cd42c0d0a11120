// The bridge itself: what a host may ask of the background tasks, composed from the parts that know how.
import { answerAddressed, createRedactor, type FunctionAnswer, NOT_PERMITTED, UNAVAILABLE, watchSilence } from '@tars/core';
import { createLogger } from '@tars/core/log';
import { type Control, openControl, type RedisEndpoint } from '@tars/core/redis';
import { readArguments, withoutSecrets } from './arguments.js';
import { declarationsFor, type Permission, type Wanted } from './declarations/declarations.js';
import type { DeclarationFormat, DeclarationOf } from './declarations/formats.js';
import { startEmbedded } from './embed/embedded.js';
import { type BridgeEvent, type EventsOptions, follow } from './events/follow.js';
import { type Heard, hear } from './hear.js';
import { instructionsFor } from './instructions.js';
import { openLink } from './link.js';
import { type FetchHandler, mountApi } from './mount.js';
import { type BridgeOptions, settingsOf } from './options.js';
import { speakNews } from './voice/speak-news.js';
import { watchWaiting } from './waiting.js';

export type CallOptions = {
  /** The conversation the call comes from. */
  sessionId: string;
  /** The model's own id of the call: repeated, it starts nothing twice. */
  callId?: string | undefined;
  permission?: Permission | undefined;
};

export type TarsBridge = {
  /** The functions as the model of that format is told of them; none for a `limited` conversation. */
  functionDeclarations<Format extends DeclarationFormat>(options: { format: Format } & Wanted): DeclarationOf[Format][];
  /** Carries out a function the model called. What a user can cause is an answer, never an exception. */
  call(name: string, args: unknown, options: CallOptions): Promise<FunctionAnswer>;
  /** For the host's system prompt: how to speak of the tasks, and which of them wait for the user right now. */
  instructions(): string;
  /** To be given every utterance: acts on a code or a no while one is awaited, and says what may be stored of it. */
  hear(utterance: string, options: { sessionId: string }): Promise<Heard>;
  events(options?: EventsOptions): AsyncIterable<BridgeEvent>;
  /** The api, to be mounted in the host's own server. */
  fetch: FetchHandler;
  /** Where the embedded api listens; null without one. */
  apiUrl(): string | null;
  close(): Promise<void>;
};

/** Bringing up every embedded part may take this long before the bridge is handed out without them. */
const EMBED_PATIENCE_MS = 20_000;

export async function openBridge(options: BridgeOptions): Promise<TarsBridge> {
  const { embed = [], privateRedis = false, voice, currentProject, persona = 'sir', env = {} } = options;
  const { config, warnings } = settingsOf(options);
  const redact = createRedactor(config.secrets);
  const logger = createLogger({ service: 'bridge', level: config.logLevel, format: config.logFormat, redact });
  for (const warning of warnings) logger.warn(warning);
  let apiUrl: string | null = null;

  const openParts = async (endpoint: RedisEndpoint | null): Promise<Control> => {
    if (embed.length === 0 && endpoint !== null) {
      const onError = (error: unknown) => logger.warn('Redis is away', { error });
      const control = await openControl({ config, endpoint, persona, onError });
      control.closed.addEventListener('abort', watchSilence({ store: control.store, onError }), { once: true });
      return control;
    }
    const embedded = await startEmbedded({ env, config, endpoint, parts: embed, persona, logger });
    for (const warning of embedded.warnings) logger.warn(warning);
    apiUrl = embedded.api?.url ?? null;
    return embedded;
  };
  const open = async (endpoint: RedisEndpoint | null): Promise<Control> => {
    const control = await openParts(endpoint);
    return voice === undefined ? control : speakNews(control, { voice, redact, persona, logger });
  };

  const link = await openLink({
    redis: privateRedis ? 'own' : config.redis,
    stateDir: config.stateDir,
    open,
    ...(embed.length === 0 && !privateRedis ? {} : { patienceMs: EMBED_PATIENCE_MS }),
    logger,
  });
  const waiting = await watchWaiting(link);

  return {
    functionDeclarations: ({ format, ...wanted }) => declarationsFor(format, wanted),
    async call(name, args, { sessionId, callId, permission }) {
      if (permission === 'limited') return answerAddressed(NOT_PERMITTED, persona);
      const control = await link.get();
      if (control === null) return answerAddressed(UNAVAILABLE, persona);
      const context = { sessionId, callId, channel: 'voice', currentProject: currentProject?.() } as const;
      const answer = await control.functions.call(name, withoutSecrets(readArguments(args), redact), context);
      void waiting.refresh();
      return answer;
    },
    instructions: () => redact(instructionsFor(waiting.tasks())),
    async hear(utterance, { sessionId }) {
      const heard = await hear(utterance, { control: await link.get(), secrets: config.secrets, persona, sessionId });
      void waiting.refresh();
      return heard;
    },
    events: (which = {}) => follow(link, which),
    fetch: mountApi(link, { config, logger }),
    apiUrl: () => apiUrl,
    async close() {
      waiting.close();
      await link.close();
    },
  };
}
