// Which SQL statements destroy: read by tokens, so a word inside a string or a comment is only text.

/** The text without comments, and with every string emptied. */
function bare(sql: string): string {
  return sql.replace(/--[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\]|''|\\.)*'|\$(\w*)\$[\s\S]*?\$\1\$/g, (token) =>
    /^['$]/.test(token) ? "''" : ' ',
  );
}

const STATEMENTS: readonly { readonly pattern: RegExp; readonly unless?: RegExp }[] = [
  { pattern: /^\s*(DROP|TRUNCATE|FLUSHALL|FLUSHDB)\b/i },
  { pattern: /^\s*DELETE\b/i },
  { pattern: /^\s*ALTER\b[\s\S]*\b(DROP|TRUNCATE|DELETE)\b/i },
  { pattern: /^\s*WITH\b[\s\S]*\bDELETE\s+FROM\b/i },
  { pattern: /^\s*EXPLAIN\s*\(?\s*ANALY[SZ]E\b[\s\S]*\b(DELETE|DROP|TRUNCATE)\b/i },
  { pattern: /^\s*UPDATE\b[\s\S]*\bSET\b/i, unless: /\bWHERE\b/i },
  { pattern: /\b(DETACH\s+)?DELETE\s+\w+\s*$/i },
  { pattern: /\b(DROP\s+(TABLE|DATABASE|SCHEMA|COLLECTION|KEYSPACE|INDEX|VIEW|USER|ROLE))\s+["`\w[]/i },
];

/** Whether any statement drops, truncates, deletes, or updates without a condition. */
export const destroysData = (sql: string): boolean =>
  bare(sql.slice(0, 65_536))
    .split(';')
    .some((statement) => STATEMENTS.some(({ pattern, unless }) => pattern.test(statement) && !unless?.test(statement)));

/** The shell commands a client is told to run from within its own language: `\! rm x`, `.shell rm x`. */
export const shellEscapes = (sql: string): string[] =>
  [...sql.matchAll(/(?:^|\n|;)\s*(?:\\!|\.shell|\.system|!|system)\s+([^\n]+)/g)].map((match) => match[1] ?? '');
