// A source file without its comments, and without what its strings say: so that a word in one of them is taken for nothing else.

export type Style = 'c' | 'js' | 'go' | 'rust' | 'python' | 'ruby' | 'php' | 'hash';

/** Both are as long as the text, so that a place in one is the same place in the others. */
export type SourceText = { /** Without comments. */ bare: string /** Without comments and strings. */; code: string };

/** A comment or a string, whichever begins first; of a string the quotes stay. */
const PIECES: Readonly<Record<Style, RegExp>> = (() => {
  const slashes = String.raw`\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)`;
  const double = String.raw`"(?:\\[\s\S]|[^"\\\n])*"`;
  const single = String.raw`'(?:\\[\s\S]|[^'\\\n])*'`;
  const raw = '`(?:\\\\[\\s\\S]|[^`\\\\])*`';
  const hash = String.raw`#[^\n]*`;
  const pieces = (...parts: string[]) => new RegExp(parts.join('|'), 'g');
  return {
    c: pieces(slashes, double, single),
    // A slash that can only begin a pattern: what is in it is no comment.
    js: pieces(slashes, double, single, raw, String.raw`(?<=[=(,:[!&|?{};]\s{0,40})\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/`),
    go: pieces(slashes, double, String.raw`'(?:\\.|[^'\\\n])+'`, '`[^`]*`'),
    // An apostrophe alone is a lifetime.
    rust: pieces(slashes, String.raw`r(#+)"[\s\S]*?"\1`, double, String.raw`'(?:\\[^\n']+|[^'\\\n])'`),
    python: pieces(String.raw`"""[\s\S]*?(?:"""|$)`, String.raw`'''[\s\S]*?(?:'''|$)`, hash, double, single),
    ruby: pieces(String.raw`^=begin\b[\s\S]*?^=end\b`, hash, double, single),
    php: pieces(slashes, String.raw`#(?!\[)[^\n]*`, String.raw`"(?:\\[\s\S]|[^"\\])*"`, String.raw`'(?:\\[\s\S]|[^'\\])*'`),
    hash: pieces(hash, double, single),
  };
})();

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

export function sourceText(text: string, style: Style): SourceText {
  let bare = '';
  let code = '';
  let at = 0;
  for (const match of text.matchAll(new RegExp(PIECES[style].source, 'gm'))) {
    const [piece] = match;
    const between = text.slice(at, match.index);
    const isComment = /^(\/\/|\/\*|#|=begin)/.test(piece);
    bare += between + (isComment ? blank(piece) : piece);
    code += between + (isComment || piece.length < 2 ? blank(piece) : `${piece[0]}${blank(piece.slice(1, -1))}${piece.at(-1)}`);
    at = match.index + piece.length;
  }
  return { bare: bare + text.slice(at), code: code + text.slice(at) };
}
