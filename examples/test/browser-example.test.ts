import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { buildPage } from '../browser/build.ts';

const chromium = process.env.CHROMIUM ?? 'chromium';
const hasBrowser = spawnSync(chromium, ['--version']).status === 0;
const reason = hasBrowser ? '' : ` (skipped: there is no ${chromium}, CHROMIUM names one)`;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};
/** Tells the test what the page shows once it has something to say. */
const REPORTER = `<script>
const timer = setInterval(() => {
  const status = document.querySelector('#status').textContent;
  if (status.startsWith('starting')) return;
  clearInterval(timer);
  const sums = [...document.querySelectorAll('canvas')].map((canvas) =>
    canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.reduce((sum, value) => sum + value, 0));
  fetch('/shown', { method: 'POST', body: JSON.stringify({ status, sums }) });
}, 100);
</script>`;

function answer(site: string, url: string, response: ServerResponse): void {
  const path = url === '/' ? '/index.html' : url;
  const file = join(site, path);
  response.setHeader('content-type', TYPES[extname(path)] ?? 'text/plain');
  if (!existsSync(file)) response.writeHead(404).end();
  else
    response.end(path.endsWith('.html') ? `${readFileSync(file)}${REPORTER}` : readFileSync(file));
}

describe.skipIf(reason)(`the page, in Chromium${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  let page: ChildProcess | undefined;
  let server: Server | undefined;
  afterAll(async () => {
    server?.closeAllConnections();
    server?.close();
    if (page?.exitCode === null) {
      page.kill('SIGKILL');
      await once(page, 'exit');
    }
    // Chromium's own children end a little later, and write until then: rmSync alone retries without looking again
    await vi.waitFor(() => rmSync(folder, { recursive: true, force: true }), { timeout: 10_000 });
  });

  test('shows the real image, the evidence, and a fake that lowers the score', async () => {
    const site = join(folder, 'site');
    await buildPage(site);
    const { status, sums } = await new Promise<{ status: string; sums: number[] }>((resolve) => {
      const listening = createServer((request, response) => {
        if (request.method === 'POST') {
          void text(request).then((shown) => resolve(JSON.parse(shown)));
          return;
        }
        answer(site, request.url ?? '', response);
      });
      server = listening.listen(0, '127.0.0.1', () => {
        const address = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`;
        const options = [
          '--headless',
          '--no-sandbox',
          `--user-data-dir=${join(folder, 'profile')}`,
        ];
        page = spawn(chromium, [...options, '--remote-debugging-port=0', address], {
          stdio: 'ignore',
        });
      });
    });
    const [, before, after] = status.match(/p\(cancer\) ([\d.]+), of the fake ([\d.]+)/) ?? [];
    expect(status).toMatch(/^(webgpu|wasm): /);
    expect(Number(after)).toBeLessThan(Number(before));
    expect(new Set(sums).size).toBe(3);
  });
});
