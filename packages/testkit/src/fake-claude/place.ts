// Which turn of which conversation a request asks for, read from the request alone: the same request always gets the same answer.
import { createHash } from 'node:crypto';
import { unmet } from './conditions.js';
import { type MessagesRequest, wordsOf } from './request.js';
import type { Conversation, Said, Scenario, Turn } from './scenario.js';

export type Place = {
  conversation: string;
  /** Counted from 1; as many replies as the client carries back, and one. */
  turn: number;
  /** Names this turn of this task: the same for a repeated request. */
  key: string;
  said: Said;
};

/** Why a request fits no turn. */
export class OutOfScriptError extends Error {
  readonly code = 'out_of_script';
}

export function conversationOf(scenario: Scenario, { system, messages }: MessagesRequest): Conversation {
  const opening = `${wordsOf(system)}\n${wordsOf(messages[0]?.content ?? [])}`;
  const conversation = scenario.conversations.find(({ match }) => match === undefined || match.test(opening));
  if (conversation === undefined)
    throw new OutOfScriptError(`no conversation of the scenario matches ${JSON.stringify(opening.slice(-600))}`);
  return conversation;
}

/** Walks the conversation from its start, taking at each reply the branch that was taken then. */
export function placeOf({ name, turns }: Conversation, request: MessagesRequest): Place {
  const replies = request.messages.flatMap(({ role }, index) => (role === 'assistant' ? [index] : []));
  const at = (turn: number) => `turn ${turn} of conversation "${name}"`;
  let ahead = turns.flatMap(repeated);
  for (let turn = 1; ; turn++) {
    const [current, ...rest] = ahead;
    if (current === undefined) throw new OutOfScriptError(`there is no ${at(turn)}: the client asked once more than the scenario expects`);
    const isAsked = turn > replies.length;
    const heard = { ...request, messages: request.messages.slice(0, replies[turn - 1]) };
    const branch = current.branches.find(({ when }) => unmet(when, heard) === null);
    if (isAsked) {
      const lacking =
        branch === undefined ? current.expect.map((condition) => unmet(condition, heard)).find((lack) => lack !== null) : undefined;
      if (lacking != null) throw new OutOfScriptError(`${at(turn)}: ${lacking}`);
      return { conversation: name, turn, key: keyOf(name, request, turn), said: branch ?? current };
    }
    ahead = branch?.turns?.flatMap(repeated) ?? rest;
  }
}

const repeated = (turn: Turn): Turn[] => Array.from({ length: turn.repeat }, () => turn);

function keyOf(name: string, { messages }: MessagesRequest, turn: number): string {
  return createHash('sha256')
    .update(JSON.stringify([name, wordsOf(messages[0]?.content ?? []), turn]))
    .digest('hex')
    .slice(0, 16);
}
