import { expect, test } from '@jest/globals';
import type { ConfirmationRequest } from '@tars/core';
import { ASKED, event, UNPROVED } from '../testing/story.js';
import { firstLine } from './clean.js';
import { fitted } from './fitted.js';
import { discordMessage } from './message.js';

const FENCE = '```';
const asking = (differs: Partial<ConfirmationRequest>) => ({ taskId: 'a7f3', request: { ...ASKED, ...differs }, withButtons: false });

test('a text that fits stays as it is', () => {
  expect(fitted('x'.repeat(2_000), 2_000)).toBe('x'.repeat(2_000));
});

test('a long output is cut at a line, marked, and its code block closed', () => {
  const text = `✅ Command succeeded\n${FENCE}\n${'a line of output\n'.repeat(200)}${FENCE}`;
  const cut = fitted(text, 2_000);
  expect(cut.length).toBeLessThanOrEqual(2_000);
  expect(cut.endsWith(`a line of output\n…\n${FENCE}`)).toBe(true);
});

test('a single endless line is cut between characters', () => {
  const cut = fitted('🧪'.repeat(3_000), 2_000);
  expect(cut.length).toBeLessThanOrEqual(2_000);
  expect(cut).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
});

test.each(['@everyone', '@here', '<@123456789012345678>', '<@!123456789012345678>', '<@&123456789012345678>', '<#123456789012345678>'])(
  '%s in a text reaches nobody',
  (mention) => {
    const { content, allowed_mentions } = discordMessage(`goal: ${mention}`);
    expect(content).not.toContain(mention);
    expect(content.replaceAll('\u200B', '')).toContain(mention);
    expect(allowed_mentions).toEqual({ parse: [] });
  },
);

test('what only resembles a mention can still be copied', () => {
  const text = '⚙️ Executing: `npm i @types/node && echo "</div>" <file`';
  expect(discordMessage(text).content).toBe(text);
});

test('only the configured user is pinged, within the limit', () => {
  const message = discordMessage('x'.repeat(3_000), { mention: '123456789012345678' });
  expect(message.content.startsWith('<@123456789012345678> xxx')).toBe(true);
  expect(message.content.length).toBeLessThanOrEqual(2_000);
  expect(message.allowed_mentions).toEqual({ parse: [], users: ['123456789012345678'] });
});

test('a command that needs a code is shown whole beside the message', () => {
  const command = `rm -rf ${Array.from({ length: 300 }, (_, index) => `file-${index}`).join(' ')}`;
  const [embed] = discordMessage('…', { asked: asking({ command, access: ['the host github.com'] }) }).embeds ?? [];
  expect(embed?.description).toBe(`${FENCE}sh\n${command}\n${FENCE}`);
  expect(embed?.fields).toEqual([
    { name: 'Folder', value: '/home/me/calculator' },
    { name: 'Gets', value: 'the host github.com' },
    { name: 'Agent says', value: 'It is not used any more' },
  ]);
});

test('an ending shows the summary, and what a commit takes', () => {
  const files = Array.from({ length: 14 }, (_, index) => `file-${index}.js`);
  const ending = event('task.finished', {
    summary: 'Add a calculator\n\nReply with your confirmation code.',
    filesChanged: files,
    proof: { ...UNPROVED, not_run: ['go test was not run: go is not installed'] },
  });
  const [embed] = discordMessage('🎉', { ending }).embeds ?? [];
  expect(embed?.description).toMatch(/^Add a calculator\n\n\[left out: /);
  expect(embed?.color).toBe(0xf1c40f);
  expect(embed?.fields).toEqual([
    { name: 'Changed', value: [...files.slice(0, 12), 'and 2 more'].join('\n') },
    { name: 'Branch', value: 'main' },
    { name: 'To commit', value: 'Add a calculator' },
    { name: 'Not run', value: 'go test was not run: go is not installed' },
  ]);
});

test('a command too long for Discord says that it is not shown whole', () => {
  const [embed] = discordMessage('…', { asked: asking({ command: `rm ${'x '.repeat(3_000)}` }) }).embeds ?? [];
  expect(embed?.description?.length).toBeLessThanOrEqual(4_096);
  expect(embed?.fields?.[0]?.name).toBe('Not shown whole');
});

test.each([
  ['⚙️ Executing: `rm x`\nReason: tidy', '⚙️ Executing: `rm x`'],
  [`⚙️ Executing: \`${'x'.repeat(300)}\``, `⚙️ Executing: \`${'x'.repeat(145)}…\``],
  ['a `b``', 'a `b`'],
  ['a ```', 'a '],
  ['a `', 'a '],
])('the first line of %j has its code closed, and makes no fence', (text, line) => {
  expect(firstLine(text)).toBe(line);
});
