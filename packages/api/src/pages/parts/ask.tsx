// What waits for the owner: a command that needs the code, or a question of the agent.
import { agentWords, type ConfirmationRequest, type Question, shown, type Task } from '@tars/core';
import { Csrf } from '../shell.js';

/** Without the time of now: what somebody types into must not be put anew because a second has gone. */
export type AskView = { task: Task; csrf: string };

export function Ask({ task, csrf }: AskView) {
  if (task.confirmation !== null) return <Confirmation task={task} request={task.confirmation} csrf={csrf} />;
  return task.question === null ? null : <Asked task={task} question={task.question} csrf={csrf} />;
}

function Until({ task, at }: { task: Task; at: number | null }) {
  if (at === null) return null;
  if (task.state === 'paused') return <p class="until">Paused: its time stands still.</p>;
  return (
    <p class="until">
      <span class="quiet">Time to answer</span>{' '}
      <time datetime={new Date(at).toISOString()} data-until={String(at)}>
        until {new Date(at).toISOString().slice(11, 19)} UTC
      </time>
    </p>
  );
}

function Confirmation({ task, request, csrf }: AskView & { request: ConfirmationRequest }) {
  const bound = Object.entries(request.bound ?? {});
  return (
    <div class="ask code">
      <div class="row">
        <h2>Needs your confirmation code</h2>
        <Until task={task} at={request.expiresAt} />
      </div>
      <pre class="command" tabindex={0}>
        {shown(request.command)}
      </pre>
      <dl class="why">
        {request.changed !== undefined && <Fact name="Asked again" text={request.changed} />}
        <Fact name="Reason" text={request.reason} />
        {request.effect !== undefined && <Fact name="Effect" text={request.effect} />}
        <Fact name="Rule" text={request.rule} />
        <Fact name="Gets" text={request.access.length === 0 ? 'nothing beyond the sandbox' : request.access.join('; ')} />
        <Fact name="Runs in" text={shown(request.cwd)} />
        {request.agentSays !== '' && <Fact name="The agent says" text={agentWords(shown(request.agentSays))} />}
      </dl>
      {bound.length > 0 && (
        <details class="bound">
          <summary>Holds only while these stay the same</summary>
          <ul>
            {bound.map(([what, hash]) => (
              <li>
                {shown(what)} <code>{hash.slice(0, 12)}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
      <div class="answers">
        <form method="post" action={`/tasks/${task.id}/confirm`}>
          <Csrf token={csrf} />
          <input type="hidden" name="confirmation_id" value={request.id} />
          <label for="code">Confirmation code</label>
          <div class="row">
            <input id="code" name="code" type="password" inputmode="numeric" autocomplete="one-time-code" required maxlength={20} />
            <button type="submit" class="main">
              Run it
            </button>
          </div>
        </form>
        <form method="post" action={`/tasks/${task.id}/deny`}>
          <Csrf token={csrf} />
          <input type="hidden" name="confirmation_id" value={request.id} />
          <label for="because">No, because (optional; the agent reads it)</label>
          <div class="row">
            <input id="because" name="because" type="text" maxlength={2000} autocomplete="off" />
            <button type="submit">Deny</button>
          </div>
        </form>
      </div>
    </div>
  );
}

function Asked({ task, question, csrf }: AskView & { question: Question }) {
  return (
    <div class="ask">
      <div class="row">
        <h2>{question.about === undefined ? 'The agent asks' : 'TARS asks'}</h2>
        <Until task={task} at={question.expiresAt} />
      </div>
      <p class="question">{agentWords(question.text)}</p>
      {question.default !== undefined && <p>Without an answer it goes on with: {agentWords(question.default)}</p>}
      {question.options.length > 0 && (
        <form class="options" method="post" action={`/tasks/${task.id}/answer`}>
          <Csrf token={csrf} />
          <input type="hidden" name="question_id" value={question.id} />
          {question.options.map((option) => (
            <button type="submit" name="text" value={option}>
              {agentWords(option)}
            </button>
          ))}
        </form>
      )}
      <form method="post" action={`/tasks/${task.id}/answer`}>
        <Csrf token={csrf} />
        <input type="hidden" name="question_id" value={question.id} />
        <label for="answer">{question.options.length > 0 ? 'Or in your own words' : 'Your answer'}</label>
        <div class="row">
          <input id="answer" name="text" type="text" required maxlength={8000} autocomplete="off" />
          <button type="submit" class="main">
            Answer
          </button>
        </div>
      </form>
    </div>
  );
}

const Fact = ({ name, text }: { name: string; text: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{text}</dd>
  </div>
);
