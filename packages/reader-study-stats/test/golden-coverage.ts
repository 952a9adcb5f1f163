import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { TestProject } from 'vitest/node';

/**
 * After a run of all tests: every number of every golden, our own and the shared ones, must have been read by a test, or
 * stand below with the reason why it is not compared.
 */
const NOT_COMPARED: readonly {
  readonly golden: RegExp;
  readonly path: RegExp;
  readonly why: string;
}[] = [
  {
    golden: /./,
    path: /\/perReader\//,
    why: "rows of iMRMC per reader; the figures of readers are compared with MRMCaov's, their single variances with nothing",
  },
  {
    golden: /./,
    path: /\/varDecomp\//,
    why: "iMRMC's moments and components of every pair and variant; the same of the R engine are compared",
  },
  {
    golden: /./,
    path: /\/(reject\w+|pValueNormal|botCInormal|topCInormal)(\/|$)/,
    why: "iMRMC's normal distribution whatever the degrees of freedom, and its decisions, which p-values contain",
  },
  {
    golden: /vandyke/,
    path: /\/(binormal_auc_values\/2\.4|binormal_params\/b\/7)$/,
    why: 'test 2, reader 4 has no interior operating point: area 1 and no curve, which is a status here',
  },
  {
    golden: /rjafroc/,
    path: /\/binormal_MLE\/\w+\/b$/,
    why: "RJafroc's b, which its area and a determine",
  },
  {
    golden: /imrmc_R/,
    path: /Hillis/,
    why: "Hillis' degrees of freedom in iMRMC's output; those of Obuchowski-Rockette are compared with MRMCaov's",
  },
  {
    golden: /readersnested/,
    path: /\/imrmc_.*\/(dfBDG|pValueBDG|botCIBDG|topCIBDG)/,
    why: 'iMRMC in Java and in R disagree on degrees of freedom of unpaired readers: variances are compared',
  },
  {
    golden: /viper/,
    path: /\/stored\/|^\/(n|labels|truth|reads|counts)|\/(nReaders|nObs|nCases|nonCancer|cancer|birads\w+)$/,
    why: "Java's table of the same analyses, compared where it is recomputed; counts",
  },
  {
    golden: /./,
    path: /\/vcov(_comps)?\/Correlation\//,
    why: 'ratios of components that are compared',
  },
  {
    golden: /./,
    path: /\/(test_equality|equality)\/(MS.*|Cov\d|Denominator|p-value|F|df\d?|X2)$/,
    why: 'mean squares and covariances that stand in anova and vcov_comps too, and the denominator that F contains',
  },
  {
    golden: /./,
    path: /\/(test_means|means)\/(MS\(R\)|Cov2|Var\(Error\))\//,
    why: 'parts of standard errors that are compared',
  },
  {
    golden: /./,
    path: /\/reader_test_diffs\//,
    why: "MRMCaov recycles the readers' standard errors over the comparisons; the first of each are compared",
  },
  { golden: /./, path: /\/design$/, why: "MRMCaov's code of the design" },
  {
    golden: /vandyke\.mrmcaov/,
    path: /\/binormal_auc\.jackknife\.RRRC\//,
    why: 'figures that stand in binormal_auc_values too; components that its test contains',
  },
  {
    golden: /rjafroc|penedo/,
    path: /\/rjafroc\/|\/VanDyke\/(OR_jackknife|DBM)\//,
    why: "RJafroc's tables beside the compared ones: figures, mean squares, components and intervals of treatments and readers; not compared",
  },
  {
    golden: /rjafroc/,
    path: /\/power\//,
    why: "RJafroc's powers at other numbers of readers; those at the plan's are compared",
  },
  {
    golden: /froc_tony/,
    path: /./,
    why: "RJafroc's tables beside the compared ones; not compared",
  },
  {
    golden: /paper_text/,
    path: /./,
    why: "rates quoted in the paper's text, from which the counts were inferred that are compared",
  },
  {
    golden: /paper_method_calibration/,
    path: /./,
    why: 'shares under settings that the tests do not simulate',
  },
  {
    golden: /readerstudy_sim_dev\.expected/,
    path: /./,
    why: 'parts of comparisons that are compared: accuracies of groups and sessions, χ² and z of the same tables',
  },
  {
    golden: /readerstudy_sim_dev\.models/,
    path: /./,
    why: 'medians and totals of seconds, which need no statistics',
  },
  {
    golden: /models_sim/,
    path: /\/default_/,
    why: "lme4 stopped early by its default; compat 'lme4' is compared on the golden study",
  },
  {
    golden: /agreement/,
    path: /\/krippendorff\//,
    why: "irrCAC's parts of α, and α under its own ordinal weights, which are not Krippendorff's metric",
  },
  { golden: /agreement/, path: /\/fleiss\/p$/, why: 'a p of exactly 0' },
];

const fixtures = join(import.meta.dirname, 'fixtures');
const shared = join(
  process.env.MAMMO_TEST_DATA ?? join(import.meta.dirname, '../../../../shared/data'),
  'reader-study',
);

export function setup(project: TestProject): (() => void) | undefined {
  if (project.config.testNamePattern !== undefined || !existsSync(shared)) {
    project.provide('goldenReads', null);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'golden-reads-'));
  project.provide('goldenReads', folder);
  return () => {
    const unread = unreadNumbers(folder);
    rmSync(folder, { recursive: true });
    if (unread.length === 0) return;
    const shown = unread.join('\n  ');
    throw new Error(`goldens: ${unread.length} numbers are compared by no test:\n  ${shown}`);
  };
}

function unreadNumbers(folder: string): readonly string[] {
  const read = new Map<string, Set<string>>();
  const ran = new Set<string>();
  for (const file of readdirSync(folder)) {
    const { test, reads } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      readonly test: string;
      readonly reads: Readonly<Record<string, readonly string[]>>;
    };
    ran.add(basename(test));
    for (const [name, paths] of Object.entries(reads)) {
      read.set(name, new Set([...(read.get(name) ?? []), ...paths]));
    }
  }
  if (!testsOfGoldens().every((name) => ran.has(name))) return [];
  return goldenFiles().flatMap(({ name, path }) => {
    const excused = NOT_COMPARED.filter(({ golden }) => golden.test(name));
    return numbersOf(JSON.parse(readFileSync(path, 'utf8')), '')
      .filter((at) => !read.get(name)?.has(at) && !excused.some((entry) => entry.path.test(at)))
      .map((at) => `${name}${at}`);
  });
}

/** The test files that use goldens: only when all of them ran can anything be missing. */
function testsOfGoldens(): readonly string[] {
  return readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .filter((name) => /goldens\.ts'/.test(readFileSync(join(import.meta.dirname, name), 'utf8')))
    .map((name) => basename(name));
}

/** Our own, and those of the shared folder, where it is there, that have no copy among them. */
function goldenFiles(): readonly { readonly name: string; readonly path: string }[] {
  const own = jsonFiles(fixtures);
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...jsonFiles(shared).filter(({ name }) => !names.has(name))];
}

function jsonFiles(folder: string): readonly { readonly name: string; readonly path: string }[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => ({ name, path: join(folder, name) }));
  } catch {
    return [];
  }
}

function numbersOf(value: unknown, path: string): readonly string[] {
  if (typeof value === 'number') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, own]) => numbersOf(own, `${path}/${key}`));
}
