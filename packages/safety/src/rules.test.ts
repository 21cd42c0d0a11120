import { expect, test } from '@jest/globals';
import { classify } from './classify.js';
import { BEYOND_PROGRAMS } from './rules/beyond-programs.js';
import { RULES } from './rules.js';

const ALL = [...RULES, ...BEYOND_PROGRAMS];

test('every rule has an id of its own, a reason and examples both ways', () => {
  expect(new Set(ALL.map((rule) => rule.id)).size).toBe(ALL.length);
  for (const rule of ALL) {
    expect(rule.reason).not.toBe('');
    expect(rule.asks.length).toBeGreaterThan(0);
    expect(rule.runs.length).toBeGreaterThan(0);
  }
});

const asks = RULES.flatMap((rule) => rule.asks.map((command) => [command, rule.reason, rule.id] as const));

test.each(asks)('%s asks, to %s', (command, reason, rule) => {
  expect(classify(command)).toMatchObject({
    kind: 'destructive',
    reason,
    rule,
    part: command.includes('|') ? expect.any(String) : command,
  });
});

const found = BEYOND_PROGRAMS.flatMap((rule) => rule.asks.map((command) => [command, rule.reason, rule] as const));

test.each(found)('%s asks, to %s', (command, reason, { id, category }) => {
  expect(classify(command)).toMatchObject({ kind: category === 'unreadable' ? 'unreadable' : 'destructive', reason, rule: id });
});

const runs = ALL.flatMap((rule) => rule.runs.map((command) => [command, rule.id] as const));

test.each(runs)('%s runs, whatever the rule %s', (command) => {
  expect(classify(command)).toMatchObject({ kind: 'safe', rule: '' });
});
