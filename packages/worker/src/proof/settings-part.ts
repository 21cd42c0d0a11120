// The part of a settings file that says how tests are run, where it is told by brackets or tags: found, taken out, and laid in again.
import { sourceText } from './source-text.js';

/** A part of a file: read it, or put another one in its place. An empty one takes it away. */
export type Part = { read(text: string): string; put(text: string, part: string): string };

type Span = { start: number; end: number };

/** Blocks such as `test: { … }`, each from where `head` matches to the bracket that closes the one it ends with. */
function blocksOf(text: string, head: RegExp): Span[] {
  const { bare, code } = sourceText(text, 'js');
  const found: Span[] = [];
  for (const { index, 0: begun } of bare.matchAll(head)) {
    if (index < (found.at(-1)?.end ?? 0)) continue;
    let depth = 1;
    let end = index + begun.length;
    while (end < code.length && depth > 0) {
      depth += code[end] === '{' ? 1 : code[end] === '}' ? -1 : 0;
      end++;
    }
    found.push({ start: index, end });
  }
  return found;
}

/** `none` stands where a block was and none belongs; `lay` finds a place for blocks in a file that has none any more. */
export const blocks = (head: RegExp, between: string, none: string, lay: (text: string, blocks: string) => string): Part => ({
  read: (text) =>
    blocksOf(text, head)
      .map(({ start, end }) => text.slice(start, end).trim())
      .join(between),
  put(text, part) {
    const spans = blocksOf(text, head);
    if (spans.length === 0) return part === '' ? text : lay(text, part);
    const old = blocksOf(part, head).map(({ start, end }) => part.slice(start, end));
    // Each in its place where there are as many, else all in that of the first.
    const replaced = old.length === spans.length ? old : [old.join(between)];
    return spans.reduceRight((rest, { start, end }, at) => rest.slice(0, start) + (replaced[at] || none) + rest.slice(end), text);
  },
});

/** Of a pom.xml: the plugins that run tests, and what they are told elsewhere. */
const TOLD_TO_MAVEN =
  /<plugin>(?:(?!<\/plugin>)[\s\S])*?<artifactId>\s*maven-(?:surefire|failsafe)-plugin\s*<(?:(?!<\/plugin>)[\s\S])*<\/plugin>|<(skipTests|skipITs|testSourceDirectory|testResources|testFailureIgnore|(?:maven\.test|surefire|failsafe)\.[\w.-]+|test|groups|excludedGroups)>[\s\S]*?<\/\1>/g;

const HOMES: readonly { of: RegExp; place: RegExp; begins: string; ends: string }[] = [
  { of: /^<plugin>/, place: /<plugins>/, begins: '', ends: '' },
  { of: /^<plugin>/, place: /<build>/, begins: '<plugins>', ends: '</plugins>' },
  { of: /^<plugin>/, place: /(?=<\/project>)/, begins: '<build><plugins>', ends: '</plugins></build>' },
  { of: /^<test(?:Source|Res)/, place: /<build>/, begins: '', ends: '' },
  { of: /^<test(?:Source|Res)/, place: /(?=<\/project>)/, begins: '<build>', ends: '</build>' },
  { of: /^<(?!plugin|test[SR])/, place: /<properties>/, begins: '', ends: '' },
  { of: /^<(?!plugin|test[SR])/, place: /(?=<\/project>)/, begins: '<properties>', ends: '</properties>' },
];

const toldIn = (text: string): string[] => [...text.matchAll(TOLD_TO_MAVEN)].map(([piece]) => piece);

export const maven: Part = {
  read: (text) => toldIn(text).join('\n'),
  put(text, part) {
    const old = toldIn(part);
    // What is the same keeps its place.
    let rest = text.replace(TOLD_TO_MAVEN, (piece) => {
      const at = old.indexOf(piece);
      if (at === -1) return '';
      old.splice(at, 1);
      return piece;
    });
    for (const piece of old) {
      const home = HOMES.find(({ of, place }) => of.test(piece) && place.test(rest));
      if (home === undefined) continue;
      const { place, begins, ends } = home;
      rest = rest.replace(place, (found) => `${found}${begins}${piece}${ends}`);
    }
    return rest;
  },
};
