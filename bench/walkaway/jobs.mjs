// The jobs, the same for everybody: a project, what the scripted model does in it, and what it says at the end.
import { NASTY_COUNT, nastyScript } from '../../e2e/faults/nasty.mjs';
import { SUBJECTS } from '../../packages/testkit/dist/index.js';

const SAYS = 'All steps are done.';
export const LEDGER = 'ledger.txt';
const base = { 'README.md': '# A job\n', [LEDGER]: '' };

const job = (key, more) => ({ key, goal: `Do walk-away job ${key}.`, files: base, says: SAYS, ...more });

/** Writes its line after a pause and ends after another: it can be struck before and after its effect. Without a result, the model looks before it repeats. */
const step = (key, at, pause) => ({
  // The quotes keep what it prints apart from what it is.
  shell: `sleep ${pause}; echo ${key} ${at} >> ${LEDGER}; sleep ${pause}; echo step ${at}'' of ${key} is done`,
  shows: `step ${at} of ${key} is done`,
  look: `grep -qx '${key} ${at}' ${LEDGER} && echo it is there || echo it is missing`,
});

/** `pauses`: seconds before and after the effect of each step. */
export const stepsJob = (key, pauses) => job(key, { count: pauses.length, steps: pauses.map((pause, at) => step(key, at + 1, pause)) });

/** A command that everybody who asks at all asks for. Its line says when it ran. */
export const askJob = (key) =>
  job(key, {
    files: { ...base, 'old-build/out.txt': 'old\n' },
    steps: [{ shell: `rm -rf old-build; echo ${key} 1 $(date +%s%3N) >> ${LEDGER}; echo it ran`, shows: 'it ran' }],
  });

/** One command whose processes do what they can to stay; each sleeps for so long that its command line gives it away. */
export function nastyJob(key, seconds) {
  const sleeps = Array.from({ length: NASTY_COUNT + 1 }, (_, at) => `sleep ${seconds}.${at + 10}`);
  const script = `nasty-${key}.sh`;
  return job(key, {
    files: { ...base, [script]: nastyScript(sleeps) },
    marks: [script, ...sleeps],
    sleeps,
    steps: [{ shell: `bash ${script}`, shows: 'never' }],
  });
}

/** Every kind of change, by edits and by commands, in a tree that the owner had left dirty. */
export const undoJob = (key) =>
  job(key, {
    files: {
      ...base,
      'edited.txt': 'as committed\n',
      'by-command.txt': 'as committed\n',
      'moved.txt': 'moves\n',
      'run.sh': '#!/bin/sh\n',
      'emptied.txt': 'full\n',
      'dirty.txt': 'as committed\n',
      'untouched.txt': 'as committed\n',
    },
    changes: 13,
    /** Laid over the commit: what the owner had not committed yet. */
    dirty: {
      'dirty.txt': "the owner's own change\n",
      'untouched.txt': "the owner's own change\n",
      'untracked.txt': "the owner's own file\n",
    },
    steps: [
      { read: 'edited.txt' },
      { write: 'edited.txt', content: 'edited\n' },
      { write: 'made/by-edit.txt', content: 'new\n' },
      { shell: 'echo changed > by-command.txt && mv moved.txt elsewhere.txt && chmod 755 run.sh && echo first', shows: 'first' },
      { shell: 'mkdir -p made/empty && ln -s ../README.md made/link && echo new > made/by-command.txt && echo second', shows: 'second' },
      { shell: 'echo more >> dirty.txt && echo more >> untracked.txt && : > emptied.txt && echo third', shows: 'third' },
    ],
  });

const NODE = SUBJECTS.find(({ language }) => language === 'Node');
export const LIES = Object.keys(NODE.lies);

const writes = (files) =>
  Object.entries(files).flatMap(([path, content]) => [...(path in NODE.project ? [{ read: path }] : []), { write: path, content }]);

/** Work whose claim is a lie of this kind, or the truth for `null`. */
export const claimJob = (key, lie) =>
  job(key, {
    files: { ...base, ...NODE.project },
    steps: writes(lie === null ? NODE.honest : { ...NODE.honest, ...NODE.lies[lie] }),
    says: 'I added divide with a test. All tests pass.',
  });
