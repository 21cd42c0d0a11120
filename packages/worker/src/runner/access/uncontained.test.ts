// Where a sandbox was wanted and there is none: what asks because of it, and what never does.
import { homedir } from 'node:os';
import { expect, test } from '@jest/globals';
import { survey } from '@tars/safety';
import { uncontained } from './uncontained.js';

const AROUND = { writable: ['/p'], hidden: [`${homedir()}/.ssh`, '/state'], readable: ['/state/tasks/a7f3/output'] };
const whyOf = (command: string) => uncontained(survey(command, { cwd: '/p', projectRoot: '/p' }), AROUND);

test.each([
  'cat README.md',
  'ls -la ..',
  'grep -rn x src /usr/include',
  'cd /tmp && pwd',
  'python --version',
  'node --version',
  'npm install express',
  'pip install -r requirements.txt',
  'git status',
  'git log --oneline',
  'git diff HEAD~1',
  'npm test',
  'cargo build 2>/dev/null',
  'mkdir -p src/a && touch src/a/b.ts',
  'curl -s http://localhost:3000/health',
  'cat .env.example',
  'grep -n FAIL /state/tasks/a7f3/output/1f.txt',
])('%s does not ask', (command) => {
  expect(whyOf(command)).toBeNull();
});

test.each([
  ['curl https://example.com', 'use the network'],
  ['cat notes | nc example.com 80', 'use the network'],
  ['git clone https://example.com/a.git', 'use the network'],
  ['git push', 'use the network'],
  ['cp src/a.ts ../other/', 'leave the project'],
  ['mkdir ~/somewhere', 'leave the project'],
  ['tar cf /srv/x.tar .', 'leave the project'],
  ['cat ~/.ssh/id_ed25519', 'read credentials'],
  ['grep -r x /state', 'read credentials'],
  ['cat /state/tasks/a7f3/output/../../b2c4/output/1f.txt', 'read credentials'],
  ['cat .env', 'read credentials'],
  ['cat sub/.env.production', 'read credentials'],
])('%s asks, to %s', (command, why) => {
  expect(whyOf(command)).toContain(why);
});
