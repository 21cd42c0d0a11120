// What every channel promises the relay, whatever is at its other end.
import { describe, expect, test } from '@jest/globals';
import type { Channel, Delivery } from '../channel.js';

export type Fixture = {
  channel: Channel;
  /** Something this channel tells, and something it does not. */
  worthTelling: Delivery;
  notWorthTelling: Delivery;
  /** What has reached the receiver. */
  received(): readonly string[];
  /** Nobody is there; and there again. */
  leave(): void;
  comeBack(): void;
  /** The receiver listens and never says that it has understood. */
  fallSilent(): void;
  close(): Promise<void>;
};

export function describeChannel(name: string, open: () => Promise<Fixture>): void {
  const using = (work: (fixture: Fixture) => Promise<void>) => async () => {
    const fixture = await open();
    try {
      await work(fixture);
    } finally {
      await fixture.close();
    }
  };
  const never = new AbortController().signal;

  describe(`${name} as a channel`, () => {
    test(
      'what is worth telling arrives once',
      using(async ({ channel, worthTelling, received }) => {
        expect(await channel.deliver(worthTelling, never)).toEqual({ kind: 'delivered' });
        expect(received()).toHaveLength(1);
      }),
    );

    test(
      'what is not worth telling is skipped and reaches nobody',
      using(async ({ channel, notWorthTelling, received }) => {
        expect(await channel.deliver(notWorthTelling, never)).toEqual({ kind: 'skipped' });
        expect(received()).toEqual([]);
      }),
    );

    test(
      'while nobody is there it asks for another time, and tells then',
      using(async ({ channel, worthTelling, received, leave, comeBack }) => {
        leave();
        expect(await channel.deliver(worthTelling, never)).toMatchObject({ kind: 'later' });
        expect(received()).toEqual([]);
        comeBack();
        expect(await channel.deliver(worthTelling, never)).toEqual({ kind: 'delivered' });
        expect(received()).toHaveLength(1);
      }),
    );

    test(
      'a receiver that falls silent does not outlast the signal',
      using(async ({ channel, worthTelling, fallSilent }) => {
        fallSilent();
        const stop = new AbortController();
        const delivery = channel.deliver(worthTelling, stop.signal);
        setImmediate(() => stop.abort());
        expect(['delivered', 'later']).toContain((await delivery).kind);
      }),
    );
  });
}
