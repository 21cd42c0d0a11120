// Hostile texts in every place of a feed where somebody else chooses the words, in both styles, judged as Discord and a reader would.
//
//   npm run build && node bench/hostile-feed.mjs [--texts 50000] [--seed 1]       ends with 1 when a message is not what it should be
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { discordComplaints, hostileText, seededRandom } from '../packages/testkit/dist/index.js';

const { values: flags } = parseArgs({ options: { texts: { type: 'string', default: '50000' }, seed: { type: 'string', default: '1' } } });
const [TEXTS, SEED] = [Number(flags.texts), Number(flags.seed)];
const OWNER = '123456789012345999';

/** The story is the tests' own, which are not compiled. */
async function fromSource() {
  const notifier = join(import.meta.dirname, '../packages/notifier');
  const outfile = join(notifier, 'dist', `.hostile-feed-${process.pid}.mjs`);
  const contents = `export { hostileStory } from './testing/hostile-story.ts'; export { deliveries } from './testing/story.ts'; export { messagesOf } from './feed/payload.ts';`;
  const stdin = { contents, resolveDir: join(notifier, 'src'), loader: 'ts' };
  await build({ stdin, outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm', logLevel: 'error' });
  try {
    return await import(outfile);
  } finally {
    rmSync(outfile);
  }
}

const { hostileStory, deliveries, messagesOf } = await fromSource();
const random = seededRandom(SEED);
const seen = { texts: 0, longest: 0, messages: 0 };
const complaints = new Map();
const text = () => {
  const made = hostileText(random);
  seen.texts += 1;
  seen.longest = Math.max(seen.longest, made.length);
  return made;
};
const judge = (body, mayPing) => {
  seen.messages += 1;
  for (const complaint of discordComplaints(body, mayPing)) complaints.set(complaint, (complaints.get(complaint) ?? 0) + 1);
};

const begin = performance.now();
while (seen.texts < TEXTS) {
  for (const [style, verbose] of [
    ['messages', true],
    ['messages', false],
    ['card', true],
    ['card', false],
  ]) {
    const settings = { redact: (words) => words, hideCommandOutput: false, mentionUser: OWNER, buttons: true, style };
    for (const delivery of deliveries(hostileStory(text, verbose))) {
      for (const { body } of messagesOf(delivery, settings)) {
        judge({ ...body.discord, thread_name: body.thread_name }, OWNER);
        if (body.card !== undefined) judge(body.card.message, null);
      }
    }
  }
}
const seconds = (performance.now() - begin) / 1_000;
console.log(
  `seed ${SEED}: ${seen.texts} texts (the longest of ${seen.longest} characters) in ${seen.messages} messages, ${seconds.toFixed(0)} s`,
);
for (const [complaint, count] of [...complaints].slice(0, 20)) console.log(`  ${count} × ${complaint.slice(0, 200)}`);
const wrong = [...complaints.values()].reduce((sum, count) => sum + count, 0);
console.log(`over a limit, pinging, unseen or left open: ${wrong}`);
process.exitCode = wrong === 0 ? 0 : 1;
