// The table of what each setting gives up is whole: whoever adds a setting says what it gives up, or that it is none of that kind.
import { expect, test } from '@jest/globals';
import { SETTING_SECTIONS } from '@tars/core/env';
import { readPage } from './docs/page.js';

/** About comfort, speed or place: whatever they are set to, nothing more can be reached, seen, done or spent. */
const NO_MATTER_OF_SAFETY = [
  'CLAUDE_MODEL',
  'CLAUDE_MODEL_FALLBACKS',
  'CLAUDE_CONTEXT_TOKENS',
  'FEED_STYLE',
  'REDIS_HOST',
  'REDIS_PORT',
  'REDIS_DB',
  'WORKER_CONCURRENCY',
  'WORKER_POOL',
  'WEBHOOK_PORT',
  'LOG_LEVEL',
  'LOG_FORMAT',
];

test('each setting says on the page of security what it gives up, or is no matter of safety', () => {
  const [, table = ''] = /## What each setting gives up\n(.*?)\n## /s.exec(readPage('docs/security.md')) ?? [];
  const rows = table.split('\n').filter((line) => line.startsWith('| `'));
  const told = rows.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
  const settings = SETTING_SECTIONS.flatMap(({ settings }) => settings.map(({ name }) => name));
  expect([...told, ...NO_MATTER_OF_SAFETY].sort()).toEqual(settings.sort());
});
