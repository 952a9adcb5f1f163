import { htmlText } from '@mammo/reader-study-stats/report';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluatePaired } from '../../src/evaluate-paired.ts';
import type { EvaluationResults } from '../../src/evaluation-results.ts';
import { evaluationHtml, renderReport, reportFigures } from '../../src/report/render-report.ts';
import { pair } from '../pairs.ts';
import { paperRecords } from '../paper-records.ts';
import { studyResults } from './study.ts';

const results = studyResults();
const html = renderReport(results, { format: 'html' });
const FORMATS = ['html', 'markdown', 'csv', 'latex', 'json'] as const;

/** Names that mean something to a program that reads a report. */
const HOSTILE = [
  '=cmd|calc!A0',
  '<script>alert(1)</script>',
  '\\input{/etc/passwd}',
  '50% of $x_1$ & #2 ^~',
  'a | b\nc',
  '**bold** [link](http://x)',
  'Müller–Straße',
];

function hostileResults(): EvaluationResults {
  const records = HOSTILE.flatMap((name, i) => [
    pair(`${name} p`, 'positive', [0.9, i % 2 ? 0.2 : 0.8], { strata: { [name]: name } }),
    pair(`${name} n`, 'negative', [0.1, i % 2 ? 0.7 : 0.3], { strata: { [name]: name } }),
  ]);
  const flag = studyResults().flags![0]!;
  return {
    schema: 'adversarial-eval/1',
    title: HOSTILE.join(' '),
    evaluation: evaluatePaired(records),
    flags: [{ ...flag, severity: 'error', message: HOSTILE.join(' '), cases: HOSTILE }],
  };
}

interface CsvLine {
  readonly [column: string]: string;
}

function csvLines(text: string): readonly CsvLine[] {
  return parse(text, { columns: true }) as CsvLine[];
}

describe('renderReport', () => {
  it('has the numbers of the JSON in CSV, with all digits', () => {
    const { fooled, aucReal } = results.evaluation;
    const lines = csvLines(renderReport(results, { format: 'csv' }));
    const cell = (table: string, row: string, column: string) =>
      lines.find((line) => line.table === table && line.row === row && line.column === column);
    const both = cell('table-1', 'fooled, of all that were correct', 'this evaluation');
    expect(both).toMatchObject({ status: 'ok', k: '251', n: '363', method: 'wilson-clustered' });
    expect([both?.estimate, both?.lower, both?.upper].map(Number)).toEqual([
      fooled.both.rate,
      fooled.both.lower,
      fooled.both.upper,
    ]);
    expect(Number(cell('table-1', 'AUC, real images', 'this evaluation')?.estimate)).toBe(
      aucReal.estimate,
    );
    expect(cell('table-1', 'AUC, real images', 'paper, 1728×1408')?.estimate).toBe('0.82');
    expect(cell('table-1', 'AUC, real images', 'paper, 1024×832')).toMatchObject({
      status: 'not known',
      estimate: '',
    });
    const curve = lines.filter(({ table }) => table === 'fooling-curve');
    expect(curve).toHaveLength(3 * results.evaluation.curve.length);
    const numbers = new Set<string>();
    JSON.stringify(results, (_, value) => {
      if (typeof value === 'number') numbers.add(String(value));
      return value;
    });
    const published = lines.filter(({ column }) => !column?.startsWith('paper'));
    for (const { estimate, lower, upper, k, n } of published) {
      for (const value of [estimate, lower, upper, k, n]) {
        if (value !== '') expect(numbers).toContain(value);
      }
    }
  });

  it('shows the same tables in HTML, Markdown and LaTeX', () => {
    const independent = paperRecords.map((record) => ({ ...record, patientId: record.caseId }));
    const evaluation = evaluatePaired(independent);
    const shown = ['95.5 % (42/44; 84.9 to 98.7)', '65.5 % (209/319; 60.1 to 70.5)'];
    const both = '69.1 % (251/363; 64.2 to 73.7)';
    for (const format of ['html', 'markdown'] as const) {
      const text = renderReport(evaluation, { format });
      for (const cell of [...shown, both]) expect(text).toContain(cell);
    }
    const latex = renderReport(evaluation, { format: 'latex' });
    for (const cell of [...shown, both]) expect(latex).toContain(cell.replace('%', '\\%'));
  });

  it('gives the results themselves as JSON', () => {
    expect(JSON.parse(renderReport(results, { format: 'json' }))).toEqual(
      JSON.parse(JSON.stringify(results)),
    );
  });

  it('writes HTML that needs nothing from elsewhere and names all its parts', () => {
    expect(html).not.toMatch(/<script|<link|<iframe|(src|href)="(?!data:)|url\(|@import/);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    const tables = html.match(/<table>/g)?.length;
    expect(html.match(/<caption>/g)).toHaveLength(tables!);
    const pictures = html.match(/<svg [^>]*role="img"[^>]*><title>[^<]+<\/title><desc>[^<]+/g);
    expect(pictures).toHaveLength(Object.keys(reportFigures(results)).length);
    const labels = [...html.matchAll(/role="region" aria-label="([^"]*)"/g)].map((m) => m[1]);
    expect(new Set(labels).size).toBe(labels.length);
    expect(html).toContain('not a medical device');
  });

  it('keeps hostile names words in every format', () => {
    const hostile = hostileResults();
    const page = renderReport(hostile, { format: 'html' });
    expect(page).not.toContain('<script');
    const markdown = renderReport(hostile, { format: 'markdown' });
    expect(markdown).not.toMatch(/<script|[^\\]\]\(http|http:\/\//);
    const rows = markdown.split('\n').filter((line) => line.startsWith('| '));
    for (const row of rows) expect(row.endsWith(' |')).toBe(true);

    const latex = renderReport(hostile, { format: 'latex' });
    expect(latex).not.toContain('\\input{/etc');
    const plain = latex.replace(/%$|^%.*$/gm, '').replace(/\\[\\{}&%$#_]/g, '');
    expect(plain.split('{').length).toBe(plain.split('}').length);
    expect(plain).not.toMatch(/[#%^~_]/);
    for (const [, columns, body] of latex.matchAll(
      /\\begin\{tabular\}\{([lr]+)\}([\s\S]*?)\\end\{tabular\}/g,
    )) {
      for (const line of body!.split('\n').filter((text) => text.endsWith('\\\\'))) {
        expect(line.replace(/\\&/g, '').split('&')).toHaveLength(columns!.length);
      }
    }
  });

  it('keeps formulas from spreadsheets unless told not to', () => {
    const message = (formulas?: 'escape' | 'keep'): string | undefined =>
      csvLines(
        renderReport(hostileResults(), { format: 'csv', ...(formulas && { formulas }) }),
      ).find(({ column }) => column === 'what was seen')?.text;
    expect(message()).toBe(`'${HOSTILE.join(' ')}`);
    expect(message('escape')).toBe(message());
    expect(message('keep')).toBe(HOSTILE.join(' '));
  });

  it('links figures in Markdown where they lie', () => {
    const figurePath = (name: string) => `pictures/${name}.svg`;
    expect(renderReport(results, { format: 'markdown' })).not.toContain('![');
    expect(renderReport(results, { format: 'markdown', figurePath })).toContain(
      '](<pictures/roc.svg>)',
    );
  });

  it('shows images as triplets with what is known of them', () => {
    const image = { height: 2, width: 2, maximum: 255 };
    const [real, fake] = [Uint8Array.of(0, 9, 9, 9), Uint8Array.of(9, 9, 9, 0)];
    const text = renderReport(results, {
      format: 'html',
      gallery: [{ caseId: 'positive-0', real, fake, ...image }],
    });
    expect(text.match(/<img src="data:image\/png;base64,[^"]+" [^>]*alt="[^"]+"/g)).toHaveLength(3);
    expect(text).toContain('positive-0: positive, score 0.600 → 0.100, fooled;');
    expect(text).toContain('alt="positive-0: synthetic fake"');
  });

  it('renders evaluations of any valid records, however degenerate', () => {
    const scores = fc.constantFrom(0, 0.5, 1, 0.7);
    const rows = fc.array(
      fc.record({
        positive: fc.boolean(),
        patient: fc.integer({ min: 0, max: 2 }),
        scores: fc.tuple(scores, scores),
        density: fc.constantFrom('A', undefined),
      }),
      { maxLength: 8 },
    );
    const property = fc.property(rows, (given) => {
      const evaluation = evaluatePaired([
        pair('p', 'positive', [1, 0]),
        pair('n', 'negative', [0, 1]),
        ...given.map((row, i) =>
          pair(`${i}`, row.positive ? 'positive' : 'negative', row.scores, {
            patientId: `${row.patient}`,
            ...(row.density && { strata: { density: row.density } }),
          }),
        ),
      ]);
      for (const format of FORMATS) {
        expect(renderReport(evaluation, { format })).not.toMatch(/\b(NaN|undefined|null %)\b/);
      }
    });
    fc.assert(property, { numRuns: 20, seed: 7 });
  });

  it('refuses formats and results that it does not know', () => {
    expect(() => renderReport(results, { format: 'pdf' } as never)).toThrow(
      'renderReport: format must be html, markdown, csv, json or latex, got pdf',
    );
    expect(() => renderReport({ schema: 'x' } as never, { format: 'html' })).toThrow(
      'renderReport: result must have schema adversarial-eval/1 or paired-evaluation/1, got x',
    );
  });
});

describe('evaluationHtml', () => {
  it('is the page without its frame', () => {
    const body = htmlText(evaluationHtml(results));
    expect(html).toContain(body);
    expect(body).not.toMatch(/<h1>|<html|<style>\s*:root/);
    expect(() => evaluationHtml({} as never)).toThrow('evaluationHtml: result must have schema');
  });
});

describe('reportFigures', () => {
  it('has every figure of the page by name', () => {
    const figures = reportFigures(results);
    expect(Object.keys(figures)).toEqual([
      'roc',
      'rates',
      'paired-scores',
      'fooling-curve',
      'strata',
      'budget',
      'transfer',
      'detectors',
      'detector-roc',
      'system',
    ]);
    for (const svg of Object.values(figures)) expect(html).toContain(svg);
    expect(() => reportFigures({} as never)).toThrow('reportFigures: result must have schema');
  });

  it('marks at most 1,000 pairs of a direction and says so', () => {
    const many = Array.from({ length: 2500 }, (_, i) =>
      pair(`${i}`, i < 2400 ? 'positive' : 'negative', [(i % 97) / 97, (i % 89) / 89]),
    );
    const evaluation = evaluatePaired(many);
    const marks = reportFigures(evaluation)['paired-scores']?.match(/<path class="fill-0"/g);
    expect(marks?.length).toBe(800 + 1); // and one in the legend
    expect(renderReport(evaluation, { format: 'html' })).toContain(
      'Shown are 800 of 2400 in remove',
    );
  });
});
