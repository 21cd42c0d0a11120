// Whether the model goes round in circles: read from the stored records alone, so that every attempt at a task sees the same.
import { createHash } from 'node:crypto';
import type { RecordOf, TranscriptRecord } from '@tars/core';
import { isKeepGoing } from './keep-going.js';

/** `what` completes the sentence "It goes round in circles: …". */
export type Finding = { key: string; count: number; what: string };
export type DeadEnd = { step: 'nudge' | 'ask'; finding: Finding };
type Thresholds = { nudgeAfter: number; askAfter: number };

export type DeadEndWatch = {
  /** What is to be done about the newest of these records; null where the model gets somewhere. */
  look(transcript: readonly TranscriptRecord[]): DeadEnd | null;
};

/** Time passes in such a command: what is looked at again after it is waited for, not repeated. */
const WAITS = /\b(sleep|wait|watch|inotifywait|until|while)\b|\btail\s+-\w*[fF]/;
const SHOWN_CHARS = 120;

/** Reads each record once; what it found is the same however the records were dealt out. */
export function watchDeadEnds(thresholds: Thresholds): DeadEndWatch {
  let read = 0;
  /** Which reply is the newest; only what it brought about is news. */
  let reply = 0;
  let calls = new Map<string, Call>();
  let edits = new Map<string, RecordOf<'intent'>>();
  /** Everything tried since the world last changed, and what came of it since something new was tried. */
  const tried = new Set<string>();
  const repeats = new Map<string, Repeat>();
  /** The versions each file has had, and how often in a row it went back to one of them. */
  const swings = new Map<string, { versions: Set<string>; count: number; at: number }>();
  let silent = 0;
  const told = new Set<string>();

  const worldChanged = (): void => {
    tried.clear();
    repeats.clear();
  };
  const begin = (): void => {
    worldChanged();
    swings.clear();
    told.clear();
    silent = 0;
  };
  const bump = (key: string, what: (count: number) => string): Repeat => {
    const count = (repeats.get(key)?.count ?? 0) + 1;
    const repeat = { key, count, what: what(count), at: reply, isCovered: false };
    repeats.set(key, repeat);
    return repeat;
  };

  const onEdit = ({ path = '', before = null, after = '' }: RecordOf<'intent'>): void => {
    const swing = swings.get(path) ?? { versions: new Set<string>(), count: 0, at: reply };
    const start = before ?? 'no file';
    if (!swing.versions.has(start)) swing.count = 0;
    swing.count = swing.versions.has(after) ? swing.count + 1 : 1;
    if (swing.count === 1) told.delete(swingKey(path));
    swings.set(path, { versions: swing.versions.add(start).add(after), count: swing.count, at: reply });
    worldChanged();
  };

  const onResult = ({ callId, text, isError }: RecordOf<'result'>): void => {
    const call = calls.get(callId);
    if (call === undefined || call.name === 'update_plan' || call.name === 'finish') return;
    if (call.name === 'ask_user' && !isError) {
      begin();
      return;
    }
    const edit = edits.get(callId);
    if (edit !== undefined && !isError && edit.before !== edit.after) {
      onEdit(edit);
      return;
    }
    if (call.name === 'bash' && WAITS.test(call.shown)) {
      worldChanged();
      return;
    }
    if (!tried.has(call.key)) {
      for (const key of repeats.keys()) told.delete(key);
      repeats.clear();
      tried.add(call.key);
    }
    const came = text.replace(/ after [\d.]+ s$/m, '');
    const same = bump(`${call.key} ${hash(came)}`, (count) => `${call.shown} gave the same result ${count} times`);
    const error = call.name === 'bash' && isError ? lastError(came) : null;
    if (error === null) return;
    const failed = bump(
      `${call.key} failed ${hash(error.plain)}`,
      (count) => `${call.shown} failed ${count} times with the same error: ${shortened(error.line)}`,
    );
    failed.isCovered = failed.count === same.count;
  };

  const onNote = ({ text, messageId, deadEnd }: RecordOf<'note'>): void => {
    if (deadEnd?.step === 'nudged') told.add(deadEnd.key);
    else if (deadEnd === undefined && messageId === undefined && isKeepGoing(text)) return;
    else begin();
  };

  const onRecord = (record: TranscriptRecord): void => {
    switch (record.kind) {
      case 'reply':
        reply++;
        calls = callsIn(record);
        edits = new Map();
        silent = isSilent(record) ? silent + 1 : 0;
        if (silent === 0) told.delete(SILENCE);
        return;
      case 'intent':
        if (record.effect === 'edit') edits.set(record.callId, record);
        return;
      case 'result':
        onResult(record);
        return;
      case 'note':
        onNote(record);
        return;
      default:
        // What was put aside cannot be compared any more.
        begin();
    }
  };

  const findings = (): Finding[] => [
    ...(silent === 0 ? [] : [{ key: SILENCE, count: silent, what: `${silent} replies in a row broke off` }]),
    ...[...swings].flatMap(([path, { count, at }]) =>
      at === reply
        ? [{ key: swingKey(path), count, what: `${path} was changed back and forth between the same versions, ${count} times` }]
        : [],
    ),
    ...[...repeats.values()].filter(({ at, isCovered }) => at === reply && !isCovered),
  ];

  return {
    look(transcript) {
      for (const record of transcript.slice(read)) onRecord(record);
      read = transcript.length;
      const { nudgeAfter, askAfter } = thresholds;
      const found = findings();
      const asked = found.find(({ key, count }) => count >= askAfter && told.has(key));
      if (asked !== undefined) return { step: 'ask', finding: asked };
      const nudged = found.find(({ key, count }) => count >= nudgeAfter && !told.has(key));
      return nudged === undefined ? null : { step: 'nudge', finding: nudged };
    },
  };
}

const SILENCE = 'silence';
const swingKey = (path: string): string => `swing ${path}`;

/** `isCovered`: the same is told already as the very same output. */
type Repeat = Finding & { at: number; isCovered: boolean };

type Call = { name: string; key: string; shown: string };

function callsIn({ content }: RecordOf<'reply'>): Map<string, Call> {
  return new Map(
    content.flatMap((block) => {
      if (block.type !== 'tool_use') return [];
      const name = String(block.name);
      const input = (block.input ?? {}) as Readonly<Record<string, unknown>>;
      // Why it runs and how long it may take make it no other command.
      const key = name === 'bash' ? String(input.command).trim() : JSON.stringify(input);
      const about = name === 'bash' ? `\`${shortened(key)}\`` : [name, input.path ?? input.pattern].filter(Boolean).join(' ');
      return [[String(block.id), { name, key: hash(`${name} ${key}`), shown: name === 'bash' && WAITS.test(key) ? key : about }]];
    }),
  );
}

/** It was cut off: neither a deed nor a word that could be checked. A reply without a call that ends by itself is a claim, and is. */
const isSilent = ({ stopReason }: RecordOf<'reply'>): boolean => stopReason === 'max_tokens' || stopReason === 'pause_turn';

/** The line that says what went wrong, and the same without what differs from run to run. */
function lastError(text: string): { line: string; plain: string } | null {
  const lines = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.findLast((one) => /error|fail|exception|cannot|not found|denied|fatal|panic|refused/i.test(one)) ?? lines.at(-1);
  if (line === undefined) return null;
  const plain = line
    .toLowerCase()
    .replace(/0x[0-9a-f]+|\b[0-9a-f]{7,}\b/g, '#')
    .replace(/\/tmp\/\S+/g, '/tmp/#')
    .replace(/\d+/g, '#')
    .replace(/\s+/g, ' ');
  return { line, plain };
}

const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= SHOWN_CHARS ? line : `${line.slice(0, SHOWN_CHARS - 1)}…`;
};

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);
