import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { buildApp } from '../server/app.ts';
import { buildClient } from '../server/build-client.ts';
import { issueLink } from '../server/visitors.ts';
import { openRoom, type Room } from './room.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Whether there is a browser to test in. */
export const HAS_BROWSER: boolean = existsSync(CHROMIUM);

/** A reading room that listens, and a browser. */
export interface BrowserRoom {
  readonly room: Room;
  readonly address: string;
  /** A page in a browser of its own, on which somebody has entered by keyboard: a reader (by id), or the owner (null). */
  readonly enter: (who: string | null, options?: BrowserContextOptions) => Promise<Page>;
  /** A page in a browser of its own. */
  readonly open: (path: string, options?: BrowserContextOptions) => Promise<Page>;
  readonly close: () => Promise<void>;
}

export async function openBrowserRoom(readers: readonly string[]): Promise<BrowserRoom> {
  const room = await openRoom({ readers });
  const { database } = room.open;
  const app = await buildApp({
    database,
    pictures: room.pictures,
    client: await buildClient(),
    joinsPerMinute: 1000,
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox'],
  });
  const open: BrowserRoom['open'] = async (path, options) => {
    const page = await (await browser.newContext(options)).newPage();
    await page.goto(`${address}/${path}`);
    return page;
  };
  return {
    room,
    address,
    open,
    enter: async (who, options) => {
      const page = await open(`#join=${await issueLink(database, who)}`, options);
      await page.getByRole('button', { name: 'Enter' }).waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => location.hash === '');
      return page;
    },
    close: async () => {
      await browser.close();
      await app.close();
      await room.close();
    },
  };
}
