import { expect, test } from '@jest/globals';
import { isTaskId, newId, newTaskId, spellTaskId } from './ids.js';

test('task ids are four characters nobody mishears, with a letter and a digit', () => {
  const ids = Array.from({ length: 5_000 }, newTaskId);
  expect(ids.filter((id) => !/^[acfhkrxy23456789]{4}$/.test(id) || !isTaskId(id) || /^([a-z]+|\d+)$/.test(id))).toEqual([]);
  // 57,088 are possible, so 5,000 draws repeat about 210 times; a poor source would repeat far more.
  expect(new Set(ids).size).toBeGreaterThan(4_600);
});

test('every character of the alphabet is drawn', () => {
  const drawn = new Set(Array.from({ length: 2_000 }, newTaskId).join(''));
  expect([...drawn].sort().join('')).toBe('23456789acfhkrxy');
});

test.each([
  ['a7f3', true],
  ['kkkk', true],
  ['6283', false],
  ['A7F3', false],
  ['a7f', false],
  ['a7f33', false],
  ['a1f3', false],
  ['b7f3', false],
  ['', false],
])('isTaskId(%j) is %s', (text, expected) => {
  expect(isTaskId(text)).toBe(expected);
});

test('an id is spelled for speech', () => {
  expect(spellTaskId('a7f3')).toBe('A seven F three');
  expect(spellTaskId('2x99')).toBe('two X nine nine');
});

test('long ids carry their kind and do not repeat', () => {
  expect(newId('cnf')).toMatch(/^cnf_[0-9a-f]{32}$/);
  expect(newId('cnf')).not.toBe(newId('cnf'));
});
