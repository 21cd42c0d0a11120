import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const built = pathToFileURL(join(import.meta.dirname, '..', 'dist', 'index.js')).href;
/** Node's own loader asks for these with every import. */
const READ_BY_NODE = ['WATCH_REPORT_DEPENDENCIES', 'NODE_V8_COVERAGE'];
const HOOK = `
  let port;
  export function initialize(data) { port = data.port; }
  export async function load(url, context, next) { port.postMessage(url); return next(url, context); }
`;

type Report = { loaded: string[]; environmentRead: string[]; opened: string[] };

/** Imports the built package in a process of its own, does `then` with it, and reports what that process touched. */
async function importing(then: string): Promise<Report> {
  const script = `
    import { createRequire, register } from 'node:module';
    import { MessageChannel } from 'node:worker_threads';
    const { port1, port2 } = new MessageChannel();
    const loaded = [];
    port1.on('message', (url) => loaded.push(url)).unref();
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(HOOK)}), { data: { port: port2 }, transferList: [port2] });
    const read = new Set();
    const real = process.env;
    process.env = new Proxy(real, {
      get(target, name) { read.add(name); return target[name]; },
      has(target, name) { read.add(name); return name in target; },
      ownKeys(target) { read.add('(all names)'); return Reflect.ownKeys(target); },
    });
    const handles = () => process.getActiveResourcesInfo().filter((kind) => kind.endsWith('Wrap') || kind === 'Timeout');
    const before = handles();
    const { createTarsBridge } = await import(${JSON.stringify(built)});
    const environmentRead = [...read];
    const opened = handles().slice(before.length);
    ${then}
    // What the hook's thread has told by then has arrived.
    await new Promise((resolve) => setImmediate(resolve));
    const required = Object.keys(createRequire(${JSON.stringify(built)}).cache);
    process.stdout.write(JSON.stringify({ loaded: [...loaded, ...required], environmentRead, opened }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  return JSON.parse(stdout) as Report;
}

const named = (loaded: readonly string[], name: RegExp): string[] => loaded.filter((module) => name.test(module));

test('importing starts nothing, reads no environment and loads neither the terminal nor the model client', async () => {
  const { loaded, environmentRead, opened } = await importing('');
  expect(loaded).toContain(built);
  expect(named(loaded, /node-pty|@anthropic-ai|redis|winston|hono/)).toStrictEqual([]);
  expect(environmentRead.filter((name) => !READ_BY_NODE.includes(name))).toStrictEqual([]);
  expect(opened).toStrictEqual([]);
});

test('a bridge in use loads neither the terminal nor the model client, and leaves the process free to end', async () => {
  const { loaded } = await importing(`
    const bridge = await createTarsBridge({ env: { REDIS_URL: 'redis://127.0.0.1:1', TARS_STATE_DIR: '/nowhere', LOG_LEVEL: 'error' } });
    bridge.functionDeclarations({ format: 'gemini' });
    await bridge.fetch(new Request('http://127.0.0.1/livez'));
  `);
  expect(named(loaded, /@redis\/client/)).not.toStrictEqual([]);
  expect(named(loaded, /node-pty|@anthropic-ai|tars-worker|packages\/worker/)).toStrictEqual([]);
});
