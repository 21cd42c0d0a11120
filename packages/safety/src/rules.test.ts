import { expect, test } from '@jest/globals';
import { classify } from './classify.js';
import { RULES } from './rules.js';

test('every rule has an id of its own, a reason and examples both ways', () => {
  expect(new Set(RULES.map((rule) => rule.id)).size).toBe(RULES.length);
  for (const rule of RULES) {
    expect(rule.reason).not.toBe('');
    expect(rule.asks.length).toBeGreaterThan(0);
    expect(rule.runs.length).toBeGreaterThan(0);
  }
});

const asks = RULES.flatMap((rule) => rule.asks.map((command) => [command, rule.reason, rule.id] as const));
const runs = RULES.flatMap((rule) => rule.runs.map((command) => [command, rule.id] as const));

test.each(asks)('%s asks, to %s', (command, reason, rule) => {
  expect(classify(command)).toMatchObject({
    kind: 'destructive',
    reason,
    rule,
    part: command.includes('|') ? expect.any(String) : command,
  });
});

test.each(runs)('%s runs, whatever the rule %s', (command) => {
  expect(classify(command)).toMatchObject({ kind: 'safe', rule: '' });
});
