// tars classify: the safety rules' verdict on shell lines, one JSON line each.
import { once } from 'node:events';
import { classify as judge } from '@tars/safety';
import { defineCommand, HELP } from './command.js';
import { EXIT } from './exit-code.js';
import { linesOf } from './lines.js';

export const classify = defineCommand({
  usage: 'classify < lines',
  details: [
    'Reads one shell line per line of stdin, or JSON lines {"cmd":"…"} for commands of several lines.',
    'Prints one JSON line each: cmd, kind (safe, destructive, unreadable), reason, rule, part, purpose.',
  ],
  options: { help: HELP },
  async run(_, { stdin, stdout }) {
    for await (const line of linesOf(stdin)) {
      const cmd = commandIn(line);
      const { kind, reason, rule, part, purpose } = judge(cmd);
      const hasRoom = stdout.write(`${JSON.stringify({ cmd, kind, reason, rule, part, purpose })}\n`);
      if (!hasRoom) await once(stdout, 'drain');
    }
    return EXIT.ok;
  },
});

/** `{ echo hi; }` is a shell line as well: only an object with a text under `cmd` counts as JSON. */
function commandIn(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'cmd' in value && typeof value.cmd === 'string' ? value.cmd : line;
  } catch {
    return line;
  }
}
