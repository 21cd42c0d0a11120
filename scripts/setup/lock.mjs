// One set-up of a folder at a time: the lock is a folder that its holder keeps young.
import { mkdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const BEAT_MS = 2_000;
const POLL_MS = 100;

/** A holder that did not beat for this long is dead. No process numbers: two containers can share the folder. */
const STALE_MS = 20_000;

/** Does `work` while no other process does any under the same lock; `onWait` is told once when somebody is. */
export async function withLock(folder, onWait, work, staleMs = STALE_MS) {
  let told = false;
  while (!taken(folder)) {
    bury(folder, staleMs);
    if (!told) onWait();
    told = true;
    await delay(POLL_MS);
  }
  const beat = setInterval(() => utimesSync(folder, new Date(), new Date()), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(folder, { recursive: true, force: true });
  }
}

function taken(folder) {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

const age = (folder) => Date.now() - statSync(folder).mtimeMs;

/** Moves a dead holder's lock away. Only one of several finders can move it; a lock that turns out to be alive is put back. */
function bury(folder, staleMs) {
  const grave = `${folder}.${process.pid}`;
  try {
    if (age(folder) < staleMs) return;
    renameSync(folder, grave);
    if (age(grave) < staleMs) renameSync(grave, folder);
    else rmSync(grave, { recursive: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
