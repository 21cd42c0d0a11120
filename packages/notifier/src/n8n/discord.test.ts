import { expect, test } from '@jest/globals';
import { ASKED } from '../testing/story.js';
import { discordMessage } from './discord.js';
import { fitted } from './fitted.js';

const FENCE = '```';

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
    const { content, allowed_mentions } = discordMessage(`goal: ${mention}`, null, null);
    expect(content).not.toContain(mention);
    expect(content.replaceAll('\u200B', '')).toContain(mention);
    expect(allowed_mentions).toEqual({ parse: [] });
  },
);

test('what only resembles a mention can still be copied', () => {
  const text = '⚙️ Executing: `npm i @types/node && echo "</div>" <file`';
  expect(discordMessage(text, null, null).content).toBe(text);
});

test('only the configured user is pinged, within the limit', () => {
  const message = discordMessage('x'.repeat(3_000), null, '123456789012345678');
  expect(message.content.startsWith('<@123456789012345678> xxx')).toBe(true);
  expect(message.content.length).toBeLessThanOrEqual(2_000);
  expect(message.allowed_mentions).toEqual({ parse: [], users: ['123456789012345678'] });
});

test('a command that needs a code is shown whole beside the message', () => {
  const command = `rm -rf ${Array.from({ length: 300 }, (_, index) => `file-${index}`).join(' ')}`;
  const [embed] = discordMessage('…', { ...ASKED, command, access: ['the host github.com'] }, null).embeds ?? [];
  expect(embed?.description).toBe(`${FENCE}sh\n${command}\n${FENCE}`);
  expect(embed?.fields).toEqual([
    { name: 'Folder', value: '/home/me/calculator' },
    { name: 'Agent says', value: 'It is not used any more' },
    { name: 'Gets', value: 'the host github.com' },
  ]);
});

test('a command too long for Discord says that it is not shown whole', () => {
  const [embed] = discordMessage('…', { ...ASKED, command: `rm ${'x '.repeat(3_000)}` }, null).embeds ?? [];
  expect(embed?.description.length).toBeLessThanOrEqual(4_000);
  expect(embed?.fields.at(-1)?.name).toBe('Not shown whole');
});
