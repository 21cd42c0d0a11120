// Does this machine know what time it is? Codes of an app, signatures and the life of a yes depend on it.
import { within } from '@tars/core';
import type { Config } from '@tars/core/env';
import type { Redis } from '@tars/core/redis';
import { about, type Finding } from './finding.js';
import { DEFAULT_BASE_URL } from './model.js';

const ANSWER_MS = 3_000;
/** Codes of an app change every 30 s, and the header tells whole seconds. */
const AGREE_MS = 15_000;

const { ok, problem } = about('clock');

/** Redis and Claude are asked what time it is; nothing is said where neither tells. */
export async function checkClock(redis: Redis | null, { anthropicBaseUrl }: Pick<Config, 'anthropicBaseUrl'>): Promise<Finding[]> {
  const [byRedis, byClaude] = await Promise.all([
    redis === null
      ? null
      : lead(() => within(ANSWER_MS, 'Redis', redis.time()).then(([seconds, micros]) => Number(seconds) * 1_000 + Number(micros) / 1_000)),
    lead(() => dateOf(anthropicBaseUrl ?? DEFAULT_BASE_URL)),
  ]);
  const isOff = (ms: number | null): ms is number => ms !== null && Math.abs(ms) > AGREE_MS;
  // Whoever disagrees with two others is wrong.
  if (isOff(byRedis) && byClaude !== null && !isOff(byClaude)) {
    return [
      problem(
        `The clock of the machine that Redis runs on is ${inWords(-byRedis)} this machine's.`,
        'Set it right there, for example with timedatectl set-ntp true.',
      ),
    ];
  }
  const off = [
    ...(isOff(byRedis) ? [{ whose: "Redis'", ms: byRedis }] : []),
    ...(isOff(byClaude) ? [{ whose: "Claude's", ms: byClaude }] : []),
  ];
  const [first] = off;
  if (first !== undefined) {
    return [
      problem(
        `The clock of this machine is ${inWords(first.ms)} ${off.map(({ whose }) => whose).join(' and ')}: codes of an app, signatures and approvals fail.`,
        'Set it right, for example with timedatectl set-ntp true; in a virtual machine that slept, restart its time service.',
      ),
    ];
  }
  const known = [byRedis === null ? [] : ['Redis'], byClaude === null ? [] : ['Claude']].flat();
  return known.length === 0 ? [] : [ok(`The clock of this machine agrees with ${known.join(' and ')}.`)];
}

/** By how many ms our clock is ahead of the one that is read; null where it cannot be. */
async function lead(read: () => Promise<number>): Promise<number | null> {
  const askedAt = Date.now();
  try {
    const theirs = await read();
    return (askedAt + Date.now()) / 2 - theirs;
  } catch {
    return null;
  }
}

/** Any answer of the server has the time in its header, a refusal too. */
async function dateOf(base: string): Promise<number> {
  const { headers } = await fetch(base, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
  const at = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(at)) throw new Error('The server does not say what time it is.');
  return at;
}

function inWords(leadMs: number): string {
  const seconds = Math.round(Math.abs(leadMs) / 1_000);
  const much = seconds < 120 ? `${seconds} s` : seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
  return `${much} ${leadMs > 0 ? 'ahead of' : 'behind'}`;
}
