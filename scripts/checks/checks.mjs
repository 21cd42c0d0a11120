// The checks that need no running: each has a name and tells what it found.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../workspace.mjs';
import { layerProblems } from './layers.mjs';
import { manifestProblems } from './manifests.mjs';

/** Each check's promise is empty text, or what is wrong. */
const CHECKS = {
  layers: async () => layerProblems(ROOT).join('\n'),
  manifests: async () => manifestProblems(ROOT).join('\n'),
  'lint and format': () => complaints('biome', ['check', '--error-on-warnings', '--max-diagnostics=100', '.']),
  types: () => complaints('tsc', ['-p', 'tsconfig.test.json', '--noEmit']),
};

/** Runs all checks, tells each result in a line as it comes, and resolves to how many passed and failed. */
export async function runChecks(say) {
  const found = await Promise.all(
    Object.entries(CHECKS).map(async ([name, check]) => {
      const wrong = await check();
      say(wrong === '' ? `ok   ${name}` : `FAIL ${name}\n${wrong}`);
      return wrong === '';
    }),
  );
  const passed = found.filter(Boolean).length;
  return { passed, failed: found.length - passed };
}

/** What a tool printed when it was not content. */
async function complaints(tool, args) {
  const child = spawn(join(ROOT, 'node_modules/.bin', tool), args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk));
  const [code] = await once(child, 'close');
  return code === 0 ? '' : Buffer.concat(printed).toString().trim() || `${tool} ended with ${code} and said nothing.`;
}
