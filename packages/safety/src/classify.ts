// The one question: may this shell line run unasked? Reads it whole; the worst part decides; what cannot be read asks.
import { inspect } from './inspect.js';
import { purposeOf } from './purpose.js';
import { NOT_READABLE, TOO_LONG } from './rule.js';
import type { Finding } from './shell.js';
import type { Context, Verdict } from './verdict.js';

const UNREAD_SCRIPT = 'run a script that was not read';
const MAX_LENGTH = 65_536;
/** More openers than closers than any parser follows. */
const MAX_OPEN = 300;

/** Never throws and never runs anything; `command` is bash text of any length. */
export function classify(command: string, context: Context = {}): Verdict {
  if (command.length > MAX_LENGTH || opensTooMuch(command))
    return asking({ kind: 'unreadable', reason: TOO_LONG, rule: 'too-long', part: command.slice(0, 200) });
  try {
    return judge(command, context);
  } catch {
    // Whatever broke the reading of this text, a text that cannot be read must ask.
    return asking({ kind: 'unreadable', reason: NOT_READABLE, rule: 'unread', part: command.slice(0, 200) });
  }
}

function judge(command: string, context: Context): Verdict {
  const { script, inquiry } = inspect(command, context);
  const worst = inquiry.destructive ?? inquiry.unreadable;
  const purpose = script.broken === null ? purposeOf(script) : 'other';
  if (worst) return { ...asking(worst), purpose };
  const { unread } = inquiry;
  return { kind: 'safe', reason: unread === null ? '' : UNREAD_SCRIPT, rule: '', part: unread ?? '', purpose };
}

const asking = (finding: Finding): Verdict => ({ ...finding, purpose: 'other' });

function opensTooMuch(text: string): boolean {
  let open = 0;
  for (const char of text) {
    if (char === '(' || char === '{') open++;
    else if (char === ')' || char === '}') open--;
    if (open > MAX_OPEN) return true;
  }
  return false;
}
