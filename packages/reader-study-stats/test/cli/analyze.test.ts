import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fleissKappa } from '../../src/agreement/chance-corrected.ts';
import { obuchowskiRockette } from '../../src/mrmc/obuchowski-rockette.ts';
import { fixtureText } from '../goldens.ts';
import { goldenJson, goldenRows, goldenStudy } from '../mrmc-goldens.ts';
import { CODING, COLUMNS, folder, get, put, run, useTables } from './command-line.ts';
import { unknownNumbers } from './numbers-of-page.ts';

useTables();

describe('analyze', () => {
  it('gives the numbers of the method as JSON', async () => {
    const { code, out } = await run('analyze', 'crossed.csv', '--config', 'study.json', '--json');
    expect(code).toBe(0);
    const report = JSON.parse(out);
    const expected = obuchowskiRockette(goldenStudy('sim_crossed_dev.csv'));
    expect(report.equality.statistic).toBe(expected.equality.statistic);
    expect(report.differences).toEqual(JSON.parse(JSON.stringify(expected.differences)));
    expect(report.components).toEqual(expected.components);
    expect(report.readers.length).toBe(
      report.data.readers.length *
        (report.data.tests.length +
          (report.data.tests.length * (report.data.tests.length - 1)) / 2),
    );
  });

  it('has every method, figure, model and convention', async () => {
    for (const more of [
      { method: 'dorfman-berbaum-metz', model: 'FRRC' },
      { method: 'u-statistics', estimator: 'mle', compat: 'imrmc' },
      { method: 'u-statistics', figure: { kind: 'sensitivity', threshold: 3 } },
      { figure: { kind: 'specificity', threshold: 3 }, model: 'RRFC', compat: 'iowa' },
      { covariance: 'delong', alpha: 0.1, alternative: 'greater' },
      { margin: { kind: 'equivalence', value: 0.2 } },
      { margin: { kind: 'non-inferiority', value: 0.2, better: 'higher' }, alpha: 0.1 },
    ]) {
      put('more.json', JSON.stringify({ ...CODING, ...COLUMNS, ...more }));
      const { code, out, err } = await run('analyze', 'crossed.csv', '--config', 'more.json');
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain('Mean figures');
    }
  });

  it('turns thresholds around with the direction', async () => {
    const csv = fixtureText('sim_crossed_dev.csv').replace(
      /,(\d+)$/gm,
      (_, rating) => `,${6 - Number(rating)}`,
    );
    put('turned.csv', csv);
    const sensitivity = async (file: string, direction: string, threshold: number) => {
      const figure = { kind: 'sensitivity', threshold };
      put('turned.json', JSON.stringify({ ...CODING, ...COLUMNS, direction, figure }));
      const { out } = await run('analyze', file, '--config', 'turned.json', '--json');
      return JSON.parse(out).means.map((mean: { estimate: number }) => mean.estimate);
    };
    expect(await sensitivity('turned.csv', 'lower', 2)).toEqual(
      await sensitivity('crossed.csv', 'higher', 4),
    );
  });

  it('counts unsure as the policy says', async () => {
    const rows = ['r1', 'r2'].flatMap((reader) =>
      ['A', 'B'].flatMap((test) =>
        ['real', 'unsure', 'not-real', 'unsure'].flatMap((label, i) => [
          [reader, `f${i}`, test, 'fake', i === 3 ? 'not-real' : label],
          [reader, `r${i}`, test, 'real', i === 2 ? 'real' : label],
        ]),
      ),
    );
    const table = [['reader', 'case', 'modality', 'truth', 'label'], ...rows];
    put('labels.csv', table.map((row) => `${row.join(',')}\n`).join(''));
    const areas = async (policy: string) => {
      const config = {
        positive: 'fake',
        negative: 'real',
        direction: 'higher',
        labels: { real: 1, unsure: 2, 'not-real': 3 },
        unsure: { policy },
      };
      put('labels.json', JSON.stringify(config));
      const { out, err } = await run('analyze', 'labels.csv', '--config', 'labels.json', '--json');
      if (err !== '') return err;
      const { data, means } = JSON.parse(out);
      return [data.excluded, means[0].estimate];
    };
    // fake: real, unsure, not-real, not-real; real: real, unsure, real, unsure
    expect(await areas('ordinal')).toEqual([0, 12 / 16]);
    expect(await areas('incorrect')).toEqual([0, 0.5]);
    expect(await areas('exclude')).toEqual([12, 5 / 6]);
    expect(await areas('half')).toContain('unsure.policy half is for answers only');
  });

  it('writes a page that holds the same report, and no number that is not in it', async () => {
    const args = ['analyze', 'crossed.csv', '--config', 'study.json', '--json', '--html', 'r.html'];
    const { out, err } = await run(...args);
    expect(err).toBe('r.html: written\n');
    const page = get('r.html');
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    const [, held = ''] = /<pre>(.*?)<\/pre>/s.exec(page) ?? [];
    const unescaped = held
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&');
    expect(JSON.parse(unescaped)).toEqual(JSON.parse(out));
    expect(page.match(/<svg/g)?.length).toBe(3 + JSON.parse(out).data.tests.length);
    expect(unknownNumbers(page, JSON.parse(out))).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it('gives accuracies of answers, compared between sessions', async () => {
    const config = { analysis: 'answers', unsure: { policy: 'incorrect', as: 'real' } };
    put('answers.json', JSON.stringify({ ...config, compare: { from: '3', to: '5' } }));
    const args = ['analyze', 'answers.csv', '--config', 'answers.json'];
    const { code, out } = await run(...args, '--json', '--html', 'answers.html');
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report.comparisons.length).toBe(2 * report.data.readers.length);
    expect(report.warnings[0]).toMatch(/simulated/);
    expect(report.effects.map((one: { model: string }) => one.model)).toEqual([
      'gee',
      'glmm',
      'gee',
      'glmm',
    ]);
    expect(report.timeRatio.ratio).toBeGreaterThan(0);
    expect(unknownNumbers(get('answers.html'), report)).toEqual([]);
    const text = await run(...args);
    expect(text.out).toContain('Skill and bias');
    put('answers.json', JSON.stringify({ ...config, compare: { from: '3', to: '9' } }));
    expect((await run(...args)).err).toContain('no reader has answers in both sessions 3 and 9');
  });

  it('lists every problem of reads and configuration, and exits with 1', async () => {
    put('bad.csv', 'reader,case,modality,truth,rating\nr1,c1,A,1,x\nr1,c2,A,1\n');
    const read = await run('analyze', 'bad.csv', '--config', 'study.json');
    expect(read.code).toBe(1);
    put('plain.json', JSON.stringify(CODING));
    expect((await run('analyze', 'bad.csv', '--config', 'plain.json')).err).toBe(
      'reader-study analyze: bad.csv: 2 problems\n' +
        '  row 2: rating must be a finite number, got "x"\n' +
        '  row 3: must have 5 fields, got 4\n',
    );
    for (const [config, message] of [
      ['{', 'must be JSON'],
      ['[]', 'the configuration must be an object, got []'],
      ['{"alpha":0.7,"tests":["A","A"],"__proto__":1}', '3 problems'],
      ['{"positive":"1","negative":"1"}', 'positive and negative must differ'],
      ['{"figure":{"kind":"sensitivity"}}', 'figure.threshold is missing'],
      ['{"figure":{"kind":"auc","threshold":1}}', 'figure.threshold is for sensitivity'],
      ['{"method":"u-statistics","model":"FRRC","covariance":"delong"}', '2 problems'],
      ['{"estimator":"mle"}', 'estimator is for u-statistics only'],
      ['{"margin":{"kind":"non-inferiority","value":1}}', 'margin.better is missing'],
      ['{"unsure":{"policy":"exclude"}}', 'labels are missing'],
      ['{"unsure":{"policy":"ordinal"},"labels":{"a":1}}', 'labels must give unsure a rating'],
      ['{"compare":{"from":"1","to":"2"}}', 'compare is for answers only'],
      ['{"analysis":"answers"}', 'unsure is missing'],
      ['{"analysis":"answers","unsure":{"policy":"ordinal"}}', 'ordinal is for ratings only'],
      [
        '{"analysis":"answers","unsure":{"policy":"half"},"compare":{"from":"1","to":"1"}}',
        '2 problems',
      ],
      [
        '{"positive":"1","columns":{"modality":"treatment"}}',
        'negative is missing\n  direction is missing',
      ],
    ] as const) {
      put('bad.json', config);
      const { code, err } = await run('analyze', 'crossed.csv', '--config', 'bad.json');
      expect([code, err]).toEqual([1, expect.stringContaining(message)]);
    }
    expect((await run('analyze', 'absent.csv', '--config', 'plain.json')).code).toBe(1);
  });

  it('refuses a configuration that contradicts the file', async () => {
    await run('convert', 'crossed.csv', '--config', 'study.json', '--out', 'c.lrc');
    put('bad.json', '{"direction":"lower"}');
    const { code, err } = await run('analyze', 'c.lrc', '--config', 'bad.json');
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('direction must be higher as the file says, got lower'),
    ]);
  });
});

describe('agreement', () => {
  it('of readers is that of the functions, test by test', async () => {
    const rows = goldenRows('sim_crossed_dev.csv');
    for (const scale of ['nominal', 'ordinal', 'interval'] as const) {
      put('agree.json', JSON.stringify({ analysis: 'agreement', scale, ...COLUMNS }));
      const args = ['analyze', 'crossed.csv', '--config', 'agree.json'];
      const { out } = await run(...args, '--json', '--html', 'agree.html');
      const report = JSON.parse(out);
      const [first] = report.tests;
      const own = rows.filter((row) => row.modality === first.test);
      const cases = [...new Set(own.map((row) => row.case))];
      const ratings = cases.map((id) =>
        own.filter((row) => row.case === id).map((row) => row.rating!),
      );
      const weights = { nominal: 'unweighted', ordinal: 'linear', interval: 'quadratic' } as const;
      const kappa = fleissKappa(ratings, { weights: weights[scale] });
      expect(first.kappa.estimate).toBeCloseTo(kappa.estimate!, 12);
      expect(first.icc === null).toBe(scale !== 'interval');
      expect(unknownNumbers(get('agree.html'), report)).toEqual([]);
    }
    put('agree.json', JSON.stringify({ analysis: 'agreement', ...COLUMNS }));
    expect((await run('analyze', 'crossed.csv', '--config', 'agree.json')).err).toContain(
      'scale is missing',
    );
    put('agree.json', '{"analysis":"agreement","scale":"nominal","readers":["r1"]}');
    put('twice.csv', 'reader,case,modality,truth,rating\nr1,c,A,1,1\nr1,c,A,1,2\nr2,c,A,1,2\n');
    expect((await run('analyze', 'twice.csv', '--config', 'agree.json')).err).toContain(
      '2 problems',
    );
  });
});

describe('answers in other words', () => {
  it('are read as the configuration says', async () => {
    const config = {
      analysis: 'answers',
      unsure: { policy: 'exclude' },
      columns: { case: 'image', appearance: 'class' },
      words: { label: { fake: 'not-real' }, appearance: { pos: 'positive', neg: 'negative' } },
    };
    put('words.json', JSON.stringify(config));
    const { out, err } = await run('analyze', 'golden.csv', '--config', 'words.json', '--json');
    expect(err).toBe('');
    const golden = goldenJson('readerstudy_sim_dev.expected.json').counts['S2|R1|real'];
    const rows: { session: string; reader: string; accuracy: { rate: number } }[] =
      JSON.parse(out).accuracies;
    const row = rows.find(({ session, reader }) => session === '2' && reader === 'R1');
    expect(row?.accuracy.rate).toBeCloseTo(golden.acc_unsure_excluded, 12);
    put('words.json', JSON.stringify({ ...config, words: { label: { fake: 'fake' } } }));
    expect((await run('analyze', 'golden.csv', '--config', 'words.json')).err).toContain(
      'words.label.fake must be real or not-real or unsure, got "fake"',
    );
  });
});

describe('the goldens', () => {
  it('come out of the command line', async () => {
    const { out } = await run('analyze', 'crossed.csv', '--config', 'study.json', '--json');
    const { equality } = JSON.parse(out);
    const text = JSON.stringify(goldenJson('sim_crossed_dev.expected.json'));
    expect(text).toContain(String(equality.statistic).slice(0, 9));
  });
});
