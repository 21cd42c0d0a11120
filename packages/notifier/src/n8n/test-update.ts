// A message of no task, for whoever wants to see whether updates arrive: workflows pass it on as any other.
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { discordMessage } from '../discord/message.js';
import { type N8nAddress, sendToN8n } from './send.js';

const MESSAGE = '🩺 TARS doctor: this test update has arrived.';
const KEPT_CHARS = 2_000;

/** What came back; `text` is the beginning of it. */
export type TestAnswer = { status: number; type: string; text: string };

/** Rejects when nothing comes back within `timeoutMs`. */
export async function sendTestUpdate(address: N8nAddress, { now, timeoutMs }: { now: number; timeoutMs: number }): Promise<TestAnswer> {
  const body = {
    target: 'discord',
    source: 'background_task',
    task_id: 'test',
    type: 'test',
    message: MESSAGE,
    timestamp: new Date(now).toISOString(),
    schema: 'tars.task-update/1',
    discord: discordMessage(MESSAGE),
    thread_name: 'TARS doctor',
  };
  const message = { id: `test:${randomUUID()}`, body, now };
  return sendToN8n(address, message, { signal: new AbortController().signal, timeoutMs }, async (answer) => ({
    status: answer.statusCode ?? 0,
    type: answer.headers['content-type'] ?? '',
    text: (await text(answer)).slice(0, KEPT_CHARS),
  }));
}
