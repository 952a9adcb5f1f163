import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EmptyProject, emptyProject } from './empty-project.ts';
import { expectSame, type InstallCheck } from './install-check.ts';
import { bundle, textOfPage, weigh } from './page-bundle.ts';

/** The folder of the repository. */
export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** How a package is checked. */
export interface CheckOptions {
  /** Tarballs of all packages, by package. */
  readonly tarballs: ReadonlyMap<string, string>;
  /** Programs of Node, by version; types, sizes and page are looked at with the first. */
  readonly nodes: ReadonlyMap<string, string>;
  /** Whether pages are bundled, weighed and opened. */
  readonly pages: boolean;
}

/**
 * Installs a package's tarball, with those of the siblings that it declares, into an empty project for each Node, and uses it there: as ES module, as
 * CommonJS, from its command; from strict TypeScript; bundled by vite, against its budgets, in a page.
 *
 * @returns what was found, a sentence each
 * @throws Error at the first thing that does not hold
 */
export async function checkPackage(
  name: string,
  { tarballs, nodes, pages }: CheckOptions,
): Promise<readonly string[]> {
  const { check } = (await import(join(ROOT, `packages/${name}/install-check/check.ts`))) as {
    readonly check: InstallCheck;
  };
  const found: string[] = [];
  let expected = check.text;
  for (const [version, binary] of nodes) {
    const project = emptyProject(binary);
    try {
      const own = withSiblings(name).map((one) => tarballs.get(one)!);
      project.install([...own, ...(check.beside ?? [])]);
      expected = checkNode(project, check, expected);
      check.more?.(project, expected);
      found.push(`Node ${version}`);
      if (found.length > 1) continue;
      found.push(`strict types${checkTypes(project, check)}`);
      if (pages) found.push(...(await checkPage(project, check, expected)));
    } finally {
      project.remove();
    }
  }
  return found;
}

/** A package and the siblings that it asks for, and those of these. */
function withSiblings(name: string): readonly string[] {
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(
    readFileSync(join(ROOT, `packages/${name}/package.json`), 'utf8'),
  ) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  const siblings = Object.keys({ ...dependencies, ...peerDependencies })
    .filter((one) => one.startsWith('@mammo/'))
    .flatMap((one) => withSiblings(one.slice('@mammo/'.length)));
  return [...new Set([name, ...siblings])];
}

function checkNode(
  project: EmptyProject,
  check: InstallCheck,
  expected: string | undefined,
): string {
  const names = Object.keys(check.modules);
  const required = names.map((name) => `const ${name} = require('${check.modules[name]}');`);
  const told = project.node(
    'check.mjs',
    `${asModule(check)}\nconsole.log(await check({ ${names.join(', ')} }));`,
  );
  const same = expected ?? told;
  expectSame('ES module', told, same);
  const common = project.node(
    'check.cjs',
    `${required.join('\n')}\n${check.program}\nPromise.resolve(check({ ${names.join(', ')} })).then(console.log);`,
  );
  expectSame('CommonJS', common, same);
  return same;
}

function asModule({ modules, program }: InstallCheck): string {
  const imports = Object.entries(modules).map(
    ([name, from]) => `import * as ${name} from '${from}';`,
  );
  return `${imports.join('\n')}\n${program}`;
}

/** Errors in declarations of packages that are not ours are counted and not held against us. */
function checkTypes(project: EmptyProject, { types, withNodeTypes = false }: InstallCheck): string {
  writeFileSync(join(project.folder, 'check.mts'), types);
  const typeRoots = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
  const options = [
    ...['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'],
    ...['--pretty', 'false', '--target', 'es2022'],
    ...['--lib', withNodeTypes ? 'es2022,dom,esnext.disposable' : 'es2022'],
    ...(withNodeTypes ? typeRoots : []),
  ];
  let foreign = 0;
  for (const [module, resolution] of [
    ['node16', 'node16'],
    ['esnext', 'bundler'],
  ] as const) {
    const how = ['--module', module, '--moduleResolution', resolution, 'check.mts'];
    const errors = typeErrors(project, [...options, ...how]);
    const ours = errors.filter((line) => /^(check\.mts|node_modules\/@mammo\/)/.test(line));
    expectSame(`strict TypeScript, ${resolution}`, ours.join('\n'), '');
    foreign = Math.max(foreign, errors.length);
  }
  return foreign === 0 ? '' : ` (${foreign} errors in declarations of others)`;
}

function typeErrors({ folder, node }: EmptyProject, args: readonly string[]): readonly string[] {
  const tsc = join(ROOT, 'node_modules/@typescript/native/bin/tsc');
  const output = node(
    'types.mjs',
    `import { spawnSync } from 'node:child_process';
    const { stdout, stderr } = spawnSync(process.execPath, ${JSON.stringify([tsc, ...args])}, { cwd: ${JSON.stringify(folder)}, encoding: 'utf8', maxBuffer: 2 ** 28 });
    process.stdout.write(stdout + stderr);`,
  );
  return output.split('\n').filter((line) => /error TS\d+/.test(line));
}

async function checkPage(
  project: EmptyProject,
  check: InstallCheck,
  expected: string,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const budget of check.budgets) {
    const weight = await weigh(project, budget);
    found.push(`${budget.what} ${weight.toFixed(1)} of ${budget.kilobytes} kB`);
  }
  if (!check.page) return found;
  const names = Object.keys(check.modules).join(', ');
  const program = `${asModule(check)}
    const tell = (text) => { document.body.textContent = text; };
    Promise.resolve().then(() => check({ ${names} })).then(tell, (error) => tell(error.stack));`;
  const text = textOfPage(project, await bundle(project, 'page', program));
  if (text === undefined) return [...found, 'no page: there is no Chromium'];
  expectSame('page', text, expected);
  return [...found, 'the same in a page'];
}
