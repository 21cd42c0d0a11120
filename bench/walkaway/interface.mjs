// What a contestant must be able to do, or say why it cannot: the whole of what the measures know of it.

/**
 * Each is a function, or `notApplicable(reason)`.
 *
 * | verb | |
 * |---|---|
 * | `start({ project, goal, asks })` | hands over a goal in the way that suits it best; resolves with a handle (`{ id, … }`) once the owner may walk away. `asks`: dangerous commands wait for the owner |
 * | `startByApi({ project, goal })`, `startByCommand({ project, goal })` | the same by a program's interface, and by a command that returns at once |
 * | `asked(handle, withinMs)` | the wait for the owner to be told that an answer is needed; resolves with the ask |
 * | `answer(handle, ask)` | the owner says yes |
 * | `cancel(handle)` | resolves when the contestant says that it is cancelled |
 * | `crash()` | SIGKILL for all that is the contestant's own, and nothing that it started for the model |
 * | `crashWorker(handle)` | SIGKILL for the one process that works on this job, where others watch over it |
 * | `recover(handle)` | what the owner does after that; resolves with what the owner had to do, as words |
 * | `outcome(handle)` | `{ state: 'working' \| 'waiting' \| 'done' \| 'doubted' \| 'failed', said }` now. `doubted`: the owner is told that it is not proved |
 * | `told(handle)` | what reached the owner so far, `{ id, text, isEnd }` in order of arrival; `id` stays the same when it is delivered again |
 * | `deafen(ms)` | for so long, whoever takes notifications is away |
 * | `undo(handle)` | takes back what was done |
 */
export const VERBS = [
  'start',
  'startByApi',
  'startByCommand',
  'asked',
  'answer',
  'cancel',
  'crash',
  'crashWorker',
  'recover',
  'outcome',
  'told',
  'deafen',
  'undo',
];

export const notApplicable = (reason) => ({ notApplicable: reason });

/** The reason, or null for a verb that can be used. */
export const whyNot = (verb) => verb?.notApplicable ?? null;

/** Verbs that are neither there nor excused. */
export const missingVerbs = (contestant) =>
  VERBS.filter((verb) => typeof contestant[verb] !== 'function' && typeof whyNot(contestant[verb]) !== 'string');
