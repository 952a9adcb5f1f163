import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StepRecorder } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { build } from 'esbuild';
import * as ort from 'onnxruntime-web';
import { chromium } from 'playwright-core';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type OnnxBackend, type OnnxRuntimeModule, registerOnnxWeb } from '../src/web.ts';
import { largestDifference } from './compare.ts';
import { train } from './train.ts';

vi.setConfig({ testTimeout: 120_000 }); // a browser, on machines under load
ort.env.wasm.numThreads = 1;
const name = registerOnnxWeb(ort, { name: 'onnx-web' });

beforeEach(async () => {
  await tf.setBackend(name);
});
afterAll(async () => {
  await tf.setBackend('cpu');
});

describe('onnxruntime-web, which answers later', () => {
  test('trains as tfjs cpu does', async () => {
    const web = await train(name, 3);
    const cpu = await train('cpu', 3);
    expect(largestDifference(web.losses, cpu.losses)).toBeLessThan(1e-4);
    cpu.weights.forEach((expected, i) => {
      expect(largestDifference([...web.weights[i]!], [...expected])).toBeLessThan(1e-4);
    });
  });

  test('repeats recorded steps with the same bits', async () => {
    const backend = tf.backend() as OnnxBackend;
    const { repeats } = backend.stats();
    const repeated = await train(name, 6, new StepRecorder());
    expect(backend.stats().repeats).toBe(repeats + 3);
    expect(repeated).toEqual(await train(name, 6));
  });

  test('a tensor may be used and disposed before it is computed', async () => {
    const x = tf.tensor1d([1, 2, 3]);
    const doubled = tf.mul(x, 2);
    const reading = doubled.data();
    const shifted = tf.add(doubled, 1);
    doubled.dispose();
    const squared = tf.square(shifted);
    shifted.dispose();
    expect([...(await squared.data())]).toEqual([9, 25, 49]);
    expect([...(await reading)]).toEqual([2, 4, 6]);
    expect([...(await x.data())]).toEqual([1, 2, 3]);
  });

  test('what cannot be computed throws when it is read, and does not stand in the way', async () => {
    const index = tf.cast(tf.add(tf.tensor1d([5]), 1), 'int32') as tf.Tensor1D;
    const lost = tf.gather(tf.tensor1d([1, 2, 3]), index);
    const found = tf.mul(tf.tensor1d([1, 2]), 2);
    expect([...(await found.data())]).toEqual([2, 4]);
    await expect(lost.data()).rejects.toThrow(/onnx backend: GatherV2 \[1\] failed/);
    const heir = tf.mul(lost, 2);
    await expect(heir.data()).rejects.toThrow(/onnx backend: GatherV2 \[1\] failed/);
  });

  test('reading at once is an error that says what to do, and works once the data are there', async () => {
    const sum = tf.add(tf.tensor1d([1, 2]), 1);
    expect(() => sum.dataSync()).toThrow(/onnx backend: .*await tensor\.data\(\)/);
    expect([...(await sum.data())]).toEqual([2, 3]);
    expect([...sum.dataSync()]).toEqual([2, 3]);
  });

  test('counts its runs and sessions; tf.time waits for the work', async () => {
    const backend = tf.backend() as OnnxBackend;
    const before = backend.stats();
    const { kernelMs } = await tf.time(() => tf.tidy(() => tf.exp(tf.tensor1d([1, 2, 3]))));
    expect(kernelMs).toBeGreaterThanOrEqual(0);
    const sum = tf.sum(tf.tensor1d([1, 2, 3]));
    await sum.data();
    const after = backend.stats();
    expect(after.runs).toBe(before.runs + 2);
    expect(after.hostMs).toBeGreaterThanOrEqual(before.hostMs);
    expect(backend.memory()).toEqual({ unreliable: false });
  });

  test('a network that stays takes one run for each pass', async () => {
    const image = tf.ones([1, 4, 4, 64]) as tf.Tensor4D;
    const filter = tf.variable(tf.ones([3, 3, 64, 64]) as tf.Tensor4D);
    const runs: number[] = [];
    for (let i = 0; i < 4; i++) {
      const before = (tf.backend() as OnnxBackend).stats().runs;
      const corner = tf.tidy(() =>
        tf.slice(tf.conv2d(image, filter as unknown as tf.Tensor4D, 1, 'same'), 0, [1, 1, 1, 1]),
      );
      expect([...(await corner.data())]).toEqual([4 * 64]);
      corner.dispose();
      runs.push((tf.backend() as OnnxBackend).stats().runs - before);
    }
    expect(runs).toEqual([1, 1, 1, 1]);
    tf.dispose([image, filter]);
  });

  test('wrong modules and providers are errors', () => {
    expect(() => registerOnnxWeb({} as OnnxRuntimeModule)).toThrow(
      'registerOnnxWeb: ort must be the module onnxruntime-web',
    );
    expect(() => registerOnnxWeb(ort, { provider: 'cuda' as 'wasm' })).toThrow(
      'registerOnnxWeb: provider must be wasm or webgpu, got cuda',
    );
  });
});

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const absence = existsSync(executablePath)
  ? ''
  : ` (skipped: no ${executablePath}; CHROMIUM names one)`;

const PAGE = `
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-web';
import { registerOnnxWeb, setOnnxOptions } from './src/web.ts';
import { train } from './test/train.ts';

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = '/';
ort.env.logLevel = 'error';
const { fromGpuBuffer } = ort.Tensor;
let stayed = 0;
ort.Tensor.fromGpuBuffer = (...args) => {
  stayed++;
  return fromGpuBuffer(...args);
};
setOnnxOptions({ maxSessions: 1 }); // what stays on the device outlives its session
globalThis.trainOn = async (provider) => {
  stayed = 0;
  const name = provider === 'cpu' ? 'cpu' : registerOnnxWeb(ort, { provider });
  const { losses, weights } = await train(name, 2);
  const ofWeights = weights.map((values) => values.reduce((sum, value) => sum + Math.abs(value), 0));
  return { losses, ofWeights, stayed };
};
`;
/** What a page answers: `stayed` counts the arrays that a run read on the device. */
interface Training {
  readonly losses: number[];
  readonly ofWeights: number[];
  readonly stayed: number;
}

const TYPES: Readonly<Record<string, string>> = {
  '.mjs': 'text/javascript',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

describe.skipIf(absence)(`a page of a real Chromium${absence}`, () => {
  test('trains on WebAssembly, and on WebGPU where the browser has it, as tfjs cpu does', async () => {
    const script = await bundle();
    const library = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
    const browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
    });
    try {
      const page = await browser.newPage();
      await page.route('**/*', async (route) => {
        const { pathname } = new URL(route.request().url());
        if (pathname === '/') {
          await route.fulfill({ contentType: 'text/html', body: '<title>training</title>' });
          return;
        }
        const contentType = TYPES[extname(pathname)];
        if (contentType === undefined) await route.fulfill({ status: 404 });
        else await route.fulfill({ contentType, body: readFileSync(join(library, pathname)) });
      });
      await page.goto('http://localhost/');
      await page.addScriptTag({ content: script, type: 'module' });
      await page.waitForFunction('globalThis.trainOn !== undefined');
      const hasWebGpu = await page.evaluate('navigator.gpu?.requestAdapter().then(Boolean)');
      const cpu = await page.evaluate<Training>("trainOn('cpu')");
      expect(cpu.losses).toHaveLength(2);
      for (const provider of hasWebGpu ? ['wasm', 'webgpu'] : ['wasm']) {
        const trained = await page.evaluate<Training>(`trainOn('${provider}')`);
        expect(largestDifference(trained.losses, cpu.losses), provider).toBeLessThan(1e-4);
        expect(largestDifference(trained.ofWeights, cpu.ofWeights), provider).toBeLessThan(1e-2);
        if (provider === 'webgpu') expect(trained.stayed, 'read on the device').toBeGreaterThan(5);
        else expect(trained.stayed).toBe(0);
      }
    } finally {
      await browser.close();
    }
  }, 300_000); // shaders are compiled and run on the processor where there is no GPU
});

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['@mammo/source'],
    minify: true,
  });
  return outputFiles[0]!.text;
}
