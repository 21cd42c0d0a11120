// What program text calls the modules it uses: aliases and single imports are brought back to the names everybody knows.

const KNOWN = 'os|shutil|subprocess|pathlib|signal|fs|fsp|child_process|fileutils';
const MAX_ALIASES = 16;

/** `require("node:fs/promises")`, `import("fs")` and `__import__("os")` are the module itself. */
const LOADED = new RegExp(
  `\\b(?:require|import|__import__|import_module)\\s*\\(\\s*['"\`](?:node:)?(${KNOWN})(?:/promises)?['"\`]\\s*\\)`,
  'g',
);
const IMPORTED_AS = new RegExp(
  `\\bimport\\s+(?:\\*\\s+as\\s+)?(${KNOWN})\\s+as\\s+(\\w{1,40})|\\bimport\\s+(?:\\*\\s+as\\s+)?(\\w{1,40})\\s+from\\s+['"](?:node:)?(${KNOWN})(?:/promises)?['"]`,
  'g',
);
const ASSIGNED = new RegExp(`\\b(\\w{1,40})\\s*=\\s*(?:await\\s+)?(${KNOWN})(?:\\.promises)?\\s*(?=[;,\\n)]|$)`, 'g');
const TAKEN = new RegExp(`\\bfrom\\s+(${KNOWN})\\s+import\\s+([^\\n;]{1,200})`, 'g');

/** The text with `import os as o; o.remove(…)` read as `os.remove(…)`, and `from os import remove; remove(…)` likewise. */
export function withKnownModules(text: string): string {
  const plain = text.slice(0, MAX_TEXT).replace(LOADED, '$1') + text.slice(MAX_TEXT);
  const names = new Map<string, string>();
  for (const [, name, alias, other, module] of plain.matchAll(IMPORTED_AS)) names.set(alias ?? other ?? '', name ?? module ?? '');
  for (const [, alias = '', name = ''] of plain.matchAll(ASSIGNED)) names.set(alias, name);
  const taken = new Map<string, string>();
  for (const [, module = '', list = ''] of plain.matchAll(TAKEN))
    for (const each of list.replace(/[()]/g, '').split(',')) {
      const [, name = '', alias = name] = /^\s*(\w+)(?:\s+as\s+(\w+))?\s*$/.exec(each) ?? [];
      if (name !== '') taken.set(alias, `${module}.${name}`);
    }
  return renamed(renamed(plain, names, '\\s*\\.'), taken, '\\s*\\(');
}

const MAX_TEXT = 65_536;

function renamed(text: string, names: ReadonlyMap<string, string>, before: string): string {
  const known = [...names.keys()].filter((name) => /^\w+$/.test(name)).slice(0, MAX_ALIASES);
  if (known.length === 0) return text;
  return text.replace(new RegExp(`(?<![.\\w])(${known.join('|')})(?=${before})`, 'g'), (alias) => names.get(alias) ?? alias);
}
