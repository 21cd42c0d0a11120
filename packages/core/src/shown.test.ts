import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canBeShown, shown } from './shown.js';

test.each([
  ['a right-to-left override', 'rm a\u202Etxt.exe', 'rm a⟨U+202E⟩txt.exe'],
  ['a carriage return that overwrites', 'rm -rf ~\recho ok', 'rm -rf ~⟨U+000D⟩echo ok'],
  ['a zero-width space', 'rm bu\u200Bild', 'rm bu⟨U+200B⟩ild'],
  ['a Cyrillic letter among Latin ones', 'rm b\u0443ild', 'rm b⟨U+0443⟩ild'],
  ['a Greek letter among Latin ones', 'rm \u03B2uild', 'rm ⟨U+03B2⟩uild'],
  ['a whole word that looks Latin', 'rm \u0441\u043E\u0440\u0443', 'rm ⟨U+0441⟩⟨U+043E⟩⟨U+0440⟩⟨U+0443⟩'],
  ['wide letters', 'rm \uFF52\uFF4D', 'rm ⟨U+FF52⟩⟨U+FF4D⟩'],
  ['an escape sequence', 'echo \u001b[8mhidden', 'echo ⟨U+001B⟩[8mhidden'],
  ['line breaks', 'rm a\nReason: none', 'rm a ⏎ Reason: none'],
  ['a no-break space', 'rm a\u00A0b', 'rm a⟨U+00A0⟩b'],
  ['a filler without shape', 'rm \u3164', 'rm ⟨U+3164⟩'],
  ['a tag character', 'rm \u{E0041}', 'rm ⟨U+E0041⟩'],
  ['half of a character', 'rm \uD800', 'rm ⟨U+D800⟩'],
])('C28 %s is shown', (_, text, seen) => {
  expect(shown(text)).toBe(seen);
});

test.each([
  'rm -rf "build dir" && git push --force',
  'rm müll.txt straße',
  'rm отчёт.txt документы',
  'rm 報告.txt',
  "sed 's/\\t/ /'",
  'rm 🎉.txt',
])('%s is shown as it is', (text) => {
  expect(shown(text)).toBe(text);
});

test('nothing unseen is left, and plain text is never changed', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(shown(text).replaceAll('\t', ''))));
  fc.assert(fc.property(fc.stringMatching(/^[\x20-\x7e]*$/), (text) => shown(text) === text));
});

test('a command hidden behind a long one cannot be shown, and so not be approved', () => {
  expect(canBeShown('rm -rf build')).toBe(true);
  expect(canBeShown(`rm -rf build${' '.repeat(3_000)}; rm -rf ~`)).toBe(false);
  expect(canBeShown(`rm ${'\u200b'.repeat(300)}`)).toBe(false);
});
