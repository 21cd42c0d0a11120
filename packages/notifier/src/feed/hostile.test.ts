// `node bench/hostile-feed.mjs` does the same with 50,000 texts.
import { expect, test } from '@jest/globals';
import { discordComplaints, hostileText, seededRandom } from '@tars/testkit';
import type { Delivery } from '../channel.js';
import { hostileStory } from '../testing/hostile-story.js';
import { deliveries } from '../testing/story.js';
import { messagesOf, type PayloadSettings } from './payload.js';

const OWNER = '123456789012345999';
const SETTINGS: PayloadSettings = { redact: (text) => text, hideCommandOutput: false, mentionUser: OWNER, buttons: true };
const STORIES = 12;

/** Each event by itself, and all of them up to the first that must be told alone as one. */
function told(all: readonly Delivery[]): Delivery[] {
  const [, , first, ...rest] = all as [Delivery, Delivery, Delivery, ...Delivery[]];
  const last = rest[5] as Delivery;
  return [...all, { ...last, past: first.past, earlier: [first, ...rest.slice(0, 5)].map(({ logged }) => logged) }];
}

test('whatever anybody writes, no message is too long, pings a stranger, holds anything unseen or leaves a block open', () => {
  const random = seededRandom(1);
  let texts = 0;
  const text = () => {
    texts += 1;
    return hostileText(random);
  };
  for (let story = 0; story < STORIES; story += 1) {
    for (const style of ['messages', 'card'] as const) {
      for (const verbose of [true, false]) {
        for (const delivery of told(deliveries(hostileStory(text, verbose)))) {
          for (const { body } of messagesOf(delivery, { ...SETTINGS, style })) {
            const { type } = delivery.logged.event;
            expect([type, ...discordComplaints({ ...body.discord, thread_name: body.thread_name }, OWNER)]).toEqual([type]);
            if (body.card !== undefined) expect([type, ...discordComplaints(body.card.message)]).toEqual([type]);
          }
        }
      }
    }
  }
  expect(texts).toBeGreaterThan(1_200);
});
