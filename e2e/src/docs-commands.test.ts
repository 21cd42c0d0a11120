// Every command of every page, typed by a reader in the page's order, in a fresh installation with a home of its own.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, test as always, expect, jest } from '@jest/globals';
import { ELSEWHERE } from './docs/elsewhere.js';
import { type House, openHouse } from './docs/house.js';
import { blocksOf, commandsOf, PAGES, ROOT } from './docs/page.js';
import { STORIES, type Step, upBeside } from './docs/stories.js';
import { PATIENCE_MS } from './observed.js';

// A page is up to ten commands, each with a wait of its own.
jest.setTimeout(4 * PATIENCE_MS);

let house: House | null = null;
afterEach(async () => {
  await house?.close();
  house = null;
});

const stepsOf = (page: string) => STORIES.find((story) => story.page === page)?.steps ?? [];
const typedElsewhere = (page: string) => ELSEWHERE.filter((one) => one.page === page).flatMap(({ commands }) => commands);

always.each(PAGES.filter((page) => commandsOf(page).length + typedElsewhere(page).length > 0))(
  '%s: each command is typed here or elsewhere, and nothing is typed that it does not hold',
  (page) => {
    const typed = [...stepsOf(page).map(({ command }) => command), ...typedElsewhere(page)];
    expect(typed.sort()).toEqual([...commandsOf(page)].sort());
  },
);

always('nothing is typed of a page that is not there, and what sees a command elsewhere is', () => {
  expect([...STORIES, ...ELSEWHERE].map(({ page }) => page).filter((page) => !PAGES.includes(page))).toEqual([]);
  expect(ELSEWHERE.flatMap(({ seenBy }) => seenBy ?? []).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

always('no block of a page is in a language that nobody looks at', () => {
  const known = ['sh', 'env', 'json', 'yaml', 'ts', 'js', 'mermaid', 'text'];
  expect(
    PAGES.flatMap((page) => blocksOf(page).flatMap(({ language }) => (known.includes(language) ? [] : [`${page}: ${language}`]))),
  ).toEqual([]);
});

const folders = (process.env.PATH ?? '').split(delimiter);
const has = (program: string): boolean => folders.some((folder) => existsSync(join(folder, program)));

for (const { page, needs, scenario, beside, steps } of STORIES) {
  const test = needs.every(has) || process.env.TARS_REQUIRE_ALL === '1' ? always : always.skip;
  test(`${page}: who types what it says sees what it says`, async () => {
    house = await openHouse(scenario);
    if (beside) await upBeside(house);
    // In the page's order, not in that of the story.
    for (const command of commandsOf(page)) {
      const step = steps.find((one) => one.command === command);
      if (step !== undefined) await follow(house, step);
    }
  });
}

async function follow(given: House, { command, first, input = '', code = 0, prints = /^/, goesOn, sees }: Step): Promise<void> {
  await first?.(given);
  if (goesOn) return given.begin(command, prints);
  const ended = await given.type(command, input);
  expect({ command, ...ended }).toEqual({ command, code, stdout: expect.stringMatching(prints), stderr: expect.any(String) });
  await sees?.(given, ended.stdout);
}
