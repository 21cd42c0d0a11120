// The live pages in a real browser, over real processes: watched, answered, steered, and left alone.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import { describe as sentence } from '@tars/core';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { busiest, launch, look, overhang, test, toldOn } from './browser.js';
import { busyDay, edit, notice, played, request } from './played.js';
import { bash, finish, mendNode, NODE_PROJECT } from './projects.js';
import { CODE, openStage, type Stage } from './stage.js';

let browser: Browser;
let stage: Stage | null = null;
beforeAll(async () => {
  browser = await launch();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await stage?.close();
  stage = null;
});
afterAll(async () => {
  await browser?.close();
});

const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const said = (page: Page) => page.locator('#said');
const chip = (page: Page) => page.locator('#part-head .chip');

/** A stage on which TARS runs, with a project and a task in it; the address of the task's page. */
async function begin(turns: Parameters<typeof openStage>[0]['turns'], goal: string) {
  const opened = await openStage({ turns });
  stage = opened;
  const project = await opened.project('sums', NODE_PROJECT);
  const address = await opened.up();
  const { stdout } = await opened.tars(['start', goal, '--project', project, '--json']);
  const { task_id: id } = JSON.parse(stdout) as { task_id: string };
  return { stage: opened, project, address, id, url: `${address}/tasks/${id}` };
}

/** What the log holds for a person to read. */
const tellable = async ({ store }: Stage, id: string): Promise<number[]> =>
  (await store.events(id)).flatMap(({ seq, event }) =>
    sentence(id, event) === null && !(event.type === 'turn.replied' && event.says.trim() !== '') ? [] : [seq],
  );

test('a whole task is watched on a phone as it happens, its code typed there, and nothing is missing at the end', async () => {
  const turns = [
    ...mendNode.slice(0, -1),
    { calls: [bash('rm old_backup.js', 'nobody needs the backup')] },
    { calls: [finish('Add instead of subtract')] },
  ];
  const { stage: on, url, id } = await begin(turns, 'Mend the sum, and tidy up');
  const { page, complaints, screenshot } = await look(browser, { ...PHONE, colorScheme: 'dark' });
  await page.goto(url);

  const code = page.locator('#code');
  await code.waitFor();
  expect(await page.locator('#part-ask .command').textContent()).toContain('rm old_backup.js');
  expect(await page.locator('#part-ask').textContent()).toMatch(/delete files.*Deletes 1 file.*nobody needs the backup/s);
  await page.locator('[data-until]', { hasText: 'left' }).waitFor();
  await screenshot('phone-confirmation');
  expect(await overhang(page)).toBe(0);

  await code.fill('0000');
  await page.getByRole('button', { name: 'Run it' }).click();
  await said(page).filter({ hasText: 'not right' }).waitFor();
  await code.fill(CODE);
  await page.getByRole('button', { name: 'Run it' }).click();
  await chip(page).filter({ hasText: 'finished' }).waitFor();
  await on.taskThat(id, 'is finished', ({ state }) => state === 'finished');

  await page.locator('.step', { hasText: 'Task complete!' }).waitFor();
  expect(await toldOn(page)).toEqual(await tellable(on, id));
  // The red run is open, the green one is not.
  expect(await page.locator('.step.failed details[open]').first().textContent()).toContain('Expected values to be strictly equal');
  expect(await page.locator('.step:not(.failed) details[open]').count()).toBe(0);
  await page.locator('#terminal', { hasText: 'pass 1' }).waitFor();
  expect(await page.locator('#part-proof').textContent()).toMatch(/verified.*npm test/s);
  expect(await page.locator('#part-ending').textContent()).toContain(`## Task #${id}: Mend the sum`);
  expect(await page.locator('.diff .add', { hasText: 'a + b' }).count()).toBe(1);
  expect(await page.locator('.phases li').allTextContents()).toEqual(expect.arrayContaining([expect.stringMatching(/testing 2nd time/)]));
  expect(await overhang(page)).toBe(0);
  await page.locator('#part-changes summary').first().click();
  await screenshot('phone-finished');
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await overhang(page)).toBe(0);
  expect(complaints).toEqual([]);
});

test('a no with its reason, a cancel and an undo are given on the page', async () => {
  const turns = [
    { calls: [bash('rm old_backup.js', 'nobody needs the backup')] },
    {
      expect: { tool: 'bash', tool_result: 'keep it for the audit' },
      calls: [{ name: 'write_file', input: { path: 'new.js', content: 'export {};\n' } }],
    },
    { calls: [bash('echo waiting; sleep 300', 'wait for nothing')] },
  ];
  const { stage: on, url, id, project } = await begin(turns, 'Tidy up');
  const { page, complaints, screenshot } = await look(browser);
  await page.goto(url);

  await page.locator('#because').fill('keep it for the audit');
  await page.getByRole('button', { name: 'Deny' }).click();
  await said(page).filter({ hasText: 'Denied' }).waitFor();
  await page.locator('#terminal', { hasText: 'waiting' }).waitFor();
  await screenshot('running');
  await page.locator('summary', { hasText: 'Cancel…' }).click();
  await page.getByRole('button', { name: 'Cancel the task' }).click();
  await chip(page).filter({ hasText: 'cancelled' }).waitFor();
  expect(await readFile(join(project, 'new.js'), 'utf8')).toBe('export {};\n');

  await page.locator('summary', { hasText: 'Undo…' }).click();
  await page.getByRole('button', { name: 'Undo it' }).click();
  await said(page)
    .filter({ hasText: `Task ${id} undone` })
    .waitFor();
  await expect(readFile(join(project, 'new.js'), 'utf8')).rejects.toMatchObject({ code: 'ENOENT' });
  await page.locator('.step', { hasText: 'undone' }).waitFor();
  expect(await toldOn(page)).toEqual(await tellable(on, id));
  expect(on.claude.failures()).toEqual([]);
  expect(complaints).toEqual([]);
});

describe('over a record that a hand writes', () => {
  let on: Stage;
  let api: Awaited<ReturnType<typeof serve>>;

  /** Only an api, a process of its own. */
  async function serve(settings: Readonly<Record<string, string>> = {}) {
    const process = on.spawnTars(['api'], { WEBHOOK_PORT: '0', ...settings });
    await process.saw(/Listening on/);
    const url = /https?:\/\/[\d.]+:(\d+)/.exec(process.stderr());
    if (url === null) throw new Error(`No address in: ${process.stderr()}`);
    return { process, address: url[0], port: url[1] ?? '' };
  }

  beforeAll(async () => {
    on = await openStage({ turns: [{ text: 'Nobody asks.' }] });
    api = await serve();
  });
  afterAll(() => on?.close());

  test('an api that starts again is come back to, and nothing is missing or told twice', async () => {
    const { id, happens } = await played(on.store);
    const { page, complaints } = await look(browser);
    await page.goto(`${api.address}/tasks/${id}`);
    const connection = (state: string) => page.locator(`#connection[data-state=${state}]`).waitFor();
    await connection('live');
    await happens(notice('before'));
    await page.locator('.step', { hasText: 'before' }).waitFor();

    api.process.kill('SIGTERM');
    await api.process.ended;
    await connection('lost');
    await page.getByText('reconnecting').waitFor();
    for (let number = 0; number < 30; number++)
      await happens(notice(`meanwhile ${number}`), ...edit(`call-${number}`, `file-${number}.js`));
    api = await serve({ WEBHOOK_PORT: api.port });
    await connection('live');
    await happens(notice('afterwards'));
    await page.locator('.step', { hasText: 'afterwards' }).waitFor();
    expect(await toldOn(page)).toEqual(await tellable(on, id));
    expect(complaints).toEqual([]);
  });

  test('five thousand events never keep the page busy for 200 ms, neither as they happen nor when it is opened afterwards', async () => {
    const { id, happens } = await played(on.store);
    const live = await look(browser);
    const stopLooking = await busiest(browser, live.page);
    await live.page.goto(`${api.address}/tasks/${id}`);
    await live.page.locator('#connection[data-state=live]').waitFor();
    for (let hundred = 0; hundred < 25; hundred++) {
      const edits = Array.from({ length: 100 }, (_, number) => edit(`call-${hundred}-${number}`, `src/file-${number}.js`));
      await happens(...edits.flat());
    }
    await happens(notice('that was all'));
    await live.page.locator('.step', { hasText: 'that was all' }).waitFor();
    expect(await live.page.locator('.step').count()).toBeLessThanOrEqual(500);
    await live.page.reload();
    await live.page.locator('#connection[data-state=live]').waitFor();
    const longestMs = await stopLooking();
    expect([longestMs > 0, longestMs < 200, longestMs]).toEqual([true, true, longestMs]);
    await live.page.getByRole('link', { name: /Earlier steps/ }).click();
    await live.page.locator('.step').first().waitFor();
    expect(Math.max(...(await toldOn(live.page)))).toBeLessThan(5_003 - 200);
  });

  test('without script a code is given, and its answer is read', async () => {
    const { id, happens } = await played(on.store);
    await happens(request(id));
    const { page, screenshot } = await look(browser, { ...PHONE, javaScriptEnabled: false });
    await page.goto(api.address);
    await page.getByRole('link', { name: id }).click();
    await page.getByLabel('Confirmation code').fill(CODE);
    // By the keyboard alone.
    await page.keyboard.press('Enter');
    await said(page).filter({ hasText: 'Confirmation code received' }).waitFor();
    await screenshot('no-script');
    expect(new URL(page.url()).pathname).toBe(`/tasks/${id}`);
    expect(await on.store.read(id)).toMatchObject({ confirmation: null, grant: { taskId: id } });
    await page.getByRole('button', { name: 'Pause' }).click();
    await said(page).filter({ hasText: 'paus' }).waitFor();
    expect(await on.store.read(id)).toMatchObject({ pauseRequested: true });
  });

  test('whoever signs in stays signed in until signing out, also when coming from another site', async () => {
    const { address } = await serve({ API_TOKEN: 'the-token-of-this-test' });
    const { id } = await played(on.store);
    const { page, complaints, screenshot, context } = await look(browser);
    await page.goto(`${address}/tasks/${id}`);
    await screenshot('sign-in');
    await page.getByLabel('Token').fill('not-the-token-of-this-test');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Token').fill('the-token-of-this-test');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('#connection[data-state=live]').waitFor();
    expect(new URL(page.url()).pathname).toBe(`/tasks/${id}`);
    expect(await context.cookies()).toEqual([expect.objectContaining({ httpOnly: true, sameSite: 'Strict' })]);
    expect(await page.evaluate('document.cookie')).toBe('');

    const elsewhere = await context.newPage();
    await elsewhere.goto(`data:text/html,<a href="${address}/tasks/${id}">the task</a>`);
    await elsewhere.getByText('the task').click();
    await elsewhere.locator('#part-head h1').waitFor();

    await elsewhere.goto(address);
    await elsewhere.getByRole('button', { name: 'Sign out' }).click();
    await elsewhere.getByLabel('Token').waitFor();
    await page.reload();
    await page.getByLabel('Token').waitFor();
    expect(complaints).toEqual([]);
  });

  test('nothing serious is in the way of anybody, in light and in dark', async () => {
    const [asking, busy] = [await played(on.store), await played(on.store, 'Build a calculator with tests, and explain each step of it')];
    await asking.happens(request(asking.id));
    await busy.happens(...busyDay());
    const { page, context, screenshot } = await look(browser, { bypassCSP: true });
    await context.addInitScript(axe.source);
    for (const [name, path] of [
      ['list', '/'],
      ['asking', `/tasks/${asking.id}`],
      ['busy', `/tasks/${busy.id}`],
      ['unknown', '/tasks/zzzz'],
    ] as const) {
      await page.goto(`${api.address}${path}`);
      await page.locator('html.scripted').waitFor();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await screenshot(`${name}-${colorScheme}`);
        const found = await page.evaluate<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>('axe.run()');
        const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        expect([name, colorScheme, serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])]).toEqual([name, colorScheme, []]);
      }
    }
  });
});
