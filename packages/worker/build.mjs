// Bundles the runner: one file starts in half the time of many, and every task pays for it.
import { build } from 'esbuild';

await build({
  entryPoints: ['src/runner/main.ts'],
  outfile: 'dist/runner.mjs',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  sourcemap: true,
  conditions: ['@tars/source'],
  // Native code, and a sandbox that brings programs of its own, stay where they are installed.
  external: ['node-pty', '@lydell/node-pty', '@anthropic-ai/sandbox-runtime'],
  // Packages published as CommonJS ask for `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  logLevel: 'warning',
});
