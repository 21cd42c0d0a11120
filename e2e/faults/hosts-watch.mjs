// Where every task lives, seen from outside: who claims it, and on which machine something of it is alive, five times a second.
import { setTimeout as delay } from 'node:timers/promises';
import { subscribeNews } from '@tars/core/redis';
import { linesOf } from './judge.mjs';

const LOOK_MS = 200;
/** Between a change in Redis and the rig's hearing of it. */
const HEARING_MS = 5;

export async function watchHosts({ world, hosts }) {
  const heard = new Map();
  const sightings = [];
  const news = await subscribeNews(world.redis);
  news.listen(({ taskId, seq }) => heard.set(`${taskId}:${seq}`, Date.now()));
  const stop = new AbortController();
  const looking = (async () => {
    while (!stop.signal.aborted) {
      // From before the look: who is seen was still alive then.
      const at = Date.now();
      for (const { name, tasks } of hosts) for (const task of tasks()) sightings.push({ at, host: name, task });
      await delay(LOOK_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  })();

  /** A task's claims, `{ host, at, afterCrash }`, oldest first: `at` is never earlier than the claim was. */
  const claimsOf = async (id) => {
    const events = await world.store.events(id, 0, 10_000);
    return events.flatMap(({ seq, event }) => {
      if (event.type !== 'task.claimed') return [];
      // A claim comes in one commit with its notice, and readers are told of the last.
      const at = heard.get(`${id}:${seq}`) ?? heard.get(`${id}:${seq + 1}`) ?? event.at;
      return [{ host: event.worker.host, at, afterCrash: event.afterCrash }];
    });
  };
  const holderAt = (claims, at) => claims.findLast((claim) => claim.at <= at + HEARING_MS)?.host;

  return {
    async close() {
      stop.abort();
      await looking;
      await news.close();
    },
    /** Complains of everything on a host that did not hold its task; resolves to how long before each takeover the last sign of it was. */
    async judge({ tallies, cuts, leaseMs, complain }) {
      const marginsMs = [];
      let takeovers = 0;
      const lines = (await linesOf(world.ledger)).map((line) => line.split(' '));
      for (const { id, key } of tallies) {
        const say = (kind, what) => complain(kind, `${id} (${key})`, what);
        const claims = await claimsOf(id);
        const seen = sightings.filter(({ task }) => task === id);
        const astray = seen.filter(({ at, host }) => holderAt(claims, at) !== undefined && holderAt(claims, at) !== host);
        if (astray.length > 0)
          say('apart', `alive on ${astray[0].host} in ${astray.length} looks, when ${holderAt(claims, astray[0].at)} held it`);
        for (const [, step, , host, at] of lines.filter(([own]) => own === key)) {
          const holder = holderAt(claims, Number(at));
          if (holder !== host) say('apart', `step ${step} was done on ${host} when ${holder} held it`);
        }
        for (const [before, claim] of claims.slice(1).map((claim, at) => [claims[at], claim])) {
          const last = seen.findLast(({ at, host }) => host === before.host && at <= claim.at);
          // A busy machine finds back late: a cut within the lease may become a loss. What is lost may wait long for a place on the other host.
          const isCut = cuts.some(
            ({ host, from, to }) => host === before.host && from < claim.at && to > before.at && (last?.at ?? from) - to < 2 * leaseMs,
          );
          if (claim.afterCrash && !isCut) say('ownership', `taken from ${before.host} by ${claim.host}, and nothing was cut`);
          if (claim.host === before.host) continue;
          takeovers++;
          if (last !== undefined) marginsMs.push(claim.at - last.at);
        }
      }
      return { takeovers, marginsMs };
    },
  };
}
