// A real Chromium that looks at the pages, and what it noticed while it did.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test as always } from '@jest/globals';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { PATIENCE_MS } from './observed.js';

const FOUND = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** Skipped in sight where the machine has no Chromium, unless everything must be proved here. */
export const test = FOUND !== undefined || process.env.TARS_REQUIRE_ALL === '1' ? always : always.skip;

export const launch = (): Promise<Browser> =>
  chromium.launch({
    ...(FOUND === undefined ? {} : { executablePath: FOUND }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });

export type Looking = {
  page: Page;
  context: BrowserContext;
  /** Scripts that threw, and what the policy of the page has refused. */
  complaints: string[];
  /** Kept in the folder that TARS_SCREENSHOTS names, if it names one. */
  screenshot(name: string): Promise<void>;
};

export async function look(browser: Browser, options: BrowserContextOptions = {}): Promise<Looking> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) complaints.push(message.text());
  });
  return {
    page,
    context,
    complaints,
    async screenshot(name) {
      const folder = process.env.TARS_SCREENSHOTS;
      if (folder === undefined) return;
      await mkdir(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`) });
    },
  };
}

/** The sequences the page's steps tell, in order. */
export const toldOn = (page: Page): Promise<number[]> =>
  page.evaluate<number[]>(
    `[...document.querySelectorAll('#steps > li')].flatMap((row) => row.dataset.seqs.split(' ').map(Number)).sort((a, b) => a - b)`,
  );

/** How much wider the page is than its window. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

type Traced = { name: string; pid: number; tid: number; ph: string; tdur?: number; args: { name?: string } };

/**
 * Looks from now on, until the returned function is called, which says for how many ms at most the page's main thread was busy with one thing.
 * In time of the processor: on a machine that many share, a page that waits for its turn is not a slow page.
 */
export async function busiest(browser: Browser, page: Page): Promise<() => Promise<number>> {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline', 'devtools.timeline'] });
  return async () => {
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: Traced[] };
    const mains = new Set(
      traceEvents.flatMap(({ name, pid, tid, args }) =>
        name === 'thread_name' && args.name === 'CrRendererMain' ? [`${pid} ${tid}`] : [],
      ),
    );
    const tasks = traceEvents.filter(({ name, ph, pid, tid }) => ph === 'X' && /RunTask/.test(name) && mains.has(`${pid} ${tid}`));
    return Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur / 1_000));
  };
}
