// A wish in the client's own tools: clients differ in what they call a shell, a file and its path.
import { join } from 'node:path';

const TOOLS = { shell: /^bash$/i, write: /^(write|write_file|create_file)$/i, read: /^(read|read_file|view)$/i };
const PATH = /^(file_?path|path)$/i;

const toolFor = ({ tools = [] }, kind) => tools.find(({ name }) => TOOLS[kind].test(name));

/** A request that may act; the others ask for a title, a summary, a state. */
export const mayAct = (body) => toolFor(body, 'shell') !== undefined;

/**
 * `{ name, input }` of the tool that does `wish`: `{ shell: command }`, `{ write: path, content }` or `{ read: path }`. Paths are given whole, for some clients take no other.
 */
export function callFor(body, wish, project) {
  const kind = ['shell', 'write', 'read'].find((name) => name in wish);
  const { name, input_schema: schema } = toolFor(body, kind);
  return {
    name,
    input: withRequired(schema, kind === 'shell' ? { command: wish.shell } : fileOf(schema, wish, join(project, wish[kind]))),
  };
}

function fileOf({ properties }, { content }, path) {
  const name = Object.keys(properties).find((property) => PATH.test(property));
  return content === undefined ? { [name]: path } : { [name]: path, content };
}

function withRequired({ properties, required = [] }, known) {
  const more = required.filter((name) => !(name in known)).map((name) => [name, isNumber(properties[name]) ? 60 : 'the next step']);
  return { ...known, ...Object.fromEntries(more) };
}

const isNumber = ({ type, anyOf = [] }) =>
  [type, ...anyOf.map((one) => one.type)].flat().some((one) => one === 'number' || one === 'integer');

/** The results of the calls whose id begins so, in the order in which they were given. */
export function resultsOf({ messages }, idStart) {
  const blocks = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
  const own = blocks.filter(({ type, tool_use_id: id }) => type === 'tool_result' && id.startsWith(idStart));
  return own.map(({ content = '' }) => (typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('')));
}
