// A whole task in which every text that people, models and programs can choose is hostile.
import type { Event } from '@tars/core';
import { ASKED, accepted, event, PROOF } from './story.js';

/** Accepts the task, and then every kind of event that is told; `text` makes one text after another. */
export function hostileStory(text: () => string, verbose: boolean): [ReturnType<typeof accepted>, ...Event[]] {
  const confirmation = {
    ...ASKED,
    command: text(),
    cwd: text(),
    reason: text(),
    agentSays: text(),
    access: [text(), text()],
    effect: text(),
    changed: text(),
    bound: { [`file ${text()}`]: 'a'.repeat(64), [`file ${text()}`]: 'b'.repeat(64) },
  };
  const question = { id: 'q', callId: 'c', text: text(), options: [text(), text()], askedAt: ASKED.askedAt, expiresAt: ASKED.expiresAt };
  return [
    accepted({ goal: text(), project: text(), verbose }),
    event('task.claimed'),
    event('phase.entered'),
    event('plan.updated', {
      steps: [
        { title: text(), status: 'active' },
        { title: text(), status: 'pending' },
      ],
    }),
    event('edit.intended', { path: text() }),
    event('edit.made', { path: text(), words: text() }),
    event('command.intended', { command: text(), reason: text() }),
    event('command.finished', { command: text(), output: text() }),
    event('command.finished', { command: text(), output: text(), exitCode: 1 }),
    event('notice.given', { text: text() }),
    event('confirmation.requested', { confirmation }),
    event('confirmation.reminded'),
    event('confirmation.answered', { command: confirmation.command, outcome: 'denied', grant: null }),
    event('question.asked', { question }),
    event('question.answered'),
    event('claim.refuted', { proof: { ...PROOF, verdict: 'REFUTED', sentence: text() } }),
    event('task.failed', { message: text() }),
    event('task.retried'),
    event('task.claimed', { attempt: 2 }),
    event('task.finished', {
      proof: {
        ...PROOF,
        checks: [{ command: text(), exit_code: 0, passed: 4, failed: 0, duration_ms: 812 }],
        tests_changed: [text()],
        sentence: text(),
      },
      summary: text(),
      filesChanged: [text(), text()],
      branch: text(),
      suggestedCommitMessage: text(),
    }),
  ];
}
