// Small real projects with tests of their own, and the scripts of what the model does in them.
import type { TurnInput } from '@tars/testkit';

export const NODE_PROJECT = {
  'package.json': JSON.stringify({ name: 'sums', private: true, type: 'module', scripts: { test: 'node --test' } }),
  'sum.js': 'export const sum = (a, b) => a - b;\n',
  'sum.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { sum } from './sum.js';\n\ntest('adds', () => assert.equal(sum(2, 3), 5));\n",
  'old_backup.js': '// from last year\n',
};

export const PYTHON_PROJECT = {
  'sums.py': 'def add(a, b):\n    return a - b\n',
  'test_sums.py':
    'import unittest\nfrom sums import add\n\n\nclass Sums(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(2, 3), 5)\n',
};

export const bash = (command: string, reason: string, id?: string) => ({
  name: 'bash',
  input: { command, reason },
  ...(id === undefined ? {} : { id }),
});
export const finish = (summary: string) => ({ name: 'finish', input: { summary } });

/** Runs the tests, sees them fail, mends the sum, sees them pass, says done. Each turn insists on the real output. */
export const mendNode: TurnInput[] = [
  {
    text: 'A short plan first.',
    calls: [
      {
        name: 'update_plan',
        input: {
          steps: [
            { title: 'find the bug', status: 'active' },
            { title: 'mend it', status: 'pending' },
          ],
        },
      },
    ],
  },
  { calls: [bash('npm test', 'see what fails')] },
  {
    expect: { tool: 'bash', tool_result: 'Expected values to be strictly equal', is_error: true },
    text: 'to add instead of subtract',
    calls: [{ name: 'edit_file', input: { path: 'sum.js', edits: [{ old_text: 'a - b', new_text: 'a + b' }] } }],
  },
  { calls: [bash('npm test', 'run the tests again')] },
  { expect: { tool: 'bash', tool_result: 'pass 1' }, calls: [finish('Add instead of subtract')] },
];

export const mendPython: TurnInput[] = [
  { calls: [bash('python3 -m unittest', 'see what fails')] },
  {
    expect: { tool: 'bash', tool_result: 'AssertionError: -1 != 5', is_error: true },
    calls: [{ name: 'edit_file', input: { path: 'sums.py', edits: [{ old_text: 'a - b', new_text: 'a + b' }] } }],
  },
  { calls: [bash('python3 -m unittest', 'run the tests again')] },
  { expect: { tool: 'bash', tool_result: 'Ran 1 test' }, calls: [finish('Add instead of subtract')] },
];

/** Asks for one deletion, and says done whatever came of it. */
export const deleteBackup: TurnInput[] = [
  { calls: [bash('rm old_backup.js', 'the backup is not needed any more')] },
  { calls: [finish('Clean up')] },
];
