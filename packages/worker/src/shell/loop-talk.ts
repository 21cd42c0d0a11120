// What is said to the loop and heard from it: the next request announced as soon as it can be, made later, and over.
import { randomBytes } from 'node:crypto';
import { deferred } from '@tars/core';
import { announcement, endOf, type Names, readyAfter } from './command-loop.js';

export type LoopTalk = {
  /** The loop is there. */
  begin(): void;
  /** All it says, in pieces of any size. */
  heard(data: string): void;
  /** What the next request will be known by: its bash is there already and waits for it. */
  next(): Names;
  request(text: string): void;
  /** Resolves when the loop is done with the request before, or dead. */
  takesRequests(): Promise<void>;
  /** Nothing more is said to it: it is about to be killed. */
  end(): void;
  /** The bash that waited ended without a request: what is said to the loop now would be taken for something else. */
  isSpoiled(): boolean;
};

export function createLoopTalk(write: (text: string) => void, dead: Promise<unknown>): LoopTalk {
  let next = newNames();
  let isAnnounced = false;
  let isSpoiled = false;
  let isOver = false;
  let free: Promise<unknown> = Promise.resolve();
  let awaited: { mark: string; seen: string; found: () => void } | null = null;

  const listenFor = (mark: string, found: () => void): void => {
    awaited = { mark, seen: '', found };
  };
  const announce = (): void => {
    if (isOver) return;
    write(announcement(next));
    isAnnounced = true;
    listenFor(endOf(next.nonce), () => {
      isSpoiled = true;
    });
  };

  return {
    begin: announce,
    heard(data) {
      if (awaited === null) return;
      const { mark, seen: before, found } = awaited;
      const seen = before + data;
      awaited.seen = seen.slice(-mark.length);
      if (!seen.includes(mark)) return;
      awaited = null;
      found();
    },
    next: () => next,
    request(text) {
      if (!isAnnounced) announce();
      const isDone = deferred<void>();
      free = Promise.race([isDone.promise, dead]);
      listenFor(readyAfter(next.nonce), () => {
        announce();
        isDone.resolve();
      });
      next = newNames();
      isAnnounced = false;
      write(text);
    },
    async takesRequests() {
      await free;
    },
    end() {
      isOver = true;
    },
    isSpoiled: () => isSpoiled,
  };
}

const newNames = (): Names => ({ nonce: randomBytes(16).toString('hex'), commandId: randomBytes(8).toString('hex') });
