import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkStudyConfig } from '../../src/analysis/study-config.ts';
import { runCommand } from '../../src/cli/run-command.ts';
import { formatJafroc } from '../../src/formats/format-jafroc.ts';
import type { FrocStudy } from '../../src/froc/froc-marks.ts';
import { sharedIsAbsent } from '../goldens.ts';
import { goldenJson } from '../mrmc-goldens.ts';
import { inventedStudy } from './froc-study.ts';

const folder = mkdtempSync(join(tmpdir(), 'froc-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Tony's study as RJafroc numbers it: normal cases first. */
function tonyStudy(): FrocStudy {
  const { K1, modalityID, lesionsPerCase, NL, LL } = goldenJson('froc_tony.json');
  const place = (of: typeof NL, i: number, id: number) => ({
    reader: String(of.reader[i]),
    modality: modalityID[of.modality[i] - 1],
    case: String(id),
    rating: of.rating[i],
  });
  return {
    cases: [
      ...Array.from({ length: K1 }, (_, i) => ({ case: String(i + 1), lesions: [] })),
      ...lesionsPerCase.map((count: number, i: number) => ({
        case: String(K1 + i + 1),
        lesions: Array.from({ length: count }, (_, l) => ({ lesion: String(l + 1) })),
      })),
    ],
    marks: [
      ...LL.rating.map((_: number, i: number) => ({
        ...place(LL, i, K1 + LL.diseasedCase[i]),
        lesion: String(LL.lesion[i]),
      })),
      ...NL.rating.map((_: number, i: number) => place(NL, i, NL.case[i])),
    ],
  };
}

async function analyze(study: FrocStudy, config: object) {
  const path = mkdtempSync(join(folder, 'study-'));
  mkdirSync(path, { recursive: true });
  const { tp, fp, truth } = formatJafroc(study);
  writeFileSync(join(path, 'TP.csv'), tp);
  writeFileSync(join(path, 'FP.csv'), fp);
  writeFileSync(join(path, 'TRUTH.csv'), truth);
  writeFileSync(join(path, 'froc.json'), JSON.stringify({ analysis: 'froc', ...config }));
  const run = async (...more: string[]) => runIn('analyze', ...more);
  const runIn = async (command: string, ...more: string[]) => {
    let [out, err] = ['', ''];
    const context = {
      out: (text: string) => {
        out += text;
      },
      err: (text: string) => {
        err += text;
      },
    };
    const args = [command, path, '--config', join(path, 'froc.json'), ...more];
    const code = await runCommand(args, context);
    return { code, out, err };
  };
  return { run, runIn, html: join(path, 'report.html') };
}

describe('a report of free-response marks', () => {
  it('has data, differences, readers and curves, as text, JSON and page', async () => {
    const { run, html } = await analyze(inventedStudy(1), { direction: 'higher' });
    const { code, out } = await run('--json', '--html', html);
    expect(code).toBe(0);
    const report = JSON.parse(out);
    const { cases, marks } = inventedStudy(1);
    const lesions = cases.flatMap((one) => one.lesions).length;
    expect(report.data).toMatchObject({ marks: marks.length, lesions, abnormal: 8, normal: 8 });
    expect(report.figure).toBe('wAFROC');
    expect(report.curves[0].readers[0].points.at(-1)).toEqual({
      falseCaseRate: 1,
      weightedSensitivity: 1,
    });
    expect((await run()).out).toContain('cases with lesions');
  });

  it.skipIf(sharedIsAbsent)('gives RJafroc’s numbers from JAFROC sheets', async () => {
    const { run } = await analyze(tonyStudy(), { direction: 'higher' });
    const { means, differences } = JSON.parse((await run('--json')).out);
    const foms = goldenJson('froc_tony.expected.json').St_wAFROC_RRRC.FOMs;
    expect(means[0].estimate).toBeCloseTo(foms.trtMeans.Estimate[0], 10);
    expect(differences[0].estimate).toBeCloseTo(foms.trtMeanDiffs.Estimate, 10);
  });

  it('is checked first, in both tables', async () => {
    const { runIn } = await analyze(inventedStudy(1), { direction: 'higher' });
    expect((await runIn('validate')).out).toContain('reads, 0 problems');
    const { cases, marks } = inventedStudy(1);
    const bad = await analyze(
      { cases, marks: [...marks, ...marks.filter(({ lesion }) => lesion).slice(0, 1)] },
      { direction: 'higher' },
    );
    const { code, out } = await bad.runIn('validate');
    expect([code, out]).toEqual([1, expect.stringContaining('1 problem')]);
  });

  it('takes every figure, and refuses what is not for marks', async () => {
    for (const kind of ['AFROC', 'wAFROC1', 'AFROC1', 'inferred-ROC']) {
      const { run } = await analyze(inventedStudy(1), { direction: 'higher', figure: { kind } });
      expect((await run()).code).toBe(0);
    }
    const config = {
      analysis: 'froc',
      figure: { kind: 'auc' },
      method: 'u-statistics',
      margin: { kind: 'non-inferiority', value: 0.1 },
    };
    expect(() => checkStudyConfig(config)).toThrow(
      /method is not for the analysis froc\n.*figure.kind auc is for ratings only\n.*direction is missing\n.*margin.better is missing/,
    );
    expect(() => checkStudyConfig({ figure: { kind: 'AFROC' } })).toThrow(
      'figure.kind AFROC is for the analysis froc only',
    );
  });
});
