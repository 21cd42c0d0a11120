// What the owner may do with a task now; what cannot be taken back is asked once more.
import { isSettled, type Task } from '@tars/core';
import { Csrf } from '../shell.js';

export type DeedsView = { task: Task; csrf: string };

export function Deeds({ task, csrf }: DeedsView) {
  const { id, state } = task;
  const isOver = isSettled(state);
  const canPause = (state === 'queued' || state === 'started') && !task.pauseRequested;
  const canUndo = (isOver || state === 'paused') && task.attempt > 0;
  const to = (deed: string) => `/tasks/${id}/${deed}`;
  return (
    <>
      <h2 class="unseen">What you can do</h2>
      <form method="post" action={to('tell')}>
        <Csrf token={csrf} />
        <label for="message">{isOver ? 'Continue it with a message' : 'Tell the agent something'}</label>
        <div class="row">
          <input id="message" name="message" type="text" required maxlength={8000} autocomplete="off" />
          <button type="submit">Send</button>
        </div>
        {task.messages.length > 0 && <p class="quiet">{task.messages.length} not read yet</p>}
      </form>
      <div class="deeds">
        {canPause && <Deed action={to('pause')} csrf={csrf} word="Pause" />}
        {state === 'paused' && <Deed action={to('resume')} csrf={csrf} word="Resume" />}
        {isOver && state !== 'finished' && <Deed action={to('retry')} csrf={csrf} word="Retry" />}
        {canUndo && <Undo task={task} csrf={csrf} action={to('undo')} />}
        {!isOver && !task.cancelRequested && (
          <details class="sure" id="sure-cancel">
            <summary>Cancel…</summary>
            <form method="post" action={to('cancel')}>
              <Csrf token={csrf} />
              <p>It stops, with everything it runs. What it has changed stays, and can be undone.</p>
              <button type="submit" class="bad">
                Cancel the task
              </button>
            </form>
          </details>
        )}
      </div>
    </>
  );
}

function Deed({ action, csrf, word }: { action: string; csrf: string; word: string }) {
  return (
    <form method="post" action={action}>
      <Csrf token={csrf} />
      <button type="submit">{word}</button>
    </form>
  );
}

function Undo({ task, csrf, action }: DeedsView & { action: string }) {
  const outcome = task.undo?.outcome ?? null;
  return (
    <details class="sure" id="sure-undo">
      <summary>Undo…</summary>
      <form method="post" action={action}>
        <Csrf token={csrf} />
        <p>Its changes are taken back; what is there now is kept, and can be brought back.</p>
        <label for="undo-to">Back to before turn (empty: before the task)</label>
        <input id="undo-to" name="to" type="text" inputmode="decimal" pattern="[1-9][0-9]*(\.[1-9][0-9]*)?" autocomplete="off" />
        {outcome?.kind === 'refused' && outcome.reason === 'changed_since' && (
          <p>
            <input id="undo-force" name="force" type="checkbox" value="yes" />
            <label for="undo-force">also where I changed the same files since</label>
          </p>
        )}
        <button type="submit" class="bad">
          Undo it
        </button>
      </form>
      {outcome?.kind === 'done' && (
        <form method="post" action={action}>
          <Csrf token={csrf} />
          <button type="submit" name="to" value="redo">
            Bring the last undo back
          </button>
        </form>
      )}
    </details>
  );
}
