// Who may import whom: the house's layers as data.

/** A package that composes the others: only its manifest and its own folder bind it. */
export const ANYTHING = Symbol('anything');

/**
 * `imports`: packages of ours that may be imported. `lazily`: the same, but only by `import()`, so that loading the
 * package loads nothing of them. `tests`: what test files may import besides. `computed`: files that may import a name
 * they compute. `reach`: what must not get loaded,
 * however indirectly, with the files whose path begins with `from` (a path ending in `/` is a folder of the package).
 */
export const LAYERS = {
  '@tars/core': {
    imports: [],
    tests: [],
    reach: [{ from: 'src/index.ts', never: ['redis', 'bee-queue', 'winston', '@redis/client'] }],
  },
  '@tars/safety': { imports: [], tests: [] },
  '@tars/notifier': { imports: ['@tars/core'], tests: ['@tars/testkit'] },
  '@tars/api': { imports: ['@tars/core'], tests: ['@tars/testkit'] },
  '@tars/worker': {
    imports: ['@tars/core', '@tars/safety'],
    tests: ['@tars/testkit'],
    reach: [
      { from: 'src/runner/', never: ['src/supervisor/', '@tars/core/redis', '@tars/core/log', 'redis', 'bee-queue', 'winston'] },
      { from: 'src/supervisor/', never: ['src/runner/', 'node-pty', '@lydell/node-pty', '@anthropic-ai/sdk'] },
    ],
  },
  '@tars/testkit': { imports: ['@tars/core'], tests: [] },
  'tars-bridge': {
    imports: ['@tars/core', '@tars/notifier', '@tars/safety'],
    lazily: ['@tars/api', '@tars/worker'],
    // Runs the bin of another package, by its path, as a subcommand.
    computed: ['src/cli/delegate.ts'],
    tests: ['@tars/testkit'],
  },
  '@tars/demo': ANYTHING,
  '@tars/host-gemini-live': ANYTHING,
  '@tars/tracing': ANYTHING,
  '@tars/host-openai-realtime': ANYTHING,
  '@tars/e2e': ANYTHING,
};
