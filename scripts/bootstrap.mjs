// Makes a fresh clone ready, then runs the command it was given: `node scripts/bootstrap.mjs <command…>`.
// Kept to what any Node can read, so that an old one gets a sentence instead of a syntax error.
import { readFileSync } from 'node:fs';

const needed = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).engines.node.replace('>=', '');
const [major, minor] = process.versions.node.split('.').map(Number);
const [neededMajor, neededMinor] = needed.split('.').map(Number);

if (process.platform === 'win32') {
  refuse('Windows is not supported. Use WSL, Linux or macOS.');
} else if (major < neededMajor || (major === neededMajor && minor < neededMinor)) {
  refuse(`Node ${needed} or newer is needed; this is ${process.versions.node} (${process.execPath}).`);
} else {
  void import('./setup/main.mjs').then(({ main }) => main(process.argv.slice(2)));
}

function refuse(sentence) {
  process.stderr.write(`setup: ${sentence}\n`);
  process.exitCode = 2;
}
