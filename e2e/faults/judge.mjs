// What an observer outside finds once all is over: the ledger, the project, the record in Redis, and what n8n was sent.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accept, apply, MAX_CRASHES } from '@tars/core';
import { PROJECT_FILES, TALES } from './story.mjs';

/** An outage longer than this is worth a line: a task should go on at once. */
const LONG_MS = 8_000;

/** What a person must have been told of; the rest may be told in fewer messages. */
const MUST_BE_TOLD = new Set([
  'task.queued',
  'command.intended',
  'command.finished',
  'edit.made',
  'confirmation.requested',
  'confirmation.answered',
  'notice.given',
  'task.finished',
  'task.failed',
]);
const ENDINGS = new Set(['task.finished', 'task.failed', 'task.timed_out', 'task.cancelled']);

/** Everything wrong, as `{ kind, task, what }`; and how many outcomes stayed unknown. */
export async function judge({ world, tallies }) {
  const [lines, deliveries] = await Promise.all([linesOf(world.ledger), linesOf(join(world.base, 'deliveries'))]);
  const messages = deliveries.map((line) => JSON.parse(line));
  const wrong = [];
  let unknown = 0;
  let commands = 0;
  let repeatedDeliveries = 0;
  let poisoned = 0;
  const waits = [];
  for (const tally of tallies) {
    const complain = (kind, what) => wrong.push({ kind, task: `${tally.id} (${tally.key})`, what });
    const [task, events, transcript] = await Promise.all([
      world.store.read(tally.id),
      world.store.events(tally.id, 0, 10_000),
      world.store.transcript(tally.id),
    ]);
    // With its machine, where that is what was asked for, or because it was struck too often: what it had not done yet is missing.
    const isPoisoned = tally.crashes >= MAX_CRASHES && task?.failure?.reason === 'poison';
    const isLost = isPoisoned || (tally.mayBeLost === true && task?.failure?.reason === 'host_lost');
    if (isPoisoned) poisoned++;
    judgeRecord(tally, task, events, isLost, complain);
    waits.push(...longWaits(tally, events));
    unknown += judgeTranscript(tally, transcript, { rounds: roundsOf(events).length, isLost }, complain);
    judgeMessages(events, transcript, complain);
    commands += judgeLedger(tally, lines, isLost, complain);
    await judgeProject(tally, isLost, complain);
    const told = messages.filter(({ body }) => body.task_id === tally.id);
    repeatedDeliveries += judgeDeliveries(events, told, complain);
  }
  for (const failure of world.claude.failures()) wrong.push({ kind: 'protocol', task: '?', what: String(failure).slice(0, 500) });
  return { wrong, unknown, commands, repeatedDeliveries, poisoned, waits };
}

function judgeRecord(tally, task, events, isLost, complain) {
  if (task === null) {
    complain('ending', 'nothing is recorded of it');
    return;
  }
  for (const [at, { seq }] of events.entries()) if (seq !== at + 1) complain('gap', `event ${at + 1} has the number ${seq}`);
  for (const round of roundsOf(events)) {
    const endings = round.filter(({ event }) => ENDINGS.has(event.type)).map(({ event }) => event.type);
    if (endings.length !== 1) complain('ending', `${endings.length} endings: ${endings.join(', ') || task.state}`);
  }
  if (task.state !== 'finished' && !isLost) complain('ending', `${task.state}: ${JSON.stringify(task.failure)}`);
  // The record is what its events make of it.
  const [first, ...rest] = events.map(({ event }) => event);
  const folded = rest.reduce((before, event) => before && apply(before, event), accept(tally.id, first));
  const differences = differencesOf(folded, task);
  if (differences !== '') complain('fold', differences);
  if (task.crashes > tally.crashes) complain('ownership', `${task.crashes} crashes counted, ${tally.crashes} caused`);
}

/** A message of the owner that comes when the task has ended, as one from a slow sender may, begins it anew. */
function roundsOf(events) {
  const rounds = [[]];
  for (const entry of events) {
    if (entry.event.type === 'task.retried') rounds.push([]);
    rounds.at(-1).push(entry);
  }
  return rounds;
}

/** Where a task stood still, with what was done to it. */
const longWaits = ({ id, done }, events) =>
  events.slice(1).flatMap(({ seq, event }, at) => {
    const ms = event.at - events[at].event.at;
    if (ms < LONG_MS) return [];
    const faults = done.map(({ kind, at: place, side }) => `${kind} ${side} ${place}`).join(', ');
    return [
      {
        ms,
        what: `task ${id} waited ${(ms / 1_000).toFixed(1)} s before ${event.type} (${seq}), behind ${events[at].event.type}; struck by ${faults}`,
      },
    ];
  });

/** Kept with every sign of life, also without an event. */
const SPENT = new Set(['workedMs', 'outageMs']);

const differencesOf = (folded, task) =>
  Object.keys(task)
    .filter((name) => !SPENT.has(name) && JSON.stringify(folded?.[name]) !== JSON.stringify(task[name]))
    .map((name) => `${name}: ${JSON.stringify(folded?.[name])} told, ${JSON.stringify(task[name])} kept`)
    .join('; ')
    .slice(0, 500);

/** How many outcomes the model was told are unknown; each must have an attempt that was struck down. */
function judgeTranscript(tally, transcript, { rounds, isLost }, complain) {
  const calls = transcript.flatMap((record) => (record.kind === 'reply' ? record.content.filter(({ type }) => type === 'tool_use') : []));
  for (const { id, name } of calls) {
    const results = transcript.filter((record) => record.kind === 'result' && record.callId === id);
    const mayLack = (name === 'finish' || isLost) && results.length === 0;
    if (results.length !== 1 && !mayLack) complain('results', `${results.length} results of ${name} ${id}`);
  }
  const replies = transcript.filter(({ kind }) => kind === 'reply').map(({ turn }) => turn);
  const begun = replies.filter((turn, at) => turn !== (replies[at - 1] ?? 0) + 1);
  if (begun.some((turn) => turn !== 1) || begun.length >= rounds) complain('results', `turns ${replies.join(' ')}`);
  const unknown = transcript.filter((record) => record.kind === 'result' && record.text.includes('outcome is unknown')).length;
  if (unknown > tally.crashes) complain('unknown', `${unknown} unknown outcomes, ${tally.crashes} attempts struck down`);
  return unknown;
}

/** What the owner said on the way stands in the transcript, once. */
function judgeMessages(events, transcript, complain) {
  const notes = transcript.filter(({ kind }) => kind === 'note');
  for (const { event } of events) {
    if (event.type !== 'message.told') continue;
    const heard = notes.filter(({ text }) => text.includes(event.text)).length;
    const told = events.filter((other) => other.event.type === 'message.told' && other.event.text === event.text).length;
    if (heard !== told) complain('message', `"${event.text}" was said ${told} times and heard ${heard} times`);
  }
}

/** The ledger holds each step once, however often it was struck; every line is of a call that was intended. */
function judgeLedger({ key, tale }, lines, isLost, complain) {
  const own = lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.split(' '));
  for (const step of TALES[tale].steps) {
    const written = own.filter(([, told]) => told === String(step)).map(([, , mark]) => mark);
    if (written.length === 0 && !isLost) complain('lost', `step ${step} is not in the ledger`);
    if (written.length > 1) complain('repeated', `step ${step} is in the ledger ${written.length} times: ${written.join(' ')}`);
  }
  return own.length;
}

async function judgeProject({ tale, project }, isLost, complain) {
  const notes = await readFile(join(project, 'notes.txt'), 'utf8').catch(() => '(none)');
  const wanted = TALES[tale].notes;
  if (notes === wanted || (isLost && notes === PROJECT_FILES['notes.txt'])) return;
  complain(notes.length > wanted.length ? 'repeated' : 'lost', `notes.txt is ${JSON.stringify(notes)}`);
}

/** In order, none missing, and what comes again is the same message under the same id. How many came again. */
function judgeDeliveries(events, messages, complain) {
  const byId = new Map();
  const byPlace = new Map();
  let [repeated, last] = [0, 0];
  for (const { headers, body } of messages) {
    const id = headers['webhook-id'];
    const text = JSON.stringify([body.type, body.message, body.sequence]);
    const known = byId.get(id);
    if (known !== undefined) {
      repeated++;
      if (known !== text) complain('delivery', `${id} came with two texts: ${known} and ${text}`);
      continue;
    }
    byId.set(id, text);
    const twin = byPlace.get(text);
    if (twin !== undefined) complain('delivery', `${text} came as ${twin} and as ${id}`);
    byPlace.set(text, id);
    if (body.sequence < last) complain('delivery', `${body.sequence} came after ${last}`);
    last = Math.max(last, body.sequence);
  }
  const told = new Set(messages.map(({ body }) => body.sequence));
  for (const { seq, event } of events) {
    if (MUST_BE_TOLD.has(event.type) && !told.has(seq)) complain('delivery', `${event.type} (${seq}) was never delivered`);
  }
  return repeated;
}

export async function linesOf(file) {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}
