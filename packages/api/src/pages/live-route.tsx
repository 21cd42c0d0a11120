// What happens to a task, as pieces of its page: rows as they come, parts as they change, what the running command prints.
import { deferred, type Redact } from '@tars/core';
import type { MiddlewareHandler } from 'hono';
import type { Api, ApiEnv } from '../api-env.js';
import { type OpenStreams, placeOf, type Write } from '../open-streams.js';
import { refusal, refuse, UNKNOWN_TASK } from '../refusal.js';
import { type Part, partsOf } from './parts.js';
import { StepRow } from './row.js';
import { csrfOf } from './sessions.js';
import { rendered } from './shell.js';
import type { Row } from './story.js';
import type { Output, Watch, Watched, Watching } from './watched.js';

/** Parts are many lines for one change, so they wait for the next; rows never wait. */
const PARTS_MS = 250;
const ROWS_AT_ONCE = 100;
const MOST_UNSENT = 64_000;
/** Whether who looks may still look. */
const RECHECK_MS = 10_000;
const BAD_PLACE = refusal(400, 'bad_last_event_id', 'after must be the sequence of an event: a whole number.');

export type LiveRoute = { watching: Watching; streams: OpenStreams; redact: Redact; door: MiddlewareHandler<ApiEnv> };

export function addLiveRoute(app: Api, { watching, streams, redact, door }: LiveRoute): void {
  // Made once, for all who watch: by the row, and by the look that changed something.
  const rowsMade = new WeakMap<Row, string>();
  const partsMade = new WeakMap<Watched['story'], { version: number; parts: Part[] }>();

  const rowHtml = (row: Row, since: number): string => {
    const html = rowsMade.get(row) ?? rendered(<StepRow row={row} since={since} redact={redact} />);
    rowsMade.set(row, html);
    return html;
  };
  const partsFor = (seen: Watched): Part[] => {
    const made = partsMade.get(seen.story);
    if (made?.version === seen.version) return made.parts;
    const parts = partsOf(seen, { now: null, redact });
    partsMade.set(seen.story, { version: seen.version, parts });
    return parts;
  };

  const tellRows = async (write: Write, watch: Watch, from: number): Promise<number> => {
    let place = from;
    for (;;) {
      const { rows, upTo } = await watch.rowsAfter(place);
      const since = watch.seen()?.task.createdAt ?? 0;
      for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
        const some = rows.slice(first, first + ROWS_AT_ONCE);
        const isLast = first + ROWS_AT_ONCE >= rows.length;
        // Only the last piece moves the place a reader comes back to: rows are not told in the order of their ends.
        await write(message('rows', { html: some.map((row) => rowHtml(row, since)) }, isLast ? upTo : place));
      }
      if (upTo <= place) return place;
      place = upTo;
    }
  };

  app.get('/tasks/:id/live', door, async (c) => {
    const id = c.req.param('id').toLowerCase();
    const after = placeOf(c);
    if (after === null) return refuse(c, BAD_PLACE);
    const watch = await watching.watch(id);
    if (watch.seen() === null || c.req.method === 'HEAD') {
      watch.leave();
      if (watch.seen() === null) return refuse(c, UNKNOWN_TASK);
    }
    const { visit } = c.env;
    const csrf = visit === undefined ? '' : csrfOf(visit.id);
    return streams.answer(c, {
      id,
      heartbeat: message('beat', {}),
      async tell(write, signal) {
        let stirred = deferred<void>();
        const stir = () => stirred.resolve();
        let isWelcome = true;
        const lookAtVisit = async () => {
          isWelcome = (await visit?.stillCounts()) ?? true;
          if (!isWelcome) stir();
        };
        const recheck = setInterval(() => void lookAtVisit(), RECHECK_MS);
        watch.onChange(stir);
        signal.addEventListener('abort', stir);
        let [place, shown, partsAt] = [after, -1, 0];
        const marks = new Map<string, string>();
        // One change is one piece on the wire, however many messages it is.
        let unsent = '';
        const send = async () => {
          const text = unsent;
          unsent = '';
          if (text !== '') await write(text);
        };
        const say: Write = async (text) => {
          unsent += text;
          if (unsent.length > MOST_UNSENT) await send();
        };
        try {
          while (!signal.aborted && isWelcome) {
            stirred = deferred<void>();
            place = await tellRows(say, watch, place);
            const seen = watch.seen();
            if (seen === null) return;
            const wait = partsAt - performance.now();
            if (wait <= 0) {
              const parts = partsFor(seen).filter(({ name, mark }) => marks.get(name) !== mark);
              for (const { name, mark } of parts) marks.set(name, mark);
              if (parts.length > 0) {
                await say(
                  message(
                    'parts',
                    parts.map(({ name, mark, htmlFor }) => ({ name, mark, html: htmlFor(csrf) })),
                  ),
                );
                partsAt = performance.now() + PARTS_MS;
              }
            }
            if (seen.output.length !== shown) {
              await say(message('output', since(seen.output, shown)));
              shown = seen.output.length;
            }
            await send();
            if (signal.aborted) return;
            const again = wait > 0 ? setTimeout(stir, wait) : undefined;
            await stirred.promise;
            clearTimeout(again);
          }
        } finally {
          clearInterval(recheck);
          signal.removeEventListener('abort', stir);
          watch.leave();
        }
      },
    });
  });
}

/** What was printed beyond `shown`, or the whole end of it where that is not known to be there. */
const since = ({ length, tail }: Output, shown: number): { text: string; isWhole: boolean } => {
  const news = length - shown;
  return shown < 0 || news > tail.length ? { text: tail, isWhole: true } : { text: tail.slice(tail.length - news), isWhole: false };
};

const message = (event: string, data: unknown, id?: number): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n${id === undefined ? '' : `id: ${id}\n`}\n`;
