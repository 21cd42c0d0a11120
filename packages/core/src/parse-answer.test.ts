import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newTaskId, spellTaskId } from './ids.js';
import { parseAnswer } from './parse-answer.js';
import { createRedactor } from './redact.js';

test.each([
  '6283',
  ' 6283. ',
  '6283!',
  'code 6283',
  'Code: 6283',
  'my code is 6283',
  "It's 6283, thanks",
  'the confirmation code is 6283, sir',
  'Hey TARS, the code is 6283',
  'yes, go ahead: 6283',
  'I approve, 6283',
  'ok 6283 please',
  '6-2-8-3',
  '6 2 8 3',
  '6, 2, 8, 3',
  '6,2,8,3',
  '6. 2. 8. 3.',
  '62 83',
  '62-83',
  '**6283**',
  '`6283`',
  '||6283||',
  '"6283"',
  '<@123456789012345678> 6283',
  '６２８３',
  'six two eight three',
  'Six, two, eight, three.',
  'six-two-eight-three',
  'sixty-two eighty-three',
  'sixty two eighty three',
  'um six two uh eight three',
  'my pin is 6 two eight 3',
  'sixty-two 83',
])('"%s" is the code 6283', (said) => {
  expect(parseAnswer(said)).toEqual({ kind: 'code', code: '6283' });
});

test.each([
  ['double two eight three', '2283'],
  ['six double two triple zero', '622000'],
  ['oh six two eight three', '06283'],
  ['zero oh o nought', '0000'],
  ['ten twenty thirty-one', '102031'],
  ['twelve thirty-four', '1234'],
  ['123 456', '123456'],
  ['2024', '2024'],
  ['ten thirty', '1030'],
  ["it's one two three four", '1234'],
  ["it's 1030", '1030'],
  ["it's 47 19", '4719'],
  ["it's the code: ten thirty", '1030'],
  ['123-456', '123456'],
  ['001122334455', '001122334455'],
])('"%s" is the code %s', (said, code) => {
  expect(parseAnswer(said)).toEqual({ kind: 'code', code });
});

test.each([
  'Task a7f3: 6283',
  '#a7f3 6283',
  '#A7F3: 6283',
  'a7f3 6283',
  'a7f3: code 6283',
  'task a7f3 code is 6283',
  'task number a7f3, 6283',
  'the code for task a7f3 is 6283',
  'the code for the task a7f3 is 6283',
  '6283 for task a7f3',
  '6283 for #a7f3',
  'six two eight three for task a seven f three',
  'a seven f three, six two eight three',
  'alpha seven foxtrot three: sixty-two eighty-three',
  'task A-7-F-3 6283',
])('"%s" is the code 6283 for task a7f3', (said) => {
  expect(parseAnswer(said)).toEqual({ kind: 'code', code: '6283', taskId: 'a7f3' });
});

test('a task of another form counts when it is known, and a word of four letters only when it is called a task', () => {
  expect(parseAnswer('deploy 6283', { taskIds: ['deploy'] })).toEqual({ kind: 'code', code: '6283', taskId: 'deploy' });
  expect(parseAnswer('hark 6283')).toEqual({ kind: 'none' });
  expect(parseAnswer('task hark 6283')).toEqual({ kind: 'code', code: '6283', taskId: 'hark' });
  expect(parseAnswer('hark 6283', { taskIds: ['hark'] })).toEqual({ kind: 'code', code: '6283', taskId: 'hark' });
});

test.each([
  '',
  '   ',
  'yes',
  'go ahead',
  'please provide your confirmation code',
  'meet me at 6283 Elm street',
  'it was 2024',
  'in 2024',
  "it's 2024",
  'that is 1999, sir',
  "it's nineteen eighty-four",
  "it's ten thirty",
  "it's 10 30",
  "that's ten oh five",
  'at 10 30',
  'at ten thirty',
  '10:30',
  '10:30:15',
  '$6283',
  '6283 dollars',
  '6,283',
  '6.283',
  '6283.50',
  '62.83',
  '6283%',
  '+6283',
  '-6283 degrees',
  '2024-06-12',
  '12/06/2024',
  '555-1234',
  '192.168.10.1',
  'version 1.2.3.4',
  '6283 6284',
  '6283, 7777',
  'the code is 6283 or 6284',
  'my code was 6283',
  'the code is not 6283',
  'is it 6283',
  'is the code 6283',
  '6283 please 7777',
  'Is the code 6283?',
  '6283?',
  '628',
  '1234567890123',
  'six two eight',
  'six two eight tree',
  'six two eight for',
  'six thousand two hundred eighty-three',
  'double sixty-two',
  'six two ate three',
  'call 6283 now',
  'use port 8080',
  'use 8080',
  'line 6283 of the log',
  'I have 6283 files',
  'a6283b',
  'ab12',
  'task 6283',
  'task a7f3',
  'task a7f3 and task x733: 6283',
  'it costs six two eight three',
  'what is six two eight three',
])('"%s" is no answer', (said) => {
  expect(parseAnswer(said)).toEqual({ kind: 'none' });
});

test.each([
  'no',
  'No.',
  'NO!',
  'nope',
  'no, no, no',
  'no thanks',
  'No, thank you, sir.',
  'no way',
  'deny',
  'denied',
  'deny it',
  'I deny that',
  'reject',
  "don't",
  "Don't do that",
  'don’t do it please',
  'do not run it',
  "please don't",
  "don't run that command",
  'stop that',
  'stop',
  'Tars, stop that please',
  'absolutely not',
  '**no**',
])('"%s" is a no', (said) => {
  expect(parseAnswer(said)).toEqual({ kind: 'deny' });
});

test.each([
  ['no, because I still need that file', 'I still need that file'],
  ['No because it is my only backup', 'it is my only backup'],
  ['no, use the archive folder instead', 'use the archive folder instead'],
  ["No, that's my only copy!", "that's my only copy!"],
  ['no, that is my only copy', 'that is my only copy'],
  ['deny: Wrong Folder', 'Wrong Folder'],
  ['no - keep old_backup.py', 'keep old_backup.py'],
  ["don't delete old_backup.py, I need it", "don't delete old_backup.py, I need it"],
  ['no, why would you do that?', 'why would you do that?'],
  ['stop that, it is 2024 data', 'it is 2024 data'],
])('"%s" is a no with its reason', (said, because) => {
  expect(parseAnswer(said)).toEqual({ kind: 'deny', because });
});

test.each([
  ['Task a7f3: no', undefined],
  ['#a7f3 deny', undefined],
  ['no for task a7f3', undefined],
  ['deny a7f3', undefined],
  ['a seven f three: no, because it is mine', 'it is mine'],
  ['deny task a7f3 because it is mine', 'it is mine'],
])('"%s" is a no for task a7f3', (said, because) => {
  expect(parseAnswer(said)).toEqual({ kind: 'deny', taskId: 'a7f3', ...(because === undefined ? {} : { because }) });
});

test.each([
  'no problem',
  'no problem, go ahead',
  'no idea',
  'no worries',
  'no?',
  'no, 6283',
  'no, the code is 6283',
  'no, go ahead',
  "no, it's fine",
  "don't worry",
  "don't forget the milk",
  'stop the music',
  'stop task a7f3',
  'cancel task a7f3',
  'never mind',
  'nobody said so',
  'not now',
  'north',
])('"%s" is no denial', (said) => {
  expect(parseAnswer(said)).toEqual({ kind: 'none' });
});

test('a long reason is cut, a long text is no code', () => {
  const parsed = parseAnswer(`no, ${'x'.repeat(5_000)}`);
  expect(parsed.kind === 'deny' && parsed.because?.length).toBe(500);
  expect(parseAnswer(`6283 ${'please '.repeat(400)}`)).toEqual({ kind: 'none' });
});

test('the code that was found can be redacted from what was said', () => {
  const piece = fc.constantFrom(
    ...['6', '62', '6283', 'six', 'sixty', 'double', '２', '⑧', 'um', ',', '. . .', '-', '\u200b', '*', 'code', 'task a7f3'],
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(piece, fc.constantFrom('', ' ', '\n')), { maxLength: 12 }), (parts) => {
      const said = parts.flat().join('');
      const parsed = parseAnswer(said);
      if (parsed.kind === 'code') expect(parseAnswer(createRedactor([parsed.code])(said))).toEqual({ kind: 'none' });
    }),
    { numRuns: 3_000 },
  );
});

const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const TEENS = ['ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const digit = (character = '') => WORDS[Number(character)] ?? '';

function pair([tens = '', unit = '']: string): string {
  if (tens === '0') return unit === '0' ? 'double oh' : `oh ${digit(unit)}`;
  if (tens === '1') return TEENS[Number(unit)] ?? '';
  return unit === '0' ? `${TENS[Number(tens)]}` : `${TENS[Number(tens)]}-${digit(unit)}`;
}

const code = fc.stringMatching(/^\d{4,12}$/);
const around = fc.constantFrom(...['%s', 'code %s', 'my code is %s', 'yes, %s please', 'The code: %s.', 'Tars, %s']);

test('every code is understood in every way of giving it', () => {
  fc.assert(
    fc.property(code, around, fc.nat().map(newTaskId), (digits, frame, id) => {
      const ways = [digits, [...digits].join(' '), [...digits].join('-'), [...digits].join(', '), [...digits].map(digit).join(' ')];
      if (digits.length % 2 === 0) ways.push((digits.match(/../g) ?? []).map(pair).join(' '));
      for (const way of ways) {
        expect(parseAnswer(frame.replace('%s', way))).toEqual({ kind: 'code', code: digits });
        for (const said of [
          `Task ${id}: ${way}`,
          `#${id.toUpperCase()} ${way}`,
          `task ${spellTaskId(id)}, ${way}`,
          `${way} for task ${id}`,
        ]) {
          expect(parseAnswer(said)).toEqual({ kind: 'code', code: digits, taskId: id });
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a word that does not belong makes it a sentence', () => {
  const foreign = fc.constantFrom('street', 'dollars', 'was', 'at', 'files', 'port', 'not', 'or', 'euro', 'people', 'percent', 'room');
  fc.assert(
    fc.property(code, foreign, fc.boolean(), (digits, word, before) => {
      expect(parseAnswer(before ? `${word} ${digits}` : `${digits} ${word}`)).toEqual({ kind: 'none' });
    }),
  );
});

test('no text makes it throw, be slow, or find a code that was not said', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(fc.constantFrom('no', '6', '62', '6283', 'six', 'ty', ',', '-', '.', '#', 'task', 'a7f3', 'double', 'because', ' ', "'"), {
        maxLength: 30,
      })
      .map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(text, (said) => {
      const parsed = parseAnswer(said);
      if (parsed.kind === 'code') expect(parsed.code).toMatch(/^\d{4,12}$/);
    }),
    { numRuns: 1_000 },
  );
  for (const piece of ['6 ', 'six ', 'no ', 'no, ', 'a ', 'task ', '-', "a'", 'double ', 'twenty-', 'for the ']) {
    const begun = performance.now();
    parseAnswer(piece.repeat(100_000));
    expect({ piece, slow: performance.now() - begun > 1_000 }).toEqual({ piece, slow: false });
  }
});
