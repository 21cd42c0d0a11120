import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Anthropic from '@anthropic-ai/sdk';
import { expect, test } from '@jest/globals';
import { withTempDir } from '../temp-dir.js';
import { readScenario, shippedScenario, writeProjectFiles } from './scenario-file.js';
import { startFakeClaude } from './server.js';

type Result = { text: string; isError: boolean };
type Input = { path: string; content: string; command: string; edits: { old_text: string; new_text: string }[] };
const TOOLS = ['bash', 'read_file', 'write_file', 'edit_file', 'search', 'update_plan', 'ask_user', 'finish'];
const tools = TOOLS.map((name) => ({ name, input_schema: { type: 'object' as const } }));

/** A client as small as can be that really does what the model asks for. */
async function play(name: Parameters<typeof shippedScenario>[0], project: string, mayDelete: boolean) {
  const scenario = await readScenario(shippedScenario(name));
  await writeProjectFiles(scenario, project);
  const fake = await startFakeClaude({ scenario });
  const client = new Anthropic({ apiKey: 'k', baseURL: fake.url, maxRetries: 0 });
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: `Goal: a calculator\nProject: ${project}` }];
  const outputs: string[] = [];
  try {
    for (;;) {
      const reply = await client.messages.stream({ model: 'claude-sonnet-5-5', max_tokens: 1_000, tools, messages }).finalMessage();
      const calls = reply.content.filter((block) => block.type === 'tool_use');
      const finish = calls.find((call) => call.name === 'finish');
      if (finish !== undefined) return { summary: (finish.input as { summary: string }).summary, outputs, failures: fake.failures() };
      const results: Anthropic.ToolResultBlockParam[] = [];
      for (const call of calls) {
        const { text, isError } = await perform(call.name, call.input as Input, project, mayDelete);
        if (call.name === 'bash') outputs.push(text);
        results.push({ type: 'tool_result', tool_use_id: call.id, content: text, is_error: isError });
      }
      messages.push({ role: 'assistant', content: reply.content as Anthropic.ContentBlockParam[] }, { role: 'user', content: results });
    }
  } finally {
    await fake.close();
  }
}

async function perform(tool: string, { path, content, command, edits }: Input, project: string, mayDelete: boolean): Promise<Result> {
  const done = (text: string) => ({ text, isError: false });
  switch (tool) {
    case 'read_file':
      return done(await readFile(join(project, path), 'utf8'));
    case 'write_file':
      await writeFile(join(project, path), content);
      return done(`Wrote ${path}`);
    case 'edit_file': {
      const [edit] = edits;
      const before = await readFile(join(project, path), 'utf8');
      if (edit === undefined || before.split(edit.old_text).length !== 2) return { text: 'no single match', isError: true };
      await writeFile(join(project, path), before.replace(edit.old_text, edit.new_text));
      return done(`Edited ${path}`);
    }
    case 'bash': {
      if (command.startsWith('rm ') && !mayDelete) return { text: 'denied by the user', isError: true };
      // A test runner inside a test runner would report to it instead of printing.
      const { NODE_TEST_CONTEXT: _, ...env } = process.env;
      return promisify(execFile)('sh', ['-c', command], { cwd: project, env }).then(
        ({ stdout, stderr }) => done(`${stdout}${stderr}\nexit code 0`),
        (error: { stdout: string; stderr: string; code: number }) => ({
          text: `${error.stdout}${error.stderr}\nexit code ${error.code}`,
          isError: true,
        }),
      );
    }
    default:
      return done('ok');
  }
}

test('the calculator story: a red test, the fix, a green one, and the backup removed', async () => {
  await withTempDir(async (project) => {
    const { summary, outputs, failures } = await play('calculator', project, true);
    expect(failures).toEqual([]);
    expect(summary).toMatch(/old_backup\.js was removed/);
    expect(outputs.map((text) => /fail (\d)/.exec(text)?.[1])).toEqual(['1', '0', undefined]);
    await expect(readFile(join(project, 'old_backup.js'))).rejects.toThrow(/ENOENT/);
  });
}, 30_000);

test('the calculator story in Python ends well too when the removal is denied', async () => {
  await withTempDir(async (project) => {
    const { summary, failures } = await play('calculator-python', project, false);
    expect(failures).toEqual([]);
    expect(summary).toMatch(/left in place/);
    expect(await readFile(join(project, 'old_backup.py'), 'utf8')).toMatch(/superseded/);
  });
}, 30_000);

test('the story does not go on for a client that did not really run the tests', async () => {
  await withTempDir(async (project) => {
    const scenario = await readScenario(shippedScenario('calculator'));
    const faked = { ...scenario, turns: scenario.turns?.slice(3) ?? [] };
    const fake = await startFakeClaude({
      scenario: { ...faked, turns: [{ calls: [{ name: 'bash', input: { command: 'npm test' } }] }, ...faked.turns.slice(1)] },
    });
    try {
      const client = new Anthropic({ apiKey: 'k', baseURL: fake.url, maxRetries: 0 });
      const goal = { role: 'user' as const, content: `Project: ${project}` };
      const first = await client.messages.create({ model: 'claude-sonnet-5-5', max_tokens: 100, messages: [goal] });
      const [call] = first.content;
      if (call?.type !== 'tool_use') throw new Error('no call');
      const claimed = { role: 'user' as const, content: [{ type: 'tool_result' as const, tool_use_id: call.id, content: 'all good' }] };
      const asked = client.messages.create({
        model: 'claude-sonnet-5-5',
        max_tokens: 100,
        messages: [goal, { role: 'assistant', content: first.content as Anthropic.ContentBlockParam[] }, claimed],
      });
      await expect(asked).rejects.toMatchObject({ status: 400 });
      expect(fake.failures()).toHaveLength(1);
    } finally {
      await fake.close();
      await rm(project, { recursive: true });
    }
  });
});
