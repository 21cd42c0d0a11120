// Other agents, where they were installed by hand: how each is run and pointed at a model on this machine, with a home of its own and nothing that calls home.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commonEnv, KEY } from './session/house.mjs';

const PEERS = {
  pi: {
    title: 'pi',
    package: '@earendil-works/pi-coding-agent',
    bin: 'pi',
    // It wants a newer Node than this repository does.
    runsIn: 'node',
    env({ home, url }) {
      const agentDir = join(home, 'agent');
      mkdirSync(agentDir, { recursive: true });
      writeFileSync(join(agentDir, 'models.json'), JSON.stringify({ providers: { anthropic: { baseUrl: url } } }));
      return { PI_CODING_AGENT_DIR: agentDir, PI_OFFLINE: '1', PI_TELEMETRY: '0', PI_SKIP_VERSION_CHECK: '1' };
    },
  },
  'claude-code': {
    title: 'Claude Code',
    package: '@anthropic-ai/claude-code',
    bin: 'claude',
    env: () => ({
      IS_SANDBOX: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_ERROR_REPORTING: '1',
    }),
  },
  opencode: {
    title: 'opencode',
    package: 'opencode-ai',
    bin: 'opencode',
    env: ({ home, url }) => ({
      XDG_DATA_HOME: join(home, 'data'),
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_STATE_HOME: join(home, 'state'),
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        autoupdate: false,
        share: 'disabled',
        permission: { edit: 'allow', bash: 'allow', webfetch: 'deny' },
        provider: { anthropic: { options: { baseURL: `${url}/v1`, apiKey: KEY } } },
      }),
    }),
  },
};

/** `{ title, version, file, before, env, home, root }`: run `file` with `before` and then the arguments; `root` is its package. Null when it is not installed in `folder`. */
export function findPeer(name, { folder, base, url }) {
  const { title, package: of, bin, runsIn, env } = PEERS[name];
  const modules = folder === null ? null : join(folder, name, 'node_modules');
  if (modules === null || !existsSync(join(modules, '.bin', bin))) return null;
  const home = join(base, `home-${name}`);
  mkdirSync(home, { recursive: true });
  const program = join(modules, '.bin', bin);
  const own = runsIn === undefined ? null : join(modules, '.bin', runsIn);
  const runner = own !== null && existsSync(own) ? own : process.execPath;
  return {
    title,
    version: JSON.parse(readFileSync(join(modules, of, 'package.json'), 'utf8')).version,
    ...(own === null ? { file: program, before: [] } : { file: runner, before: [program] }),
    env: { ...commonEnv(home, url), ...env({ home, url }) },
    home,
    root: join(modules, of),
  };
}
