// The rules and the known risks as the README shows them, printed from the data.
import { RESIDUAL_RISKS } from './residual-risks.js';
import type { Described } from './rule.js';
import { BEYOND_PROGRAMS } from './rules/beyond-programs.js';
import { RULES } from './rules.js';

const shown = (text: string): string => `\`${text.replaceAll('\n', ' ⏎ ').replaceAll('|', '\\|')}\``;
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A rule's line: the examples are its first ones. */
const ruleRow = ({ id, reason, asks, runs }: Described): string =>
  row(id, reason, asks.slice(0, 2).map(shown).join(' · '), runs.slice(0, 1).map(shown).join(' · '));

export function ruleTable(): string {
  const all: readonly Described[] = [...RULES, ...BEYOND_PROGRAMS];
  const categories = [...new Set(all.map(({ category }) => category))];
  return categories
    .map((category) => {
      const own = all.filter((rule) => rule.category === category);
      return [`### ${category}`, '', row('rule', 'needed to …', 'asks', 'runs'), row('---', '---', '---', '---'), ...own.map(ruleRow)].join(
        '\n',
      );
    })
    .join('\n\n');
}

export const riskTable = (): string =>
  [
    row('risk', 'what passes', 'why it is accepted', 'example'),
    row('---', '---', '---', '---'),
    ...RESIDUAL_RISKS.map(({ id, risk, accepted, examples }) => row(id, risk, accepted, examples.slice(0, 2).map(shown).join(' · '))),
  ].join('\n');

/** The text with its tables renewed, each between its two comments. */
export const withTables = (readme: string): string => between(between(readme, 'rules', ruleTable()), 'risks', riskTable());

function between(text: string, name: string, table: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  return `${text.slice(0, text.indexOf(open) + open.length)}\n\n${table}\n\n${text.slice(text.indexOf(close))}`;
}
