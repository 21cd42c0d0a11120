// tars logs: what the agent said, did and got back; with -f also what happens and what commands print from now on.
import { describe, type Event, type Task, viewRecord } from '@tars/core';
import { type Control, followTask, isConnectionLoss, keys } from '@tars/core/redis';
import { defineCommand, ENV_FILE, HELP } from './command.js';
import { EXIT, type ExitCode, Stop } from './exit-code.js';
import { openLiveOutput } from './live-output.js';
import { readSettings } from './settings.js';
import { json, note, out, printable, type Terminal } from './terminal.js';
import { readable } from './transcript-text.js';
import { whichTask } from './which-task.js';
import { withControl } from './with-control.js';

const OUTPUT_MS = 200;

export const logs = defineCommand({
  usage: 'logs <id> [-f]',
  details: [
    'Prints the transcript: what Claude said, the tools it called, what they answered, what TARS told it in between.',
    'With -f it goes on with events and with what commands print, live, until the task ends. Ctrl+C leaves the task running (130).',
  ],
  options: {
    help: HELP,
    json: { type: 'boolean', help: 'Print JSON lines.' },
    follow: { type: 'boolean', short: 'f', help: 'Go on with what happens from now on.' },
    'env-file': ENV_FILE,
  },
  async run({ values, positionals }, terminal) {
    const [said, ...more] = positionals;
    if (said === undefined || more.length > 0)
      throw new Stop(EXIT.usage, 'Which task? Usage: tars logs <id> [-f]. `tars list` shows the ids.');
    return withControl(readSettings(terminal, values['env-file']), terminal, async (control) => {
      const task = await whichTask(control.store, said);
      const told = { asJson: values.json ?? false };
      const seq = Number(await control.redis.hGet(keys.task(task.id), 'seq'));
      await printTranscript(control, task, terminal, told);
      return values.follow ? followOn(control, { id: task.id, seq }, terminal, told) : EXIT.ok;
    });
  },
});

type Told = { asJson: boolean };

async function printTranscript({ store }: Control, task: Task, terminal: Terminal, { asJson }: Told): Promise<void> {
  const records = await store.transcript(task.id);
  if (records.length === 0) note(terminal, `Nothing has been said in task #${task.id} yet; it is ${task.state}.`);
  for (const record of records) {
    const text = readable(record);
    if (asJson) json(terminal, viewRecord(record));
    else if (text !== null) out(terminal, text);
  }
}

async function followOn(
  control: Control,
  { id, seq: known }: { id: string; seq: number },
  terminal: Terminal,
  { asJson }: Told,
): Promise<ExitCode> {
  let isMidLine = false;
  const output = await openLiveOutput(control, id, (chunk) => {
    if (asJson) return json(terminal, { kind: 'output', chunk });
    terminal.stdout.write(printable(chunk));
    isMidLine = !chunk.endsWith('\n');
  });
  const drain = () =>
    output.drain().catch((error: unknown) => {
      if (!isConnectionLoss(error)) throw error;
    });
  const timer = setInterval(() => void drain(), OUTPUT_MS);
  try {
    for await (const { seq, event } of followTask(control, { id, after: known, signal: terminal.signal })) {
      // What a command printed comes before the word that it has ended.
      await drain();
      const message = describe(id, withoutOutput(event));
      if (asJson) json(terminal, { kind: 'event', sequence: seq, type: event.type, message, timestamp: new Date(event.at).toISOString() });
      else if (message !== null) out(terminal, isMidLine ? `\n${message}` : message);
      if (message !== null) isMidLine = false;
    }
  } finally {
    clearInterval(timer);
  }
  if (!terminal.signal.aborted) return EXIT.ok;
  note(terminal, `Task #${id} goes on; \`tars logs ${id} -f\` comes back to it.`);
  return EXIT.interrupted;
}

/** It was shown as it came. */
const withoutOutput = (event: Event): Event => (event.type === 'command.finished' ? { ...event, output: '' } : event);
