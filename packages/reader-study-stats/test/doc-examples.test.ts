import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import * as formats from '../src/formats/index.ts';
import * as stats from '../src/index.ts';
import * as report from '../src/report/index.ts';

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

/** What the examples take as given: a study of five readers, tables of ratings, sheets of marks. */
function scene(): Readonly<Record<string, unknown>> {
  const { DEMO_READERS, planReaderStudy, simulateReads, simulateRoeMetz } = stats;
  const cases = Array.from({ length: 1400 }, (_, i): stats.StudyCase => {
    const split = i % 2 ? 'training' : i % 4 ? 'validation' : 'test';
    return { caseId: `c${i}`, patientId: `p${i}`, label: i % 5 ? 'negative' : 'positive', split };
  });
  const fakes = cases.map(({ caseId, label }): stats.StudyFake => {
    const intendedLabel = label === 'positive' ? 'negative' : 'positive';
    return { fakeId: `f${caseId}`, caseId, intendedLabel };
  });
  const readers = DEMO_READERS.map(({ reader }) => reader);
  const plan = planReaderStudy({ cases, fakes, readers, seed: 7 });
  const reads = simulateReads(plan, DEMO_READERS, { seed: 7 }).map((read) => {
    return { ...read, reader: read.reader.replace('simulated-', 'R') };
  });
  const variance = { reader: 0.03, case: 0.1, testByReader: 0.03, testByCase: 0.1 };
  const ratings = simulateRoeMetz({
    ...{ readers: 3, positives: 20, negatives: 20, separations: [1.5, 1.8], seed: 1 },
    variances: { ...variance, readerByCase: 0.2, error: 0.6 },
  }).map((row) => ({ ...row, truth: row.truth === '1' ? 'cancer' : 'healthy' }));
  const marks = ['r1', 'r2'].flatMap((reader) =>
    ['A', 'B'].flatMap((modality) => [
      { reader, modality, case: 'd1', rating: 4, lesion: 'a' },
      { reader, modality, case: 'n1', rating: 2 },
    ]),
  );
  const sheets = formats.formatJafroc({
    marks,
    cases: ['d1', 'd2', 'n1', 'n2'].map((id) => {
      return { case: id, lesions: id.startsWith('d') ? [{ lesion: 'a' }] : [] };
    }),
  });
  return { plan, reads, csv: formats.formatRows(ratings), ...sheets };
}

/** The blocks of every file's doc comments that say what comes out. */
function examples(): readonly { readonly name: string; readonly code: string }[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .flatMap((file) => {
      const source = readFileSync(join(SOURCES, file), 'utf8');
      const blocks = source.matchAll(/^ *\* ```ts\n((?: *\*.*\n)*?) *\* ```$/gm);
      return [...blocks].map(([, block = ''], i) => ({
        name: `${file}, example ${i + 1}`,
        code: block.replace(/^ *\* ?/gm, ''),
      }));
    })
    .filter(({ code }) => code.includes('// =>'));
}

/** `statement; // => value` becomes an expectation; types are left out. */
function program(code: string): string {
  return code
    .replace(/ as (?:const|[A-Z]\w+)/g, '')
    .replace(/^((?:(?!;(?:\n| \/\/))[\s\S])*?); \/\/ => (.*)$/gm, 'expect($1).toEqual($2);');
}

describe('examples in doc comments', () => {
  const names = { ...stats, ...formats, ...report, ...scene(), expect };
  const found = examples();

  test('are found', () => {
    expect(found.length).toBeGreaterThan(100);
  });

  test.each(found)('$name gives what it says', ({ code }) => {
    const run = runInThisContext(`(${Object.keys(names)}) => {{\n${program(code)}\n}}`);
    run(...Object.values(names));
    expect.hasAssertions();
  });
});
