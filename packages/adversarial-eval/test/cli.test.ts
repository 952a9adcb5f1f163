import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../src/cli/run-command.ts';
import { evaluatePaired } from '../src/evaluate-paired.ts';
import type { EvaluationResults } from '../src/evaluation-results.ts';
import { formatRecordLines } from '../src/records/record-lines.ts';
import { formatRecords } from '../src/records/records-csv.ts';
import { toScoreTables } from '../src/records/score-tables.ts';
import { renderReport } from '../src/report/render-report.ts';
import { paperRecords } from './paper-records.ts';

vi.setConfig({ testTimeout: 30_000 });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'adversarial-eval-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text?: string): string {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
}

async function run(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommand(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  return { code, out: out.join(''), err: err.join('') };
}

async function resultsOf(...args: readonly string[]): Promise<EvaluationResults> {
  const { code, out, err } = await run('report', ...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as EvaluationResults;
}

const csv = formatRecords(paperRecords);
const expected = JSON.parse(JSON.stringify(evaluatePaired(paperRecords)));

describe('adversarial-eval report', () => {
  it('writes a page beside the file and says Table 1', async () => {
    const { code, out, err } = await run('report', file('pairs.csv', csv));
    expect(code).toBe(0);
    expect(err).toBe(`${file('pairs.report.html')} written\n`);
    expect(out).toMatch(/^fooled, of positives that were correct +95.5 % \(42\/44; /m);
    expect(out).toContain('warning: low-auc: ');
    expect(readFileSync(file('pairs.report.html'), 'utf8')).toMatch(/^<!doctype html>/);
    expect(readdirSync(folder).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it('reads CSV, JSON Lines, score tables, RobustBench arrays and its own results alike', async () => {
    const path = file('pairs.csv', csv);
    const fromCsv = await resultsOf(path);
    expect(fromCsv.evaluation).toEqual(expected);
    expect(await resultsOf(file('pairs.jsonl', formatRecordLines(paperRecords)))).toEqual({
      ...fromCsv,
      title: 'pairs.jsonl',
    });
    const { cases, real, fake } = toScoreTables(paperRecords);
    const tables = ['--real', file('real.csv', real), '--fake', file('fake.csv', fake)];
    const fromTables = await resultsOf(
      file('cases.csv', cases),
      ...tables,
      '--output',
      'probability',
    );
    expect(fromTables.evaluation).toEqual(expected);
    const bench = {
      model: 'm',
      attack: 'gan',
      output: 'probability',
      y: paperRecords.map(({ label }) => Number(label === 'positive')),
      clean: paperRecords.map(({ scoreReal }) => scoreReal),
      adversarial: paperRecords.map(({ scoreFake }) => scoreFake),
      patients: paperRecords.map(({ patientId }) => patientId),
    };
    const fromBench = await resultsOf(file('bench.json', JSON.stringify(bench)));
    expect(fromBench.evaluation.fooled).toEqual(expected.fooled);
    const results = file('results.json', JSON.stringify(fromCsv));
    expect(await resultsOf(results)).toEqual(fromCsv);
  });

  it('evaluates as it is told', async () => {
    const path = file('pairs.csv', csv);
    const told = ['--threshold', '0.3', '--level', '0.9', '--bootstrap', '200', '--seed', '7'];
    const { evaluation, title } = await resultsOf(path, ...told, '--title', 'mine');
    expect(title).toBe('mine');
    const bootstrap = { unit: 'patient', replicates: 200, seed: 7 } as const;
    expect(evaluation).toEqual(
      JSON.parse(
        JSON.stringify(evaluatePaired(paperRecords, { threshold: 0.3, level: 0.9, bootstrap })),
      ),
    );
    const wilson = await resultsOf(path, '--ci', 'wilson');
    expect(wilson.evaluation.fooled.both).toMatchObject({ method: 'wilson', k: 251, n: 363 });
  });

  it('understands a hospital’s names, words and logits', async () => {
    const table = 'image;truth;before;after;site\na;malignant;2.5;-1;X\nb;benign;-3;4;Y\n';
    const { evaluation } = await resultsOf(
      ...[file('hospital.csv', table), '--score-kind', 'logit', '--other-columns', 'stratum'],
      ...['--labels', 'malignant=positive,benign=negative'],
      ...['--columns', 'caseId=image,label=truth,scoreReal=before,scoreFake=after'],
    );
    expect(evaluation).toMatchObject({ threshold: 0, fooled: { both: { k: 2, n: 2 } } });
    expect(evaluation.strata.map(({ value }) => value)).toEqual(['X', 'Y']);
  });

  it('makes budget curve and transfer matrix where the file has them', async () => {
    const models = ['A', 'B'].flatMap((victimId) =>
      [1, 2].flatMap((epsilon) =>
        paperRecords.map((record, i) => ({
          ...record,
          epsilon,
          craftedOn: 'A',
          victimId,
          scoreFake: i % 2 < epsilon ? record.scoreFake : record.scoreReal,
        })),
      ),
    );
    const path = file('models.csv', formatRecords(models));
    const { evaluation, budget, transfer } = await resultsOf(path);
    expect(evaluation.pairs[0]).toMatchObject({ victimId: 'A', epsilon: 2 });
    expect(budget?.points.map(({ epsilon }) => epsilon)).toEqual([1, 2]);
    expect(transfer?.victims).toEqual(['A', 'B']);
    const one = await resultsOf(path, '--victim', 'B', '--epsilon', '1');
    expect(one.evaluation.pairs[0]).toMatchObject({ victimId: 'B', epsilon: 1 });
    expect([one.budget, one.transfer]).toEqual([undefined, undefined]);
    const missing = await run('report', file('hole.csv', formatRecords(models.slice(1, 876))));
    expect(missing.code).toBe(1);
    expect(missing.err).toMatch(/case positive-0: /);
    expect(missing.err).not.toMatch(/row \d/);
  });

  it('writes every format, and figures that Markdown links', async () => {
    const path = file('pairs.csv', csv);
    const results = { ...(await resultsOf(path)) };
    for (const [format, name] of Object.entries({ csv: 'x.csv', json: 'x.json', latex: 'x.tex' })) {
      await run('report', path, '--format', format, '--out', file(name));
      expect(readFileSync(file(name), 'utf8')).toBe(
        renderReport(results, { format: format as 'csv' }),
      );
    }
    const figures = ['--format', 'markdown', '--svg', file('figures'), '--out', file('x.md')];
    const { err } = await run('report', path, ...figures);
    expect(err).toContain(`4 figures in ${file('figures')}\n`);
    expect(readFileSync(file('x.md'), 'utf8')).toContain('](<figures/roc.svg>)');
    expect(readFileSync(file('figures/roc.svg'), 'utf8')).toMatch(/^<svg/);
  });

  it('explains wrong usage with exit code 2', async () => {
    const path = file('pairs.csv', csv);
    const twice = file(
      'twice.csv',
      formatRecords([...paperRecords, ...paperRecords.map((r) => ({ ...r, attackId: 'pgd' }))]),
    );
    const cases: readonly (readonly [readonly string[], string])[] = [
      [[], 'adversarial-eval: a command must be given'],
      [['repeat'], 'adversarial-eval: no command repeat'],
      [['report'], 'one file must be given, got nothing'],
      [['report', 'a', 'b'], 'one file must be given, got 2'],
      [['report', file('absent')], 'must be a file that can be read, got ENOENT'],
      [['report', path, '--colour'], "Unknown option '--colour'"],
      [['report', path, '--format', 'pdf'], '--format must be html or markdown or csv'],
      [['report', path, '--threshold', '2'], '--threshold must be a number in 0..1, got 2'],
      [['report', path, '--bootstrap', '200'], '--bootstrap and --seed must be given together'],
      [['report', path, '--ci', 'bootstrap'], '--ci bootstrap must have --bootstrap and --seed'],
      [['report', path, '--real', path], '--real and --fake must be given together'],
      [['report', path, '--columns', 'id=image'], '--columns must name fields (caseId, label'],
      [['report', path, '--labels', 'a=b'], '--labels must be pairs such as a=b,c=d, got a=b'],
      [['report', path, '--victim', 'Z'], 'no pair of the file is selected'],
      [['report', path, '--out', path], 'itself'],
      [['report', twice], '--attack must be gan or pgd'],
    ];
    for (const [args, message] of cases) {
      const { code, out, err } = await run(...args);
      expect({ args, code, out }).toEqual({ args, code: 2, out: '' });
      expect(err).toContain(message);
      expect(err).not.toMatch(/^\s+at /m);
    }
  });
});

describe('adversarial-eval validate', () => {
  it('finds nothing wrong with good files', async () => {
    const { code, out } = await run('validate', file('pairs.csv', csv));
    expect([code, out]).toEqual([
      0,
      `${file('pairs.csv')}: 438 pairs of 219 patients, no problem\n`,
    ]);
    const results = file(
      'good.json',
      JSON.stringify({ schema: 'adversarial-eval/1', evaluation: expected }),
    );
    expect(JSON.parse((await run('validate', results, '--json')).out)).toEqual({
      file: results,
      kind: 'results',
      pairs: 438,
      patients: 219,
      problems: [],
    });
  });

  it('lists all problems with their rows', async () => {
    const bad =
      'caseId,label,scoreReal,scoreFake\na,positive,,0.2\nb,benign,0.1,7\na,positive,0.9,0.2\n';
    const { code, out } = await run('validate', file('bad.csv', bad));
    expect(code).toBe(1);
    expect(out).toContain('row 2 (a): scoreReal is missing: a fake without its real image\n');
    expect(out).toContain('row 3 (b): label must be positive or negative, got "benign"\n');
    expect(out).toContain('row 3 (b): scoreFake must be a number in [0, 1], got 7\n');
    expect(out).toMatch(/row 4 \(a\): .* already in row 2\n/);
    expect(out).toContain('there must be at least one negative image, got 0\n');
    const { problems } = JSON.parse((await run('validate', file('bad.csv'), '--json')).out);
    expect(problems).toHaveLength(out.split('\n').length - 2);
    expect((await run('report', file('bad.csv'))).code).toBe(1);
  });

  it('checks results against their schema', async () => {
    const broken = {
      schema: 'adversarial-eval/1',
      evaluation: { ...expected, level: 2, extra: 1 },
    };
    const { code, out } = await run('validate', file('broken.json', JSON.stringify(broken)));
    expect(code).toBe(1);
    expect(out).toContain('/evaluation: must NOT have additional properties: extra\n');
    expect(out).toContain('/evaluation/level: must be < 1\n');
    const text = await run('validate', file('text.json', '{'));
    expect([text.code, text.out]).toEqual([1, expect.stringContaining('the file: must be JSON')]);
    expect((await run('report', file('broken.json'))).err).toContain('results: 2 problems');
  });
});

describe('adversarial-eval', () => {
  it('says what it can', async () => {
    const { code, out } = await run('--help');
    expect([code, out]).toEqual([0, expect.stringContaining('not a medical device')]);
    for (const name of ['report', 'validate']) {
      expect(out).toContain(name);
      const help = (await run(name, '--help')).out;
      expect(help).toMatch(new RegExp(`^Usage: adversarial-eval ${name} [\\s\\S]*Examples:\\n`));
    }
  });
});
