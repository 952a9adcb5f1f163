import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrowserRoom, HAS_BROWSER, openBrowserRoom } from './browser.ts';
import { clientOf, readerIds, readOn, signIn } from './room.ts';

/** What WCAG 2.2 demands at level AA, as far as a program can tell. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const SCREENS = [
  { name: 'a light laptop', viewport: { width: 1366, height: 768 }, colorScheme: 'light' },
  { name: 'a dark laptop', viewport: { width: 1366, height: 768 }, colorScheme: 'dark' },
  { name: '5 megapixels', viewport: { width: 2048, height: 2560 }, colorScheme: 'dark' },
] as const;

describe.skipIf(!HAS_BROWSER)('every page is free of what axe finds', () => {
  let rooms: BrowserRoom;
  let ids: readonly string[];
  beforeAll(async () => {
    rooms = await openBrowserRoom(SCREENS.map(({ name }) => name));
    ids = [...(await readerIds(rooms.room)).values()];
  });
  afterAll(() => rooms?.close());

  test.each(SCREENS)('for readers, on $name', async ({ name, ...screen }) => {
    const who = (await readerIds(rooms.room)).get(name)!;
    const stranger = await rooms.open('', screen);
    await stranger.getByRole('heading', { name: 'Reading room' }).waitFor();
    expect(await problemsOn(stranger)).toEqual([]);
    const page = await rooms.enter(who, screen);
    await page.getByRole('button', { name: /Begin/ }).waitFor();
    expect(await problemsOn(page)).toEqual([]);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Session 1 of 5');
    await page.keyboard.press('Enter');
    await page.waitForSelector('canvas');
    expect(await problemsOn(page)).toEqual([]);
    await expectVisibleFocus(page);
    await page.keyboard.press('p');
    await page.getByText('Paused').waitFor();
    expect(await problemsOn(page)).toEqual([]);
    await page.keyboard.press('p');

    const [cookie] = await page.context().cookies();
    const client = clientOf(rooms.room.app, `${cookie!.name}=${cookie!.value}`);
    const { images } = rooms.room.source.plan.sessions[0]!;
    let before = images.length;
    for (const { images: more } of rooms.room.source.plan.sessions.slice(1, 3))
      before += more.length;
    await readOn(client, () => 'unsure', before);
    await page.reload();
    await page.getByRole('button', { name: /Begin/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Difference').waitFor();
    expect(await problemsOn(page)).toEqual([]);
    await readOn(client, () => 'unsure');
    await page.reload();
    await page.getByRole('heading', { name: 'Thank you' }).waitFor();
    expect(await problemsOn(page)).toEqual([]);
  });

  test.each(SCREENS)('for owners, on $name', async ({ name: _, ...screen }) => {
    const page = await rooms.enter(null, screen);
    await page.getByRole('heading', { name: 'New study' }).waitFor();
    expect(await problemsOn(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Name' }).focus();
    await expectVisibleFocus(page);
    await page.getByRole('button', { name: 'Tiny study' }).click();
    await page.getByRole('button', { name: 'New link' }).first().click();
    await page.getByLabel(/Link for/).waitFor();
    expect(await problemsOn(page)).toEqual([]);
  });

  test('for owners of a study that is closed, and its analysis', async () => {
    const owner = await signIn(rooms.room, null);
    await owner.send('POST', `/owner/studies/${rooms.room.studyId}/close`, {});
    for (const { name: _, ...screen } of SCREENS) {
      const page = await rooms.enter(null, screen);
      await page.getByRole('button', { name: /Tiny study/ }).click();
      await page.getByRole('link', { name: 'Analysis' }).waitFor();
      expect(await problemsOn(page)).toEqual([]);
      await page.getByRole('link', { name: 'Analysis' }).click();
      await page.getByRole('heading', { name: 'Tiny study' }).waitFor();
      expect(await problemsOn(page)).toEqual([]);
    }
    const reader = await rooms.enter(ids[0]!);
    await reader.getByRole('heading', { name: 'The study is closed' }).waitFor();
    expect(await problemsOn(reader)).toEqual([]);
  });
});

/** What axe finds on a page, a line for each. */
async function problemsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async (tags) => {
    const runner = (globalThis as unknown as { axe: typeof axe }).axe;
    const { violations } = await runner.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, RULES);
}

/** Tab moves the focus to something, and one can see to what. */
async function expectVisibleFocus(page: Page): Promise<void> {
  await page.keyboard.press('Tab');
  const outline = await page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement!);
    return `${outlineStyle} ${outlineWidth}`;
  });
  expect(outline).toBe('solid 3px');
}
