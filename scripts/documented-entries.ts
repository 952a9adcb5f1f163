import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, type ProjectReflection } from 'typedoc';

/** The folder of the repository. */
const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Manifest {
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, unknown>>;
}

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8'));
}

/** The packages that are published. */
function publicPackages(): readonly string[] {
  return readdirSync(join(ROOT, 'packages')).filter((name) => !manifestOf(name).private);
}

/** The source files of every public entry of every package, as the packages' `exports` name them. */
function publicEntries(): readonly string[] {
  return publicPackages().flatMap((name) => {
    const { exports } = manifestOf(name);
    return Object.values(exports).flatMap((entry) => {
      const source = (entry as Readonly<Record<string, string>>)['@mammo/source'];
      return source === undefined ? [] : [join('packages', name, source)];
    });
  });
}

/** What TypeDoc reads in those entries; their types are checked elsewhere. */
export async function readPublicNames(): Promise<{
  readonly typedoc: Application;
  readonly project: ProjectReflection;
}> {
  const typedoc = await Application.bootstrap({
    name: 'mammo: every public name',
    entryPointStrategy: 'resolve',
    entryPoints: [...publicEntries()],
    basePath: ROOT,
    displayBasePath: ROOT,
    tsconfig: join(ROOT, 'tsconfig.base.json'),
    skipErrorChecking: true,
    readme: 'none',
    disableSources: true,
    excludeInternal: true,
    hideGenerator: true,
    includeVersion: false,
    packagesRequiringDocumentation: publicPackages().map((name) => `@mammo/${name}`),
    validation: { notDocumented: true, notExported: false, invalidLink: true },
    logLevel: 'Warn',
  });
  const project = await typedoc.convert();
  if (project === undefined) throw new Error('readPublicNames: TypeDoc could not read the entries');
  return { typedoc, project };
}
