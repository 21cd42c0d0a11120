// What the pages name is there, and what is there is named: commands, options, settings, routes, scripts, files, and the examples' own words.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { SETTING_SECTIONS } from '@tars/core/env';
import { withTempDir } from '@tars/testkit';
import { parse as parseYaml } from 'yaml';
import { blocksOf, commandsOf, PAGES, ROOT, readPage } from './docs/page.js';
import { TARS } from './stage.js';

/** Pieces of a page that are set as code, each in one line. */
const codeOf = (page: string): string[] => [
  ...commandsOf(page),
  ...[...readPage(page).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code),
];
/** Every match in what the pages set as code, with its page. */
const named = (pattern: RegExp): { page: string; found: RegExpMatchArray }[] =>
  PAGES.flatMap((page) => codeOf(page).flatMap((code) => [...code.matchAll(pattern)].map((found) => ({ page, found }))));

/** The options of each command, from what makes a shell complete them. */
const COMMANDS = new Map(
  [...execFileSync(process.execPath, [TARS, 'completions', 'bash'], { encoding: 'utf8' }).matchAll(/^ {4}(\w+)\) words='(.*)' ;;$/gm)].map(
    ([, name = '', words = '']) => [name, words.split(' ')] as const,
  ),
);

test('every command and option of `tars` that a page names is there', () => {
  expect(COMMANDS.size).toBeGreaterThan(25);
  const wrong = named(/(?:^|\s)tars ([a-z][\w-]*)([^|;]*)/g).flatMap(({ page, found: [whole, name = '', rest = ''] }) => {
    const options = COMMANDS.get(name);
    if (options === undefined) return [`${page}: ${whole}`];
    // What stands in quotes is said to a task, what follows `--` or a foreign command's options is not ours.
    const said = rest.replace(/"[^"]*"/g, '').replace(/ --method .*/, '');
    return [...said.matchAll(/(?<=\s)--?[a-z][a-z-]*/g)].flatMap(([option]) =>
      options.includes(option) ? [] : [`${page}: ${name} ${option}`],
    );
  });
  expect(wrong).toEqual([]);
});

test('the page of commands holds every command, with every option of its own', () => {
  const rows = readPage('docs/commands.md')
    .split('\n')
    .filter((line) => line.startsWith('| `tars '));
  const everywhere = ['--help', '--json', '--env-file'];
  const missing = [...COMMANDS].flatMap(([name, options]) => {
    const row = rows.find((line) => line.split('|')[1]?.includes(`\`tars ${name}`));
    if (row === undefined) return [name];
    return options
      .filter((option) => option.startsWith('--') && !everywhere.includes(option) && !row.includes(`\`${option}`))
      .map((option) => `${name} ${option}`);
  });
  expect(missing).toEqual([]);
});

const SETTINGS = SETTING_SECTIONS.flatMap(({ settings }) => settings.map(({ name }) => name));
/** Variables that others read, or that only a test or a container's build does. */
const OTHERS = new Map([
  ['NODE_ENV', 'Node'],
  ['NODE_OPTIONS', 'Node'],
  ['NO_COLOR', 'every program'],
  ['SSH_AUTH_SOCK', 'ssh'],
  ['GIT_SSH_COMMAND', 'git'],
  ['PROJECTS', 'compose.yaml'],
  ['WORKER_REPLICAS', 'compose.yaml'],
  ['WORKER_TOOLS', 'compose.yaml'],
  ['API_ADDRESS', 'compose.yaml'],
  ['NODE_IMAGE', 'compose.yaml'],
  ['REDIS_IMAGE', 'compose.yaml'],
  ['N8N_IMAGE', 'compose.yaml'],
  ['WEBHOOK_URL', 'n8n'],
  ['N8N_BLOCK_ENV_ACCESS_IN_NODE', 'n8n'],
  ['DISCORD_CHANNEL_ID', 'the workflows'],
  ['DISCORD_USER_IDS', 'the workflows'],
  ['DISCORD_API_URL', 'the workflows'],
  ['TARS_URL', 'the workflows'],
  ['TARS_REQUIRE_ALL', 'the tests'],
  ['TARS_EVERY_LIE', 'the tests'],
  ['TARS_SCREENSHOTS', 'the tests'],
  ['TARS_N8N_DIR', 'the tests'],
  ['TARS_BENCH_PEERS', 'bench/session.mjs'],
  ['CLAUDE_CODE_ENABLE_SDK_FILE_CHECKPOINTING', 'Claude Code'],
  ['GEMINI_API_KEY', 'an example'],
  ['OPENAI_API_KEY', 'an example'],
]);
/** Words of that shape that are no variables: placeholders, and names of others' interfaces. */
const NO_VARIABLES = ['CHANNEL_ID', 'YOUR_BOT_TOKEN', 'FAKE_DISCORD', 'RLIMIT_RTTIME', 'OUTBOX_CHANNELS'];

test('every setting that a page names is one, and every setting is told of', () => {
  const strange = named(/(?<![\w/$.-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g).filter(({ found: [name] }) => {
    const plain = name.replace(/_FILE$/, '');
    return !SETTINGS.includes(plain) && !OTHERS.has(name) && !NO_VARIABLES.includes(name);
  });
  expect(strange.map(({ page, found: [name] }) => `${page}: ${name}`)).toEqual([]);
  const told = PAGES.filter((page) => page !== 'docs/promises.md')
    .map(readPage)
    .join('\n');
  expect(SETTINGS.filter((name) => !new RegExp(`\\b${name}\\b`).test(told))).toEqual([]);
  expect(
    PAGES.flatMap((page) => blocksOf(page))
      .filter(({ language }) => language === 'env')
      .flatMap(({ text }) => [...text.matchAll(/^(\w+)=/gm)])
      .map(([, name = '']) => name)
      .filter((name) => !SETTINGS.includes(name)),
  ).toEqual([]);
});

type Api = { paths: Record<string, Record<string, unknown>> };
const API = Object.entries((JSON.parse(readFileSync(join(ROOT, 'docs/openapi.json'), 'utf8')) as Api).paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
);
/** What people look at in a browser. */
const PAGES_OF_API = /^GET \/(tasks\/:id|sign-in)?$/;
const OF_OTHERS = ['packages/testkit/README.md', 'bench/walkaway/README.md'];

test('every route that a page names is one, and every route of the api is told of', () => {
  const routes = named(/\b(GET|POST) (\/[\w/:.{}-]*)/g).map(({ page, found: [, method = '', path = ''] }) => ({
    page,
    route: `${method} ${path.replaceAll('a7f3', ':id').replace(/(?<=\/api\/functions\/)\w+$/, ':name')}`,
  }));
  const strange = routes.filter(({ page, route }) => !OF_OTHERS.includes(page) && !API.includes(route) && !PAGES_OF_API.test(route));
  expect(strange.map(({ page, route }) => `${page}: ${route}`)).toEqual([]);
  const pages = PAGES.map(readPage).join('\n');
  // The page of integrators shortens what lies below a task.
  const isTold = (route: string) =>
    pages.includes(route) || pages.includes(`…/${route.split('/').at(-1)}\``) || pages.includes(`\`${route.split(' ')[1]}\``);
  expect(API.filter((route) => !isTold(route))).toEqual([]);
});

const scripts = (file: string): string[] =>
  Object.keys((JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as { scripts?: object }).scripts ?? {});

test('every script and file that a page names is there', () => {
  const root = scripts('package.json');
  const ran = named(/\b(?:pnpm|npm)(?: run)? ((?:e2e|faults|bench)[\w:]*|demo|build|check)\b/g).filter(
    ({ found: [, name = ''] }) => !root.includes(name),
  );
  expect(ran.map(({ page, found: [whole] }) => `${page}: ${whole}`)).toEqual([]);
  const paths = named(/(?:^|[\s=])((?:packages|apps|examples|e2e|bench|deploy|docs|scripts)\/[\w./@-]+)/g).filter(
    ({ page, found: [, path = ''] }) => {
      // Its tables hold lines of anybody's shell.
      if (page === 'packages/safety/README.md') return false;
      const bare = path.replace(/[.,:]$/, '');
      return (
        !existsSync(join(ROOT, bare)) && !existsSync(join(ROOT, page, '..', bare)) && !existsSync(join(ROOT, 'packages/core/src', bare))
      );
    },
  );
  expect(paths.map(({ page, found: [, path] }) => `${page}: ${path}`)).toEqual([]);
});

test('every measurement is named on a page', () => {
  const modules = readdirSync(join(ROOT, 'bench'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.mjs'));
  const sources = modules.map((name) => readFileSync(join(ROOT, 'bench', name), 'utf8')).join('\n');
  const benches = modules.filter((name) => !name.includes('/'));
  const told = PAGES.map(readPage).join('\n');
  expect(benches.filter((name) => !sources.includes(`/${name}'`) && !told.includes(`bench/${name}`))).toEqual([]);
});

test('what stands on a page as JSON or YAML can be read as that', () => {
  for (const { language, text } of PAGES.flatMap(blocksOf)) {
    if (language === 'json') expect(() => JSON.parse(text)).not.toThrow();
    if (language === 'yaml') expect(() => parseYaml(text)).not.toThrow();
  }
});

/** What a host has of its own where the examples leave it out. */
const HOST = `
declare const sessions: { currentCall(): { sessionId: string } | null; say(id: string, text: string): Promise<void>; isSpeaking(id: string): boolean };
declare const editor: { openFolder(): string | null };
declare const voice: import('tars-bridge').Voice;
declare const name: string, sessionId: string, callId: string, utterance: string;
declare const args: Record<string, unknown>;
declare const transcript: { add(text: string): void };
declare const say: (text: string) => void;
declare const show: (text: string | null) => void;
declare const signal: AbortSignal;
declare const server: { all(path: string, handler: (c: { req: { raw: Request }; env: object }) => Response | Promise<Response>): void };
`;

test.each(['README.md', 'docs/integrators.md'])('the TypeScript of %s is right by the types of what it imports', async (page) => {
  const code = blocksOf(page)
    .filter(({ language }) => language === 'ts')
    .map(({ text }) => text);
  await withTempDir(async (folder) => {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(join(ROOT, 'apps/tars-bridge'), join(folder, 'node_modules/tars-bridge'));
    symlinkSync(join(ROOT, 'node_modules/@types'), join(folder, 'node_modules/@types'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'host.d.ts'), HOST);
    writeFileSync(join(folder, 'page.ts'), code.join('\n'));
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2023',
      '--types',
      'node',
    ];
    const { stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), [...options, 'host.d.ts', 'page.ts'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });
});
