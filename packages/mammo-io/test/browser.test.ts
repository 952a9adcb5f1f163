import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { readDicom } from '../src/dicom.ts';
import { readShared, sha256OfWords, skipReason } from './shared-data.ts';

const browser = process.env.CHROMIUM ?? 'chromium';
const hasBrowser = spawnSync(browser, ['--version']).status === 0;
const reason =
  skipReason || (hasBrowser ? '' : ` (skipped: there is no ${browser}, CHROMIUM names one)`);

/** One file of each way to compress pixels. */
const files = [
  'ts12/mg12_deflated.dcm',
  'ts12/mg12_rle.dcm',
  'ts8_odd/mg8_jpegbase8_50.dcm',
  'ts12/mg12_jpegext12_51.dcm',
  'ts12/mg12_jpegll_p14sv6_57.dcm',
  'ts12/mg12_jpegll_sv1_70.dcm',
  'ts12/mg12_jpegls_80.dcm',
  'ts12/mg12_jpegls_near2_81.dcm',
  'ts12/mg12_j2k_lossless_90_opj.dcm',
  'ts12/mg12_j2k_lossy_91.dcm',
  'ts12/mg12_htj2k_lossless_201.dcm',
  'ts12/mg12_htj2k_lossless_202.dcm',
  'ts12/mg12_htj2k_lossy_203.dcm',
].map((name) => `derived-dicom/${name}`);

const PAGE = `
import { readDicom } from ${JSON.stringify(fileURLToPath(new URL('../src/index.ts', import.meta.url)))};

async function hashOf(path) {
  const response = await fetch('/shared/' + path);
  const { storedValues } = await readDicom(new Uint8Array(await response.arrayBuffer()));
  const digest = await crypto.subtle.digest('SHA-256', Uint16Array.from(storedValues));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
const hashes = {};
for (const path of ${JSON.stringify(files)}) {
  hashes[path] = await hashOf(path).catch((error) => String(error));
}
await fetch('/hashes', { method: 'POST', body: JSON.stringify(hashes) });
`;

describe.skipIf(reason)(`a page of a real browser${reason}`, () => {
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

  test('decodes every compressed transfer syntax as Node does, by WebAssembly', async () => {
    await bundle(folder);
    const asked: string[] = [];
    const hashes = await new Promise<Record<string, string>>((resolve, reject) => {
      const listening = createServer((request, response) => {
        asked.push(request.url ?? '');
        answer(request, response, join(folder, 'dist'))
          .then((posted) => posted !== undefined && resolve(JSON.parse(posted)))
          .catch(reject);
      });
      server = listening.listen(0, '127.0.0.1', () => {
        const { port } = listening.address() as AddressInfo;
        page = openPage(`http://127.0.0.1:${port}/index.html`, folder);
        page.once('error', reject);
      });
    });
    for (const path of files) {
      const { storedValues } = await readDicom(readShared(path));
      expect(hashes[path], path).toBe(sha256OfWords(storedValues));
    }
    expect(asked.filter((url) => url.endsWith('.wasm'))).toEqual([]);
  });
});

/** Bundles the page with vite as it is: no option that the package would need. */
async function bundle(root: string): Promise<void> {
  writeFileSync(join(root, 'index.html'), '<script type="module" src="./page.js"></script>');
  writeFileSync(join(root, 'page.js'), PAGE);
  await build({ root, configFile: false, logLevel: 'silent', build: { target: 'esnext' } });
}

function openPage(address: string, folder: string): ChildProcess {
  const profile = `--user-data-dir=${join(folder, 'profile')}`;
  const options = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--remote-debugging-port=0',
    profile,
  ];
  return spawn(browser, [...options, address], { stdio: 'ignore' });
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Serves the bundle and the shared files; gives what the page posts. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  bundled: string,
): Promise<string | undefined> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'POST') {
    const posted = await text(request);
    response.end();
    return posted;
  }
  try {
    const shared = pathname.startsWith('/shared/');
    const body = shared
      ? readShared(pathname.slice('/shared/'.length))
      : readFileSync(join(bundled, pathname));
    response.setHeader('content-type', TYPES[extname(pathname)] ?? 'application/octet-stream');
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
  return undefined;
}
