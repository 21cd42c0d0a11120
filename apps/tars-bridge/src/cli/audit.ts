// tars audit: who asked for what, of which task, when and by which way.
import { type AuditRecord, parseSince, viewAudit } from '@tars/core';
import { defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { readSettings } from './settings.js';
import { shortened } from './show-task.js';
import { json, note, out } from './terminal.js';
import { withControl } from './with-control.js';

export const audit = defineCommand({
  usage: 'audit [--since T]',
  details: [
    'Every start, cancel, code, denial, answer and ending, oldest first; no code is ever kept. Entries go after AUDIT_RETENTION_DAYS.',
    'T: a date (2026-03-01, 2026-03-01T10:00; UTC unless it says otherwise) or how long ago (30m, 2h, 3d, 1w).',
  ],
  options: {
    help: HELP,
    json: JSON_OUTPUT,
    since: { type: 'string', value: 'T', help: 'Only what happened since then.' },
    'env-file': ENV_FILE,
  },
  async run({ values, positionals }, terminal) {
    if (positionals.length > 0) throw new Stop(EXIT.usage, 'tars audit takes no arguments; give a time with --since 2h.');
    const since = values.since === undefined ? 0 : parseSince(values.since, Date.now());
    if (since === null) {
      throw new Stop(
        EXIT.usage,
        `--since ${JSON.stringify(values.since)} is no time. Examples: 2026-03-01, 2026-03-01T10:00, 30m, 2h, 3d, 1w.`,
      );
    }
    return withControl(readSettings(terminal, values['env-file']), terminal, async (control) => {
      const records = await control.audit.read({ since });
      if (values.json) json(terminal, { entries: records.map(viewAudit) });
      else for (const record of records) out(terminal, lineOf(record));
      if (records.length === 0) note(terminal, 'Nothing was asked of TARS in that time.');
      return EXIT.ok;
    });
  },
});

function lineOf({ at, operation, outcome, taskId, who, sessionId, channel, about }: AuditRecord): string {
  const when = new Date(at).toISOString().replace('T', ' ').slice(0, 19);
  const by = `${who} (${channel}${sessionId === null ? '' : `, ${sessionId}`})`;
  const deed = `${operation} ${outcome}`;
  return `${when}Z  ${(taskId ?? '-').padEnd(4)}  ${deed.padEnd(20)}  ${by.padEnd(28)}  ${about === null ? '' : shortened(about, 60)}`.trimEnd();
}
