/**
 * Runs tfjs-core's own specs, as its npm package ships them, on the backend.
 *
 *     npm run conformance [-- --backend cpu] [-- --only 'conv2d.*same']
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

interface SpecResult {
  readonly status: 'passed' | 'failed' | 'pending' | 'excluded';
  readonly fullName: string;
  readonly failedExpectations: readonly { readonly message: string }[];
}

interface JasmineEnvironment {
  configure(options: {
    random: boolean;
    specFilter: (spec: { getFullName(): string }) => boolean;
  }): void;
  addReporter(reporter: { specDone(result: SpecResult): void; jasmineDone(): void }): void;
  execute(): void;
}

const here = import.meta.dirname;
const { backend, only } = parseArgs({
  options: { backend: { type: 'string', default: 'onnx' }, only: { type: 'string', default: '' } },
}).values;

/** Specs, backends and tfjs-core in one file, so that all of them share one engine. */
async function bundleSpecs(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(here, 'specs.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node'],
    define: { 'process.env.CONFORMANCE_BACKEND': JSON.stringify(backend) },
    ignoreAnnotations: true, // tfjs-core declares its specs free of side effects
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' },
  });
}

/** Puts describe, it and expect into the global scope, where the specs look for them. */
function startJasmine(): JasmineEnvironment {
  const jasmineRequire = createRequire(import.meta.url)('jasmine-core/lib/jasmine-core/jasmine.js');
  const jasmine = jasmineRequire.core(jasmineRequire);
  const environment = jasmine.getEnv({ suppressLoadErrors: true });
  Object.assign(globalThis, jasmineRequire.interface(jasmine, environment));
  return environment;
}

function runSpecs(environment: JasmineEnvironment, filter: RegExp): Promise<SpecResult[]> {
  environment.configure({ random: false, specFilter: (spec) => filter.test(spec.getFullName()) });
  const results: SpecResult[] = [];
  return new Promise((resolve) => {
    environment.addReporter({
      specDone: (result) => results.push(result),
      jasmineDone: () => resolve(results),
    });
    environment.execute();
  });
}

const folder = await mkdtemp(join(here, '../.conformance-'));
try {
  const bundle = join(folder, 'specs.cjs');
  await bundleSpecs(bundle);
  const environment = startJasmine();
  const specs = await import(pathToFileURL(bundle).href);
  if (!(await specs.isHere)) throw new Error(`conformance: no backend ${backend} on this machine`);
  const results = await runSpecs(environment, new RegExp(only));
  const having = (status: SpecResult['status']) => results.filter((r) => r.status === status);
  for (const { fullName } of having('pending')) {
    process.stdout.write(`switched off by tfjs: ${fullName}\n`);
  }
  for (const { fullName, failedExpectations } of having('failed')) {
    process.stdout.write(`FAILED ${fullName}\n`);
    for (const { message } of failedExpectations) process.stdout.write(`  ${message}\n`);
  }
  const failures = having('failed').length;
  process.stdout.write(`${having('passed').length} passed, ${failures} failed\n`);
  process.exitCode = failures > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}
