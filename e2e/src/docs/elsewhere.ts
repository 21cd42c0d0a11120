// The commands of the pages that this machine cannot type for their readers: each with the reason, and what runs it, or what it does, instead.

export type Elsewhere = {
  page: string;
  commands: readonly string[];
  because: string;
  /** A file of this repository; null where nobody but the reader ever types it. */
  seenBy: string | null;
};

export const ELSEWHERE: readonly Elsewhere[] = [
  {
    page: 'README.md',
    commands: ['npm run demo', 'npm test'],
    because: 'this test is a part of the second, and CI runs both',
    seenBy: '.ci/run',
  },
  {
    page: 'CONTRIBUTING.md',
    commands: [
      'npm test -- packages/safety',
      'export PATH="$PWD/.tools/node_modules/.bin:$PATH"',
      'pnpm --filter @tars/safety test',
      'pnpm exec jest packages/safety/src/rules.test.ts',
      'pnpm exec turbo run build',
      'pnpm exec biome check --write packages/safety',
      'node scripts/check.mjs',
    ],
    because: 'set-up, build, checks and the tests of every package surround this test',
    seenBy: 'scripts/test.mjs',
  },
  {
    page: 'CONTRIBUTING.md',
    commands: ['pnpm exec changeset'],
    because: 'it asks its questions at a terminal',
    seenBy: null,
  },
  {
    page: 'bench/README.md',
    commands: [
      'mkdir -p peers/pi && (cd peers/pi && npm install @earendil-works/pi-coding-agent@0.87.1 node@24)',
      'TARS_BENCH_PEERS=$PWD/peers node bench/session.mjs',
    ],
    because: 'it fetches hundreds of megabytes and measures for minutes',
    seenBy: 'bench/session.mjs',
  },
  {
    page: 'bench/walkaway/README.md',
    commands: [
      'npm run build',
      'mkdir -p peers/pi peers/claude-code peers/opencode',
      '(cd peers/pi && npm install @earendil-works/pi-coding-agent@0.87.1 node@24)',
      '(cd peers/claude-code && npm install @anthropic-ai/claude-code@2.1.330 && node node_modules/@anthropic-ai/claude-code/install.cjs)',
      '(cd peers/opencode && npm install opencode-ai@1.18.33 && cd node_modules/opencode-ai && node postinstall.mjs)',
      'TARS_BENCH_PEERS=$PWD/peers node bench/walkaway/main.mjs',
    ],
    because: 'it fetches other agents and measures for minutes',
    seenBy: 'bench/walkaway/main.mjs',
  },
  {
    page: 'docs/N8N_BACKGROUND_TASKS_SETUP.md',
    commands: [
      'n8n import:workflow --separate --input=workflows',
      'for id in tarsUpdates00001 tarsChannel00001 tarsForm00000001 tarsCommands0001; do n8n publish:workflow --id=$id; done',
    ],
    because: 'the real n8n takes 2.8 GB',
    seenBy: 'e2e/n8n/real-n8n.ts',
  },
  {
    page: 'docs/containers.md',
    commands: ['chown -R 10001:10001 secrets projects', 'docker compose up -d --build'],
    because: 'they need root and an engine, and build three images',
    seenBy: 'e2e/containers/main.mjs',
  },
  {
    page: 'docs/containers.md',
    commands: [
      'npm test',
      'useradd --system --home-dir /var/lib/tars tars',
      'install -d -o tars -g tars /srv/projects',
      'for part in api notifier worker; do install -D -m 600 -o tars /dev/null /etc/tars/$part.env; done',
      'cp deploy/systemd/* /etc/systemd/system/ && systemctl enable --now tars-api tars-notifier tars-worker@1 tars-worker@2',
    ],
    because: 'they change the system; the units alone are looked at',
    seenBy: 'e2e/src/deploy.test.ts',
  },
  {
    page: 'docs/discord.md',
    commands: [
      'curl -X POST "https://discord.com/api/v10/channels/CHANNEL_ID/webhooks" -H "Authorization: Bot YOUR_BOT_TOKEN" -H \'content-type: application/json\' -d \'{"name":"Updates"}\'',
    ],
    because: 'it needs a bot at the real Discord',
    seenBy: null,
  },
  {
    page: 'docs/integrators.md',
    commands: ['claude mcp add tars -- tars mcp'],
    because: 'it needs that assistant; what it would start is started, and spoken to, by the test named',
    seenBy: 'apps/tars-bridge/src/cli/mcp.test.ts',
  },
  {
    page: 'docs/integrators.md',
    commands: [
      'npx @modelcontextprotocol/inspector@0.15.0 --cli http://127.0.0.1:5002/mcp --transport http --method tools/list',
      'npx @modelcontextprotocol/inspector@0.15.0 --cli http://127.0.0.1:5002/mcp --transport http --method resources/read --uri tars://tasks/a7f3',
      'npx @modelcontextprotocol/inspector@0.15.0 --cli npx tars mcp --method tools/call --tool-name check_coding_progress --tool-arg task_id=a7f3',
    ],
    because: 'the inspector is fetched from the net; the same requests are made by the test named',
    seenBy: 'apps/tars-bridge/src/cli/mcp.test.ts',
  },
  {
    page: 'docs/reliability.md',
    commands: [
      'pnpm faults --kills 1000 --seed 7',
      'pnpm faults --sweep',
      'pnpm faults:mutants',
      'pnpm faults:endings --cancels 100 --deadlines 50 --queued 1000',
    ],
    because: 'they take from a minute to hours; the test named runs the second, and the last with fewer',
    seenBy: 'e2e/src/faults.test.ts',
  },
  {
    page: 'docs/reliability.md',
    commands: ['pnpm faults:hosts --cuts 100 --seed 7'],
    because: 'it takes a quarter of an hour, and root; the test named runs it with four cuts',
    seenBy: 'e2e/src/hosts.test.ts',
  },
  {
    page: 'examples/host-gemini-live/README.md',
    commands: ['GEMINI_API_KEY=your-key node --env-file-if-exists=.env examples/host-gemini-live/host.mjs'],
    because: 'it speaks to Google; the test named runs the same file against a stand-in',
    seenBy: 'e2e/src/host-gemini-live.test.ts',
  },
  {
    page: 'examples/host-openai-realtime/README.md',
    commands: ['OPENAI_API_KEY=your-key node --env-file-if-exists=.env examples/host-openai-realtime/host.mjs'],
    because: 'it speaks to OpenAI; the test named runs the same file against a stand-in',
    seenBy: 'e2e/src/host-openai-realtime.test.ts',
  },
  {
    page: 'examples/tracing/README.md',
    commands: [
      'docker run --rm -p 16686:16686 -p 4318:4318 jaegertracing/all-in-one',
      'NODE_OPTIONS="--import $PWD/examples/tracing/otel.mjs" npx tars up',
    ],
    because: 'the first fetches an image; the test named gathers what the second sends',
    seenBy: 'e2e/src/traces.test.ts',
  },
];
