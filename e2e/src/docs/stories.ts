// What a reader of each page sees who types its commands in their order: the page's own promises, as far as it shows them.
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { ScenarioInput } from '@tars/testkit';
import { bash, finish } from '../projects.js';
import { CODE, type House, KEY } from './house.js';

export type Step = {
  /** As the page has it, without its comment. */
  command: string;
  /** What the reader does before, because the page says so or because it is the moment for it. */
  first?(house: House): Promise<unknown>;
  /** What is typed into it. */
  input?: string;
  /** 0 unless said otherwise. */
  code?: number;
  prints?: RegExp;
  /** It runs until the reader has finished with the page. */
  goesOn?: true;
  sees?(house: House, stdout: string): unknown;
};

export type Story = {
  page: string;
  /** Programs that a machine may lack. */
  needs: readonly string[];
  scenario: ScenarioInput;
  /** "Beside a running `tars up`", where the page says so. */
  beside?: true;
  steps: readonly Step[];
};

const READY = /^ready {2}api http:\/\/127\.0\.0\.1:\d+ {2}redis /m;
const NOTHING_WRONG = /^ok +redis[\s\S]*^ok +claude[\s\S]*^ok +n8n[\s\S]*^No problem found\.$/m;
const nothing: ScenarioInput = { turns: [{ text: 'Nobody asks.' }] };

/** Fills in what the first line of the README's commands names. */
const fillIn = ({ folder, n8n }: House) =>
  appendFile(
    join(folder, '.env'),
    `ANTHROPIC_API_KEY=${KEY}\nCONFIRMATION_CODE=${CODE}\nN8N_WEBHOOK_URL=${n8n.url}/webhook/discord-updates\n`,
  );
const ownSettings = async (house: House) => {
  await writeFile(join(house.folder, '.env'), '', { mode: 0o600 });
  await fillIn(house);
};
const website = async ({ home }: House) => {
  await mkdir(join(home, 'projects/website'), { recursive: true });
  await writeFile(join(home, 'projects/website/old.css'), 'body { color: black; }\n');
};
const asksForCode = (house: House) => house.taskThat('waits for a code', ({ confirmation }) => confirmation !== null);

const darkMode: ScenarioInput = {
  turns: [
    { calls: [bash('rm old.css', 'the old style is not used any more')] },
    { calls: [{ name: 'write_file', input: { path: 'dark.css', content: 'body { color: white; }\n' } }] },
    { calls: [bash('sleep 600', 'wait for the owner')] },
    { calls: [finish('Dark mode')] },
  ],
};

const calculators: ScenarioInput = {
  conversations: [
    { name: 'by voice', match: 'Goal: build a calculator with tests', turns: [{ calls: [finish('A calculator')] }] },
    {
      name: 'over HTTP',
      match: 'Goal: build a calculator$',
      turns: [
        { calls: [{ name: 'ask_user', input: { question: 'In which language?', options: ['Python', 'JavaScript'], default: 'Python' } }] },
        { expect: { tool: 'ask_user', tool_result: 'the second one|JavaScript' }, calls: [finish('A calculator in JavaScript')] },
      ],
    },
  ],
};

export const STORIES: readonly Story[] = [
  {
    page: 'README.md',
    needs: [],
    scenario: darkMode,
    steps: [
      { command: 'cp .env.example .env', sees: fillIn },
      { command: 'npx tars up', goesOn: true, prints: READY },
      {
        command: 'npx tars start "add dark mode to the settings page, with tests" --project ~/projects/website',
        first: website,
        prints:
          /^Started autonomous coding task #\w{4} in background, sir\.\nGoal: add dark mode to the settings page, with tests\nProject: .*website/,
        sees: (house, stdout) => house.mean(/#(\w{4})/.exec(stdout)?.[1] ?? ''),
      },
      {
        command: 'npx tars status',
        first: asksForCode,
        prints: /^Task #\w{4}: started\n[\s\S]*Waiting for confirmation code for command: rm old\.css/,
      },
      {
        command: 'npx tars confirm',
        input: `${CODE}\n`,
        prints: /^Confirmation code received for task \w{4}, sir\. The background task will continue\./,
      },
      {
        command: 'npx tars tell a7f3 "keep the old colours as default"',
        first: (house) => house.taskThat('sleeps', ({ progress }) => progress.includes('sleep 600')),
        prints: /next turn/,
      },
      { command: 'npx tars cancel a7f3', prints: /^Task \w{4} cancelled, sir\./ },
      {
        command: 'npx tars diff a7f3',
        prints:
          /^-body \{ color: black; \}[\s\S]*^\+body \{ color: white; \}|^\+body \{ color: white; \}[\s\S]*^-body \{ color: black; \}/m,
      },
      { command: 'npx tars doctor', prints: NOTHING_WRONG },
    ],
  },
  {
    page: 'docs/operators.md',
    needs: [],
    scenario: nothing,
    steps: [
      {
        command: 'npx tars init',
        input: `ANTHROPIC_API_KEY=${KEY}\nCONFIRMATION_CODE=${CODE}\nN8N_WEBHOOK_URL=https://n8n.example.com/webhook/x\n`,
        prints: /^Wrote .*\/\.env\./,
        sees: async (house) => {
          expect((await stat(join(house.folder, '.env'))).mode & 0o777).toBe(0o600);
          await ownSettings(house);
        },
      },
      { command: 'npx tars up', goesOn: true, prints: READY },
      { command: 'npx tars doctor', prints: NOTHING_WRONG },
    ],
  },
  {
    page: 'docs/troubleshooting.md',
    needs: ['redis-cli'],
    scenario: nothing,
    beside: true,
    steps: [
      { command: 'npx tars doctor', prints: NOTHING_WRONG },
      { command: 'npx tars list', prints: /queued 0\b.*running 0\b.*waiting 0\b.*failed 0\b.*workers alive 1/ },
      { command: 'redis-cli zcard tars:state:queued', prints: /^0$/m },
      { command: 'redis-cli zcard tars:state:failed', prints: /^0$/m },
      { command: 'redis-cli llen bq:tars_programming:waiting', prints: /^0$/m },
    ],
  },
  {
    page: 'docs/N8N_BACKGROUND_TASKS_SETUP.md',
    needs: ['curl'],
    scenario: nothing,
    beside: true,
    steps: [
      {
        command: 'npx tars n8n export workflows --channel 1200000000000000001 --users 1200000000000000005 --tars-url http://127.0.0.1:5002',
        sees: async ({ folder }) => {
          for (const name of ['tars-updates', 'tars-confirmations-channel', 'tars-confirmations-form', 'tars-commands']) {
            const workflow = await readFile(join(folder, 'workflows', `${name}.json`), 'utf8');
            expect(JSON.parse(workflow)).toMatchObject({ nodes: expect.any(Array) });
            expect(workflow).toContain('1200000000000000001');
          }
        },
      },
      {
        command:
          'curl -X POST https://n8n.example.com/webhook/discord-updates -H "Content-Type: application/json" -d \'{"task_id": "test", "type": "progress", "message": "Test message"}\'',
        sees: ({ n8n }) =>
          expect(n8n.deliveries()).toContainEqual(
            expect.objectContaining({
              path: '/webhook/discord-updates',
              body: { task_id: 'test', type: 'progress', message: 'Test message' },
            }),
          ),
      },
      {
        command:
          'curl -X POST http://127.0.0.1:5002/webhook/background-confirmation -H \'content-type: application/json\' -d \'{"reply_text":"4711"}\'',
        prints: /"reason":"nothing_pending"/,
      },
    ],
  },
  {
    page: 'docs/integrators.md',
    needs: ['curl', 'python3'],
    scenario: calculators,
    beside: true,
    steps: [
      {
        command:
          'curl -X POST http://127.0.0.1:5002/api/functions/check_coding_progress -H \'content-type: application/json\' -d \'{"session_id":"e60d391c"}\'',
        prints: /"text":"No background tasks running, sir\."/,
      },
      {
        command: 'python3 examples/host-python/host.py',
        input: 'start build a calculator with tests in calculator\n',
        prints: /^Started autonomous coding task #\w{4} in background, sir\.\nGoal: build a calculator with tests\nProject: .*calculator/,
      },
      {
        command:
          'curl -X POST http://127.0.0.1:5002/api/tasks -H \'content-type: application/json\' -d \'{"goal":"build a calculator","project":"calculator","session_id":"e60d391c"}\'',
        prints: /"goal":"build a calculator"/,
        sees: (house, stdout) => house.mean(JSON.parse(stdout).task_id),
      },
      {
        command: 'curl -N http://127.0.0.1:5002/api/tasks/a7f3/events',
        goesOn: true,
        prints: /^id: ?1\ndata: ?\{"task_id"|^data: ?\{"task_id"/m,
      },
      {
        command:
          'curl -X POST http://127.0.0.1:5002/api/tasks/a7f3/answer -H \'content-type: application/json\' -d \'{"answer":"the second one"}\'',
        first: (house) => house.taskThat('asks', ({ question }) => question !== null),
        prints: /"status":"ok"/,
        sees: async (house) => {
          // The stream that is read beside this ends with the task.
          expect((await house.lastEnds()).stdout).toMatch(/🎉 Task complete!/);
          expect(house.claude.failures()).toEqual([]);
        },
      },
    ],
  },
  {
    page: 'docs/containers.md',
    needs: ['openssl'],
    scenario: nothing,
    steps: [
      { command: 'mkdir -p secrets projects' },
      { command: 'openssl genpkey -algorithm ed25519 -out secrets/confirmation-signing-key.pem' },
      {
        command: 'openssl pkey -in secrets/confirmation-signing-key.pem -pubout -out secrets/confirmation-public-key.pem',
        sees: async ({ folder }) => {
          expect(existsSync(join(folder, 'projects'))).toBe(true);
          expect(await readFile(join(folder, 'secrets/confirmation-public-key.pem'), 'utf8')).toMatch(/^-----BEGIN PUBLIC KEY-----/);
        },
      },
    ],
  },
];

/** What a page with `beside` takes for granted. */
export async function upBeside(house: House): Promise<void> {
  await ownSettings(house);
  await house.begin('npx tars up', READY);
}
