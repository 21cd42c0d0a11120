// Reads program text of any language coarsely: string literals apart from the code around them, then what the code does with them.

import { isKnown, UNKNOWN } from './marks.js';
import { withKnownModules } from './modules.js';
import { isSecret, isSensitive } from './paths.js';
import { isProse } from './prose.js';
import {
  CHANGE_PERMISSIONS,
  CHANGE_SYSTEM_FILES,
  DELETE_FILES,
  DELETE_RESOURCES,
  MODIFY_DATABASE,
  OVERWRITE_FILES,
  RUN_REMOTE,
  SEND_SECRETS,
  TERMINATE,
} from './rule.js';
import { destroysData } from './sql.js';

export type CodeFinding = { readonly reason: string; readonly rule: string };

type Literals = {
  readonly code: string;
  readonly values: readonly string[] /** Runs of literals with only commas between: argument lists. */;
  readonly lists: readonly string[];
};

/** `s/a/b/`, `m/a/`, `/a/`: what is looked for is not what is done. Something called within is no pattern. */
const PATTERN =
  /(?<![\w$@%/])(?:(?:s|y|tr)\/[^/\n'"()]{1,100}\/[^/\n'"()]{0,100}\/[a-df-z]*(?![\w/])|(?:m|qr)?\/[^/\n'"()]{1,100}\/[a-z]*(?![\w/]))/g;

const LITERAL = /'''([\s\S]*?)'''|"""([\s\S]*?)"""|"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])*)'|`((?:[^`\\]|\\[\s\S])*)`/g;

function readLiterals(text: string): Literals {
  const values: string[] = [];
  const lists: string[] = [];
  let end = -1;
  let list: string[] = [];
  const close = (): void => {
    if (list.length > 1) lists.push(list.join(' '));
    list = [];
  };
  const code = text.replace(LITERAL, (token, ...groups) => {
    const at = Number(groups[5]);
    const value = (groups.slice(0, 5).find((group) => group !== undefined) ?? '').replace(/\\(["'`\\])/g, '$1').replace(/\\n/g, '\n');
    const between = end < 0 ? '' : text.slice(end, at);
    if (/^\s*(\+|\.\.?|~|<>)\s*$/.test(between) && values.length > 0) {
      values.push(`${values.pop() ?? ''}${value}`); // 'rem' + 'ove'
      list = list.length > 0 ? [...list.slice(0, -1), values.at(-1) ?? ''] : [];
    } else {
      if (!/^\s*[\])]?\s*,\s*\[?\s*$/.test(between)) close();
      values.push(value);
      list.push(value);
    }
    end = at + token.length;
    return token.startsWith('`') ? '``' : "''";
  });
  close();
  return { code, values, lists };
}

const EXECUTES =
  /\b(system|popen\d?|spawn\w*|exec\w*|subprocess|child_process|passthru|shell_exec|proc_open|check_output|check_call|getoutput|getstatusoutput|do shell script|run-shell-command|startfile|ProcessBuilder|Runtime|Open3|Deno\.Command|Bun\.(spawn|\$)|pty|qx|shell|sh|zx|execa|ShellExecute|os:cmd|run-program|call-process|shell-command|process::Command|getline|\$)\b|%x|``|\|\s*getline|print\s*\|\s*''|\brun\s*\(|\.call\s*\(|!/;

const ACTS: readonly { readonly rule: string; readonly reason: string; readonly pattern: RegExp }[] = [
  {
    rule: 'code-delete',
    reason: DELETE_FILES,
    pattern:
      /\b(os|_os|shutil|posix|fs|fsp|promises|fse|Deno|File|Dir|FileUtils|Pathname|Files|FileSystem|sys)\s*(\.|::|:)\s*(promises\s*\.\s*)?(remove\w*|unlink\w*|rm\w*|rmdir\w*|rmtree|delete\w*|removedirs|emptyDir\w*|move_to_trash)\b|\b(rmtree|unlink(Sync)?|rmSync|rmdir(Sync)?|removeSync|emptyDirSync|remove_tree|remove_entry\w*|remove_file|deleteDir|deltree|deleteRecursively|send2trash|file\.remove|delete-file|delete-directory|confirm_recursive_rmdir|rimraf|deleteIfExists|removeItem|Remove-Item|del_dir\w*)\b|\.(unlink|rmdir|rmtree|deleteDir|remove_dir_all)\s*\(|\bfile\s+delete\b|(^|[;\s({,=]|await )rm\s*\(\s*''|\bFile\s*\(\s*''\s*\)\s*\.\s*delete|to delete (file|folder|every|item)|\bfile:del/,
  },
  {
    rule: 'code-kill',
    reason: TERMINATE,
    pattern:
      /\b(process|os|Process|signal|posix|psutil)\s*\.\s*(kill\w*|terminate)\b|(^|[;{\s])kill\s*[( ]\s*(''|-?\d|\$)|\bposix_kill\b|\.(terminate|kill)\(\)/,
  },
  {
    rule: 'code-sql',
    reason: MODIFY_DATABASE,
    pattern:
      /\.(delete_all|destroy_all|flush(all|db)|drop_all|delete_many|deleteMany|drop_collection|drop_database|dropDatabase|dropCollection)\b|::truncate\s*\(|\bobjects\b[^\n]{0,200}\.delete\(\)/,
  },
  {
    rule: 'code-resources',
    reason: DELETE_RESOURCES,
    pattern:
      /\.(delete_(bucket|table|stack|function|instance|objects?|db_instance|cluster|queue|topic|volume|snapshot|user|role|namespaced_\w+)|terminate_instances|(containers|images|volumes|networks)\.prune)\s*\(/,
  },
  { rule: 'code-chmod', reason: CHANGE_PERMISSIONS, pattern: /\bl?f?ch(mod|own|grp)(Sync|_R)?\b\s*[( \d]/ },
  {
    rule: 'code-empty',
    reason: OVERWRITE_FILES,
    pattern:
      /\b(fs|os|File|promises)\S{0,20}\s{0,3}\.\s{0,3}f?truncate\b|\bf?truncate(Sync)?\s*\(\s*''|\bftruncate\b|\bopen\s*\(\s*''\s*,\s*''\s*\)\s*\.\s*close\s*\(|\bwrite(FileSync|File|_text|_bytes)?\s*\(\s*''\s*,\s*''\s*\)|\bfile_put_contents\s*\(\s*''\s*,\s*''\s*\)|\.write_(text|bytes)\s*\(\s*''\s*\)|\bprint(f)?\s+''\s*>\s*''/,
  },
];

/** Names whose indirect use (`getattr(os, …)`, `fs[…]`) does what the name says. */
const INDIRECT = /^(remove|unlink|rmtree|rmdir|removedirs|unlinkSync|rmSync|rmdirSync|system|popen|execSync|spawnSync)$/;
const DECODES =
  /b64decode|base64|fromCharCode|\bchr\s*\(|unhexlify|fromhex|rot_?13|\batob\b|\bpack\s*\(|codecs|from\([^)]*''\s*\)|decode|\[::-1\]|reverse/i;
const EVALUATES =
  /\b(eval|exec|Function|compile|instance_eval|class_eval|loadstring|load|system|popen|run|execSync|spawn|vm\.run\w*|__import__)\b/;
const FETCHES =
  /urlopen|requests\.|\bfetch\s*\(|https?\.(get|request)|urllib|Net::HTTP|open-uri|LWP|curl_exec|file_get_contents|XMLHttpRequest|axios|httpx/;
const SQL_SINK =
  /\.\s*(execute\w*|query|exec|raw|prepare|run|sql|command|\$executeRaw\w*|\$queryRaw\w*)\s*[(`]|\bmysqli_query|\bpg_query|\bdbExecute/;
const WRITES =
  /\b(open|fopen|writeFile\w*|write_text|write_bytes|appendFile\w*|createWriteStream|copyFile\w*|copy\w*|rename\w*|replace|symlink\w*|writeTextFile|File\.write|file_put_contents|io\.open|spew|saveas|Out-File|Set-Content)\b|>>?\s*''/;

/** Judges a string as a shell line. */
type Probe = (line: string) => CodeFinding | null;

const MAX_NESTING = 3;

/** What destructive thing the code does. */
export function judgeCode(source: string, probe: Probe, nesting = 0): CodeFinding | 'unreadable' | null {
  const text = withKnownModules(source);
  const { code, values, lists } = readLiterals(text);
  if (EXECUTES.test(code) || EVALUATES.test(code)) {
    for (const [at, line] of [...lists, ...values].entries()) {
      if (at >= lists.length && isProse(line)) continue;
      // What is appended to `rm ` is its operand.
      const found = line.includes(' ') || line.length > 8 ? probe(/\s$/.test(line) ? line + UNKNOWN : line) : null;
      if (found) return found;
    }
  }
  if (/\b(eval|exec|compile|Function|instance_eval|class_eval|loadstring|runIn\w*Context)\s*\(/.test(code) && nesting < MAX_NESTING)
    for (const value of values) {
      const found = value.length > 8 ? judgeCode(value, probe, nesting + 1) : null;
      if (found !== null && found !== 'unreadable') return found;
    }
  // Ruby's %x(…), Perl's qx(…), TeX's \write18{…}.
  for (const [, line = ''] of text.matchAll(/(?:%x|\bqx|\bqw|write18)\s*[({[|/]([^)}\]|]*)/g)) {
    const found = probe(line);
    if (found) return found;
  }
  if (/\|\s*''/.test(code) && values.some((value) => /^(\S*\/)?(ba|z|da)?sh$/.test(value.trim()))) return 'unreadable';
  // Tcl and its like run bare words.
  for (const [, line = ''] of text.matchAll(/(?:^|[\n;{[]|\bpython\b|&&)\s*(?:exec|spawn|system)\s+([a-z/][^\n;\]}]*)/g)) {
    const found = probe(line);
    if (found) return found;
  }
  // What a string holds does not count as code, except that comments were never code either.
  const bare = code.replace(PATTERN, ' ').replace(/(^|\s)(#(?!\{)|\/\/).*$/gm, '$1');
  for (const act of ACTS) if (act.pattern.test(emptied(bare, act.rule, values))) return { rule: act.rule, reason: act.reason };
  if (opensForNothing(bare, values)) return { rule: 'code-empty', reason: OVERWRITE_FILES };
  if (SQL_SINK.test(bare) && values.some(destroysData)) return { rule: 'code-sql', reason: MODIFY_DATABASE };
  if (
    /getattr|__import__|\bsend\b|const_get|\[\s*''(\s*\+\s*'')*\s*\]|\b(array_map|array_walk|call_user_func\w*|public_send|__send__)\b|\$\w+\s*\(/.test(
      bare,
    ) &&
    values.some((value) => INDIRECT.test(value))
  )
    return { rule: 'code-delete', reason: DELETE_FILES };
  if (/\b(require|import)\b/.test(bare) && values.includes('rimraf')) return { rule: 'code-delete', reason: DELETE_FILES };
  if (WRITES.test(bare) && values.some((value) => isSensitive(value.replace(/^[+<>\s]+/, ''))))
    return /''\s*,\s*''|write|append|copy|rename|symlink|>/i.test(bare) || values.some((value) => /^\+?>/.test(value))
      ? { rule: 'code-write', reason: CHANGE_SYSTEM_FILES }
      : null;
  if (/dup2|pty\.spawn|TCPSocket|socket/.test(bare) && values.some((value) => /(^|\/)(ba|z)?sh$/.test(value)))
    return { rule: 'code-remote', reason: RUN_REMOTE };
  if (FETCHES.test(bare) && /\b(eval|exec|Function|system)\b\s*\(/.test(bare)) return { rule: 'code-remote', reason: RUN_REMOTE };
  if ((FETCHES.test(bare) || /socket/.test(bare)) && values.some(isSecret)) return { rule: 'code-secrets', reason: SEND_SECRETS };
  if (DECODES.test(bare) && EVALUATES.test(bare) && (EXECUTES.test(bare) || /\b(eval|exec)\s*\(/.test(bare))) {
    for (const value of values) {
      const decoded = probe(Buffer.from(value, 'base64').toString('latin1')) ?? probe([...value].reverse().join(''));
      if (decoded) return decoded;
    }
    return 'unreadable';
  }
  return isKnown(text) || !/^\s*[\uFDD0-\uFDD2]+\s*$/.test(text) ? null : 'unreadable';
}

/** Whether a file is opened for writing, which empties it, and nothing in the code looks like writing. */
function opensForNothing(code: string, values: readonly string[]): boolean {
  if (/write|print|\bsay\b|puts|dump|save|copy|export|\bto_|\bas\b|stdout|stderr|<</.test(code)) return false;
  return /(^|[;\n=])\s*open\s*\(\s*''\s*,\s*''/.test(code)
    ? values.some((value) => /^w[bt+]{0,2}$/.test(value))
    : /\bopen\b/.test(code) && values.some((value) => /^>[^>]/.test(value));
}

/** A write of an empty string keeps its emptiness visible; any other literal may not look empty. */
const emptied = (code: string, rule: string, values: readonly string[]): string => {
  if (rule !== 'code-empty') return code;
  let at = 0;
  const marked = code.replace(/''|``/g, () => (values[at++] === '' ? "''" : '""'));
  return marked
    .replace(/\bopen\s*\(\s*""\s*,\s*""\s*\)\s*\.\s*close/g, "open('','').close")
    .replace(/\b(write\w*|file_put_contents)\s*\(\s*""\s*,\s*''/g, "$1('',''")
    .replace(/\bprint(f)?\s+''\s*>\s*""/g, "print '' > ''")
    .replace(/truncate(Sync)?\s*\(\s*""/g, "truncate$1(''");
};
