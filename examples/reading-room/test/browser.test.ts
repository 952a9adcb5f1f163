import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../server/app.ts';
import { buildClient } from '../server/build-client.ts';
import { issueLink } from '../server/visitors.ts';
import { openRoom, type Room, readerIds, signIn } from './room.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const READERS = ['Ada', 'Ben', 'Cem', 'Dia', 'Eva'];
const KEYS = { real: '1', 'not-real': '2', unsure: '3' } as const;

describe.skipIf(!existsSync(CHROMIUM))('five readers in a real browser', () => {
  let room: Room;
  let browser: Browser;
  let address = '';
  let stop: () => Promise<void>;
  beforeAll(async () => {
    room = await openRoom({ readers: READERS });
    const { database } = room.open;
    const app = await buildApp({ database, pictures: room.pictures, client: await buildClient() });
    address = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    stop = async () => {
      await browser.close();
      await app.close();
      await room.close();
    };
  });
  afterAll(() => stop?.());

  test('read all five sessions by keyboard alone, and the export holds what they answered', async () => {
    const ids = await readerIds(room);
    const answered = await Promise.all(
      READERS.map(async (name, i) => {
        const page = await (await browser.newContext()).newPage();
        const foreign: string[] = [];
        page.on('request', (request) => {
          if (!request.url().startsWith(address)) foreign.push(request.url());
        });
        const token = await issueLink(room.open.database, ids.get(name)!);
        await page.goto(`${address}/#join=${token}`);
        await page.getByRole('button', { name: 'Enter' }).focus();
        await page.keyboard.press('Enter');
        const labels = await readByKeyboard(page, i);
        expect(foreign).toEqual([]);
        return labels;
      }),
    );
    const owner = await signIn(room, null);
    const study = `/owner/studies/${room.studyId}`;
    await owner.send('POST', `${study}/close`, {});
    const [, ...rows] = (await owner.send('GET', `${study}/reads.csv`)).body.trim().split('\n');
    READERS.forEach((name, i) => {
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
    await page.waitForSelector('h1, canvas');
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
