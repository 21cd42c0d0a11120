import { expect, test } from '@jest/globals';
import { parseSince } from './parse-since.js';

const NOW = Date.parse('2026-03-10T12:00:00.000Z');

test.each([
  ['30m', '2026-03-10T11:30:00.000Z'],
  ['2h', '2026-03-10T10:00:00.000Z'],
  ['3d', '2026-03-07T12:00:00.000Z'],
  ['1 w', '2026-03-03T12:00:00.000Z'],
  ['2H', '2026-03-10T10:00:00.000Z'],
  ['2026-03-01', '2026-03-01T00:00:00.000Z'],
  ['2026-03-01T10:30', '2026-03-01T10:30:00.000Z'],
  [' 2026-03-01 10:30:15 ', '2026-03-01T10:30:15.000Z'],
  ['2026-03-01T10:30:15.250Z', '2026-03-01T10:30:15.250Z'],
  ['2026-03-01T10:30+02:00', '2026-03-01T08:30:00.000Z'],
])('%p is %s', (said, moment) => {
  const since = parseSince(said, NOW);
  expect(since === null ? null : new Date(since).toISOString()).toBe(moment);
});

test.each(['', 'yesterday', '3', '3y', '-2h', '2.5h', '2026-13-01', '2026-03-01T25:00', '03/01/2026', '1h2m', '9999999d'])(
  '%p is no moment',
  (said) => {
    expect(parseSince(said, NOW)).toBeNull();
  },
);
