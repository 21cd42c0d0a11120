// Lets the news of the tasks be spoken in the host's calls, for as long as the control is open.
import type { Redact } from '@tars/core';
import type { Logger } from '@tars/core/log';
import { type Control, createOutbox } from '@tars/core/redis';
import { createRelay, createVoiceChannel, type Voice } from '@tars/notifier';

type SpeakOptions = { voice: Voice; redact: Redact; persona: string; logger: Logger };

/** The same control, which now also speaks; closing it lets a sentence that is being said end first. */
export function speakNews(control: Control, { voice, redact, persona, logger }: SpeakOptions): Control {
  const { redis, store, news } = control;
  const ending = new AbortController();
  const relay = createRelay({
    channel: createVoiceChannel({ voice, redact, persona }),
    store,
    outbox: createOutbox(redis, 'voice'),
    news,
    logger,
    signal: ending.signal,
  });
  return {
    ...control,
    async close() {
      ending.abort();
      await relay.ended;
      await control.close();
    },
  };
}
