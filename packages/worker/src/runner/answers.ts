// Answers from humans, whichever comes first: the answer or the one who waits for it.
import { type Deferred, deferred } from '@tars/core';
import type { Answer } from '../protocol.js';

export type Answered<Kind extends Answer['kind']> = { answer: Extract<Answer, { kind: Kind }>; publicKeyPem: string | null };

export type Answers = {
  /** To the confirmation request or question with this id. */
  of<Kind extends Answer['kind']>(kind: Kind, id: string): Promise<Answered<Kind>>;
  hand(answer: Answer, publicKeyPem: string | null): void;
};

export function createAnswers(): Answers {
  const slots = new Map<string, Deferred<{ answer: Answer; publicKeyPem: string | null }>>();
  const slot = (id: string) => {
    const known = slots.get(id) ?? deferred();
    slots.set(id, known);
    return known;
  };
  return {
    async of(kind, id) {
      const { answer, publicKeyPem } = await slot(id).promise;
      if (answer.kind !== kind) throw new Error(`An answer to ${id} is a ${answer.kind}, not a ${kind}.`);
      return { answer: answer as Extract<Answer, { kind: typeof kind }>, publicKeyPem };
    },
    hand: (answer, publicKeyPem) => slot(answer.id).resolve({ answer, publicKeyPem }),
  };
}
