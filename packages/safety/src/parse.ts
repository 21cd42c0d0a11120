// The only file that knows the parser: turns bash text into our syntax, and says when it could not.
import {
  type AndOr,
  type ArithmeticExpression,
  type Assignment,
  type Word as BashWord,
  type CommandArgument,
  type CommandNode,
  type CompoundList,
  forEachChild,
  type ParameterOperation,
  type ParsedScript,
  type Pipeline,
  parse as parseBash,
  type Redirection,
  type Statement,
  type SyntaxNode,
  type TestExpression,
  type WordPart,
} from 'unbash';
import type { Assign, Chunk, Node, Redirect, Script, Word } from './syntax.js';

/** How much of an unreadable text a person is shown. */
const MAX_SHOWN = 200;

/** Never throws on bad syntax: the script then says in `broken` which text it is about. */
export function parse(source: string): Script {
  return script(parseBash(source), source);
}

function script(parsed: ParsedScript, source: string): Script {
  const text = parsed.source ?? source;
  const broken = parsed.errors?.length ? text.slice(parsed.pos, parsed.end).trim().slice(0, MAX_SHOWN) || text.slice(0, MAX_SHOWN) : null;
  return { nodes: statements(parsed.commands, text), broken };
}

const statements = (all: readonly Statement[], source: string): Node[] => all.map((each) => node(each.command, source));

const maybe = (inner: Node): Node => ({ kind: 'maybe', node: inner });

function node(it: CommandNode | Pipeline | AndOr | CompoundList, source: string): Node {
  const text = source.slice(it.pos, it.end);
  const inside = (body: CompoundList): Node => ({ kind: 'list', nodes: statements(body.commands, source) });
  switch (it.type) {
    case 'Command': {
      const assigns: Assign[] = [];
      const words: Word[] = it.name ? [word(it.name, source)] : [];
      for (const each of it.prefix) if (each.type === 'Assignment') assigns.push(assign(each, source));
      for (const each of it.args) words.push(argument(each, source, assigns));
      return { kind: 'command', text, assigns, words, redirects: it.redirects.flatMap((each) => redirect(each, source)) };
    }
    case 'Pipeline':
      return { kind: 'pipeline', stages: it.commands.map((each) => node(each, source)) };
    case 'AndOr':
      return { kind: 'list', nodes: it.commands.map((each, at) => (at === 0 ? node(each, source) : maybe(node(each, source)))) };
    case 'CompoundList':
      return inside(it);
    case 'Redirected':
      return {
        kind: 'redirected',
        node: node(it.command, source),
        redirects: it.redirects.flatMap((each) => redirect(each, source)),
        text,
      };
    case 'Subshell':
      return { kind: 'subshell', node: inside(it.body) };
    case 'BraceGroup':
      return inside(it.body);
    case 'If':
      return {
        kind: 'list',
        nodes: [
          inside(it.clause),
          maybe(inside(it.then)),
          ...it.elif.flatMap((each) => [maybe(inside(each.clause)), maybe(inside(each.then))]),
          ...(it.else ? [maybe(inside(it.else))] : []),
        ],
      };
    case 'While':
      return { kind: 'list', nodes: [inside(it.clause), maybe(inside(it.body))] };
    case 'For':
    case 'Select':
      return {
        kind: 'for',
        name: it.name.value,
        words: it.wordlist ? words(it.wordlist, source) : [parameter('@', true)],
        body: inside(it.body),
      };
    case 'ArithmeticFor':
      return {
        kind: 'list',
        nodes: [expanded([it.initialize, it.test, it.update].flatMap((each) => arithmetic(each, source))), maybe(inside(it.body))],
      };
    case 'Case':
      return {
        kind: 'list',
        nodes: [
          expanded([word(it.word, source)]),
          ...it.items.flatMap((item) => [expanded(words(item.pattern, source)), maybe(inside(item.body))]),
        ],
      };
    case 'TestCommand':
      return expanded(tested(it.expression, source));
    case 'ArithmeticCommand':
      return expanded(arithmetic(it.expression, source));
    case 'Function':
      return { kind: 'function', name: it.name.value, body: node(it.body, source), text };
    case 'Coproc':
      return node(it.body, source);
  }
}

const expanded = (expandedWords: readonly Word[]): Node => ({ kind: 'expanded', words: expandedWords });

const words = (all: readonly BashWord[], source: string): Word[] => all.map((each) => word(each, source));

/** A suffix assignment (`export A=1`) both assigns and stays visible as a word. */
function argument(it: CommandArgument, source: string, assigns: Assign[]): Word {
  if (it.type === 'Word') return word(it, source);
  assigns.push(assign(it, source));
  return { text: it.text, chunks: [{ kind: 'text', value: it.name }] };
}

function assign(it: Assignment, source: string): Assign {
  const value = it.value.type === 'Word' ? word(it.value, source) : words(it.value.elements, source);
  return { name: it.name, value, append: it.append ?? false, index: it.index ? word(it.index, source) : null };
}

function redirect(it: Redirection, source: string): Redirect[] {
  if (it.type === 'HereDoc') {
    const strip = (text: string): string => (it.operator === '<<-' ? text.replace(/^\t+/gm, '') : text);
    const body = it.body.parts?.flatMap((part) => chunks(part, source, true)) ?? [{ kind: 'text' as const, value: it.body.text }];
    return [
      {
        kind: 'text',
        word: { text: it.body.text, chunks: body.map((each) => (each.kind === 'text' ? { ...each, value: strip(each.value) } : each)) },
      },
    ];
  }
  if (!it.target) return [];
  if (it.type === 'HereString') return [{ kind: 'text', word: word(it.target, source) }];
  const descriptor = it.descriptor?.type === 'FileDescriptor' ? it.descriptor.value : null;
  return [{ kind: 'file', operator: it.operator, descriptor, target: word(it.target, source) }];
}

function word(it: BashWord, source: string): Word {
  return { text: it.text, chunks: it.parts?.flatMap((part) => chunks(part, source, false)) ?? [{ kind: 'text', value: it.value }] };
}

const parameter = (name: string, quoted: boolean): Word => ({
  text: `$${name}`,
  chunks: [{ kind: 'parameter', name, quoted, prefix: null, index: null, operator: null, operands: [] }],
});

function chunks(part: WordPart, source: string, quoted: boolean): Chunk[] {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ kind: 'text', value: part.value }];
    case 'Glob':
    case 'ExtendedGlob':
      return [{ kind: 'glob', text: part.text, scripts: scriptsIn(part, source) }];
    case 'DoubleQuoted':
    case 'LocaleString':
      return part.parts.length === 0 ? [{ kind: 'text', value: '' }] : part.parts.flatMap((each) => chunks(each, source, true));
    case 'SimpleExpansion':
      return [{ kind: 'parameter', name: part.text.slice(1), quoted, prefix: null, index: null, operator: null, operands: [] }];
    case 'ParameterExpansion': {
      const operation = part.operation;
      return [
        {
          kind: 'parameter',
          name: part.parameter,
          quoted,
          prefix: part.prefix ?? null,
          index: part.index ? word(part.index, source) : null,
          operator: operation?.operator ?? null,
          operands: operation ? words(operands(operation), source) : [],
        },
      ];
    }
    case 'CommandExpansion':
      return [{ kind: 'output', script: nested(part.script, source), quoted }];
    case 'ProcessSubstitution':
      return [{ kind: 'stream', script: nested(part.script, source) }];
    case 'ArithmeticExpansion':
      return arithmetic(part.expression, source).flatMap((each) => each.chunks);
    case 'BraceExpansion':
      return [{ kind: 'braces', text: part.text, scripts: scriptsIn(part, source) }];
  }
}

const nested = (inner: ParsedScript | undefined, source: string): Script => (inner ? script(inner, source) : { nodes: [], broken: '$(…)' });

function operands(operation: ParameterOperation): BashWord[] {
  const found: BashWord[] = [];
  forEachChild(operation, (child) => {
    if (child.type === 'Word') found.push(child);
  });
  return found;
}

/** Scripts inside a part whose own structure does not matter. */
function scriptsIn(part: SyntaxNode, source: string): Script[] {
  const found: Script[] = [];
  forEachChild(part, (child) => {
    if (child.type === 'Script') found.push(script(child, source));
    else found.push(...scriptsIn(child, source));
  });
  return found;
}

/** An arithmetic expression as one word: its names (which bash evaluates again) and the scripts within. */
function arithmetic(expression: ArithmeticExpression | undefined, source: string): Word[] {
  if (!expression) return [];
  const scripts = scriptsIn(expression, source);
  const own = expression.type === 'ArithmeticCommandExpansion' ? [nested(expression.script, source)] : [];
  const text = source.slice(expression.pos, expression.end);
  const names = [...new Set(text.match(/[A-Za-z_]\w*/g) ?? [])];
  return [
    { text, chunks: [{ kind: 'number', words: names.map((name) => parameter(name, true)), scripts: own.length > 0 ? own : scripts }] },
  ];
}

function tested(it: TestExpression, source: string): Word[] {
  switch (it.type) {
    case 'TestUnary':
      // `-v name` and `-R name` evaluate a subscript inside the name, quoted or not.
      return it.operator === '-v' || it.operator === '-R'
        ? [word(it.operand, source), subscripted(it.operand.value)]
        : [word(it.operand, source)];
    case 'TestBinary':
      return [word(it.left, source), word(it.right, source)];
    case 'TestLogical':
      return it.operands.flatMap((each) => tested(each, source));
    case 'TestNot':
      return tested(it.operand, source);
    case 'TestGroup':
      return tested(it.expression, source);
  }
}

/** A name whose subscript bash evaluates a second time: `a[$(…)]`. */
export function subscripted(name: string): Word {
  const scripts = /\[.*[$`]/s.test(name) ? parse(`: ${name.slice(name.indexOf('['))}`) : { nodes: [], broken: null };
  return { text: name, chunks: [{ kind: 'number', words: [], scripts: [scripts] }] };
}
