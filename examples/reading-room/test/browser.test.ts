import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrowserRoom, HAS_BROWSER, openBrowserRoom } from './browser.ts';
import { readerIds, signIn } from './room.ts';

const READERS = ['Ada', 'Ben', 'Cem', 'Dia', 'Eva', 'Fay'];
const KEYS = { real: '1', 'not-real': '2', unsure: '3' } as const;

describe.skipIf(!HAS_BROWSER)('readers in a real browser', () => {
  let rooms: BrowserRoom;
  let ids: ReadonlyMap<string, string>;
  beforeAll(async () => {
    rooms = await openBrowserRoom(READERS);
    ids = await readerIds(rooms.room);
  });
  afterAll(() => rooms?.close());

  test('pauses and hidden pages are not in the time of an image, what was before them is', async () => {
    const page = await rooms.enter(ids.get('Fay')!);
    await page.getByRole('button', { name: /Begin/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForSelector('canvas');
    await page.waitForTimeout(600);
    await page.keyboard.press('p');
    await page.getByText('Paused').waitFor();
    expect(await page.locator('canvas').count()).toBe(0);
    expect(
      await page.getByRole('button', { name: 'Real', exact: false }).first().isDisabled(),
    ).toBe(true);
    await page.waitForTimeout(1500);
    await page.keyboard.press('p');
    await page.waitForSelector('canvas');
    await page.waitForTimeout(300);
    const sent = page.waitForRequest((request) => request.url().endsWith('/answer'));
    await page.keyboard.press('1');
    const { visibleMs } = (await sent).postDataJSON() as { visibleMs: number };
    expect(visibleMs).toBeGreaterThanOrEqual(880);
    expect(visibleMs).toBeLessThan(2000);
  });

  test('a clock that is set back makes no time negative', async () => {
    const page = await rooms.enter(ids.get('Fay')!);
    await page.waitForSelector('canvas');
    await page.evaluate(() => {
      const now = Date.now();
      Date.now = () => now - 3_600_000;
    });
    await page.waitForTimeout(100);
    const sent = page.waitForRequest((request) => request.url().endsWith('/answer'));
    await page.keyboard.press('2');
    expect((await sent).postDataJSON().visibleMs).toBeGreaterThanOrEqual(90);
  });

  test('a browser that was closed goes on at exactly the next image', async () => {
    const page = await rooms.enter(ids.get('Fay')!);
    await page.waitForSelector('[data-position="3"] canvas');
    await page.context().close();
    const again = await rooms.enter(ids.get('Fay')!);
    await again.waitForSelector('[data-position="3"] canvas');
  });

  test('keys change window and zoom; 1:1 shows every pixel as one of the screen', async () => {
    const page = await rooms.enter(ids.get('Fay')!, { deviceScaleFactor: 1 });
    await page.waitForSelector('canvas');
    const grey = () => page.locator('.pictures').getAttribute('data-grey');
    const first = await grey();
    for (const key of ['w', 's', 'f', 'i']) {
      const before = await grey();
      await page.keyboard.press(key);
      expect(await grey(), key).not.toBe(before);
    }
    expect(await grey()).toMatch(/inverted$/);
    for (const key of ['i', 'd', 'a', 'w', 'w']) await page.keyboard.press(key);
    expect(await grey()).toBe(first);
    await page.keyboard.press('9');
    const levels = await page.locator('canvas').evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const left = Math.round(canvas.width / 2 - 5);
      const top = Math.round(canvas.height / 2 - 6);
      const { data } = canvas.getContext('2d')!.getImageData(left - 1, top, 12, 12);
      return Array.from({ length: 144 }, (_, i) => data[4 * i]!);
    });
    const planned = rooms.room.source.plan.sessions[0]!.images[2]!.case;
    const { pixels, width } = await rooms.room.source.load(planned);
    const expected = Array.from({ length: 144 }, (_, i) => {
      const [x, y] = [(i % 12) - 1, Math.floor(i / 12)];
      const inside = x >= 0 && x < width;
      return inside ? Math.round((pixels[y * width + x]! * 255) / 65535) : 0;
    });
    expect(levels).toEqual(expected);
  });

  test('who turns single keys off answers by buttons, and no letter does anything', async () => {
    const page = await rooms.enter(ids.get('Fay')!);
    await page.waitForSelector('[data-position="3"] canvas');
    await page.getByLabel('single keys').uncheck();
    await page.keyboard.press('1');
    await page.keyboard.press('p');
    await page.waitForTimeout(200);
    expect(await page.locator('[data-position="3"] canvas').count()).toBe(1);
    await page.getByRole('button', { name: 'Not real' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Session 2 of 5' }).waitFor();
  });

  test('five readers read all sessions by keyboard alone, and the export holds what they answered', async () => {
    const names = READERS.slice(0, 5);
    const answered = await Promise.all(
      names.map(async (name, i) => {
        const page = await rooms.enter(ids.get(name)!);
        const foreign: string[] = [];
        page.on('request', (request) => {
          if (!request.url().startsWith(rooms.address)) foreign.push(request.url());
        });
        const labels = await readByKeyboard(page, i);
        expect(foreign).toEqual([]);
        return labels;
      }),
    );
    const owner = await signIn(rooms.room, null);
    const study = `/owner/studies/${rooms.room.studyId}`;
    await owner.send('POST', `${study}/close`, {});
    const [, ...rows] = (await owner.send('GET', `${study}/reads.csv`)).body.trim().split('\n');
    names.forEach((name, i) => {
      const exported = rows
        .map((row) => row.split(','))
        .filter(([reader]) => reader === name)
        .map((fields) => fields[5]);
      expect(exported).toEqual(answered[i]);
    });
    const seconds = rows.map((row) => Number(row.split(',')[7]));
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(0);
    const page = await owner.send('GET', `${study}/analysis.html`);
    expect(page.body).toContain('Session 5 against session 3');
  });
});

/** Answers every image by a rule; returns the labels given to images, triplets aside. */
async function readByKeyboard(page: Page, reader: number): Promise<string[]> {
  const labels = Object.keys(KEYS) as (keyof typeof KEYS)[];
  const given: string[] = [];
  for (let step = 0; ; step++) {
    await page.waitForSelector('h1:has-text("Thank you"), h1:has-text("Session"), canvas');
    if (await page.getByRole('heading', { name: 'Thank you' }).isVisible()) return given;
    if (await page.getByRole('button', { name: /Begin/ }).isVisible()) {
      await page.keyboard.press('Enter');
      await page.waitForSelector('canvas');
      continue;
    }
    const canvas = page.locator('canvas').first();
    const before = await canvas.getAttribute('data-picture');
    const label = labels[(step * 7 + reader) % 3]!;
    const isTriplet = (await page.locator('canvas').count()) === 3;
    await page.keyboard.press(isTriplet ? 'Enter' : KEYS[label]);
    if (!isTriplet) given.push(label);
    await page.waitForFunction(
      (id) => document.querySelector('canvas')?.getAttribute('data-picture') !== id,
      before,
    );
  }
}
