// The lower bound: the model's SDK and a child process a command, and nothing else: no record, no sandbox, no safety, no prompt.
//
//   ANTHROPIC_BASE_URL=… node bare-sdk.mjs <project> <goal>
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import Anthropic from '../../packages/worker/node_modules/@anthropic-ai/sdk/index.mjs';

const [project, goal] = process.argv.slice(2);
const text = (names) => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  required: names,
});
const tools = [
  { name: 'bash', description: 'Runs a command.', input_schema: text(['command']) },
  { name: 'write', description: 'Writes a file.', input_schema: text(['path', 'content']) },
  { name: 'edit', description: 'Replaces a text in a file.', input_schema: text(['path', 'old_text', 'new_text']) },
];

function bash({ command }) {
  return new Promise((done, failed) => {
    const child = spawn('/bin/bash', ['-c', command], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => output.push(data));
    child.once('error', failed);
    child.once('close', (code) => done(`${Buffer.concat(output).toString('utf8')}${code === 0 ? '' : `\nexit code ${code}`}`));
  });
}

async function write({ path, content }) {
  await writeFile(resolve(project, path), content);
  return 'written';
}

const client = new Anthropic({ apiKey: 'sk-bench' });
const messages = [{ role: 'user', content: goal }];
for (;;) {
  const stream = client.messages.stream({ model: 'claude-sonnet-4-6', max_tokens: 8_192, system: 'You write code.', tools, messages });
  const { content } = await stream.finalMessage();
  messages.push({ role: 'assistant', content });
  const calls = content.filter(({ type }) => type === 'tool_use');
  if (calls.length === 0) break;
  const results = await Promise.all(calls.map(({ name, input }) => (name === 'bash' ? bash(input) : write(input))));
  messages.push({ role: 'user', content: calls.map(({ id }, at) => ({ type: 'tool_result', tool_use_id: id, content: results[at] })) });
}
process.exit(0);
