// Bundles the runner: one file starts in half the time of many, and every task pays for it.
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const { metafile } = await build({
  entryPoints: ['src/runner/main.ts'],
  outfile: 'dist/runner.mjs',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  sourcemap: true,
  metafile: true,
  conditions: ['@tars/source'],
  // Native code, and a sandbox that brings programs of its own, stay where they are installed.
  external: ['node-pty', '@lydell/node-pty', '@anthropic-ai/sandbox-runtime'],
  // Packages published as CommonJS ask for `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  logLevel: 'warning',
});

// What is in it: a test looks for what must not be.
writeFileSync('dist/runner.meta.json', JSON.stringify(Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint)?.inputs));
