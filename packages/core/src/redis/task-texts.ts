// The long texts that lie beside a task: what its commands print, what it has changed, what the model said and saw.
import * as v from 'valibot';
import type { Redact } from '../redact.js';
import { BundleFacts } from '../repository.js';
import { shortTranscript, TRANSCRIPT_BYTES } from '../short-transcript.js';
import { TaskDiff } from '../task-diff.js';
import { TranscriptRecord } from '../transcript.js';
import { shortenScript } from './commit-script.js';
import type { Redis } from './connect.js';
import { keys } from './keys.js';

/** Whoever watches does so while the command prints; later the transcript has what the model saw. */
const OUTPUT_MS = 24 * 3_600_000;

/** Below this a transcript is kept whole, for whoever reads it later. */
const SHORTENED_FROM_BYTES = TRANSCRIPT_BYTES / 2;

export const createTaskTexts = (redis: Redis, redact: Redact) => ({
  /** Output for those who watch; about the last 1,000 chunks are kept, and none for long. */
  async appendOutput(id: string, chunk: string): Promise<void> {
    await redis
      .multi()
      .xAdd(keys.output(id), '*', { chunk }, { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: 1_000 } })
      .pExpire(keys.output(id), OUTPUT_MS)
      .exec();
  },

  /** What the task has changed in its project, as of its last snapshot; null while nothing is known. */
  async diff(id: string): Promise<TaskDiff | null> {
    const text = await redis.get(keys.diff(id));
    return text === null ? null : v.parse(TaskDiff, JSON.parse(text));
  },

  async saveDiff(id: string, diff: TaskDiff): Promise<void> {
    if ((await redis.exists(keys.task(id))) === 1) await redis.set(keys.diff(id), JSON.stringify({ ...diff, patch: redact(diff.patch) }));
  },

  /** The work of a task in a clone, for who wants it or goes on with it; null while there is none. */
  async bundle(id: string): Promise<{ facts: BundleFacts; bytes: Buffer } | null> {
    const [facts, data] = await redis.hmGet(keys.bundle(id), ['facts', 'data']);
    if (!facts || !data) return null;
    return { facts: v.parse(BundleFacts, JSON.parse(facts)), bytes: Buffer.from(data, 'base64') };
  },

  async bundleFacts(id: string): Promise<BundleFacts | null> {
    const facts = await redis.hGet(keys.bundle(id), 'facts');
    return facts == null ? null : v.parse(BundleFacts, JSON.parse(facts));
  },

  async saveBundle(id: string, facts: BundleFacts, bytes: Buffer): Promise<void> {
    if ((await redis.exists(keys.task(id))) === 1)
      await redis.hSet(keys.bundle(id), { facts: JSON.stringify(facts), data: bytes.toString('base64') });
  },

  async transcript(id: string): Promise<TranscriptRecord[]> {
    const records = await redis.lRange(keys.transcript(id), 0, -1);
    return records.map((record) => v.parse(TranscriptRecord, JSON.parse(record)));
  },

  /** A long transcript loses what the model is no longer sent; for the holder of the claim, who alone adds to it. */
  async shortenTranscript(id: string, nonce: string): Promise<void> {
    const texts = await redis.lRange(keys.transcript(id), 0, -1);
    if (texts.reduce((bytes, text) => bytes + text.length, 0) < SHORTENED_FROM_BYTES) return;
    const short = shortTranscript(texts.map((text) => v.parse(TranscriptRecord, JSON.parse(text))));
    const changes = [...short].flatMap(([index, record]) => [String(index), JSON.stringify(record)]);
    await shortenScript(redis, [keys.task(id), keys.transcript(id)], [nonce, ...changes]);
  },
});
