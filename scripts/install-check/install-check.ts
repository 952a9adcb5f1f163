import type { EmptyProject } from './empty-project.ts';

/** What a package must do where it is installed alone; `packages/NAME/install-check/check.ts` exports one as `check`. */
export interface InstallCheck {
  /** The modules that the program uses, by its names for them: entries of the package, an engine. */
  readonly modules: Readonly<Record<string, string>>;
  /** JavaScript that defines `check(modules)`, which gives a text or a promise of one: in Node and in a page alike. */
  readonly program: string;
  /** The text; where it is left out, it must only be the same everywhere. */
  readonly text?: string;
  /** What is installed beside the package from the registry: peers, an engine. */
  readonly beside?: readonly string[];
  /** A TypeScript module that uses the package's types, strictly, with the declarations of the package checked too. */
  readonly types: string;
  /** Whether its types ask for those of Node and of a page. */
  readonly withNodeTypes?: boolean;
  /** More that holds in Node: the package's command, its threads. */
  readonly more?: (project: EmptyProject, text: string) => void;
  /** Whether the program gives its text in a page too. */
  readonly page: boolean;
  /** What a page may load of it before it asks for more, minified and gzipped. */
  readonly budgets: readonly Budget[];
}

/** The most that a bundle may weigh. */
export interface Budget {
  readonly what: string;
  readonly program: string;
  readonly kilobytes: number;
  /** What stays outside of the bundle. */
  readonly external?: readonly (string | RegExp)[];
}

/** @throws Error if the two texts differ */
export function expectSame(what: string, got: string, expected: string): void {
  if (got === expected) return;
  throw new Error(`${what}: must give ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`);
}
