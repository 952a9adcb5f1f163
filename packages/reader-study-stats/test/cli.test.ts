import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fleissKappa } from '../src/agreement/chance-corrected.ts';
import { runCommand } from '../src/cli/run-command.ts';
import { parseLrc } from '../src/formats/parse-lrc.ts';
import { parseRows } from '../src/formats/rows-csv.ts';
import { obuchowskiRockette } from '../src/mrmc/obuchowski-rockette.ts';
import { formatReads } from '../src/reads-csv.ts';
import { fixtureText } from './goldens.ts';
import { goldenJson, goldenRows, goldenStudy } from './mrmc-goldens.ts';
import { simulatedStudy } from './simulated-study.ts';

let folder = '';
const CODING = { positive: '1', negative: '0', direction: 'higher' } as const;
const COLUMNS = { columns: { modality: 'treatment' } };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reader-study-'));
  put('crossed.csv', fixtureText('sim_crossed_dev.csv'));
  put('study.json', JSON.stringify({ ...CODING, ...COLUMNS }));
  const few = simulatedStudy().filter(({ order }) => order <= 60);
  put('answers.csv', formatReads(few.map((read) => ({ ...read, simulated: true }))));
  put('golden.csv', fixtureText('readerstudy_sim_dev.csv'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);
const put = (name: string, text: string) => writeFileSync(at(name), text);
const get = (name: string) => readFileSync(at(name), 'utf8');

async function run(...args: readonly string[]) {
  let [out, err] = ['', ''];
  const code = await runCommand(
    args.map((arg) => (/^[a-z][\w/-]*\.\w+$/.test(arg) ? at(arg) : arg)),
    {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    },
  );
  expect(`${out}${err}`, 'no stack traces').not.toMatch(/^\s+at /m);
  return { code, out, err: err.replaceAll(`${folder}/`, '') };
}

describe('reader-study', () => {
  it('says what it can', async () => {
    const help = await run('--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const name of ['analyze', 'validate', 'convert', 'plan', 'power']) {
      expect(help.out).toContain(name);
      const own = await run(name, '--help');
      expect(own.code).toBe(0);
      expect(own.out).toMatch(new RegExp(`^Usage: reader-study ${name} [\\s\\S]*Examples:\\n`));
    }
  });

  it('exits with 2 for wrong usage', async () => {
    for (const [args, message] of [
      [[], 'a command must be given'],
      [['analyse'], 'no command analyse'],
      [['analyze'], 'one file of reads must be given, got nothing'],
      [['analyze', 'a.csv', 'b.csv'], 'one file of reads must be given, got 2'],
      [['analyze', 'crossed.csv', '--what'], "Unknown option '--what'"],
      [['analyze', 'reads.xls'], '--format must be csv or imrmc or lrc'],
      [['analyze', 'crossed.csv', '--format', 'x'], '--format must be csv or imrmc or lrc, got x'],
      [['convert', 'crossed.csv'], '--out must name a file'],
      [['plan', 'cohort.csv'], '--seed must be given'],
      [['plan', 'cohort.csv', '--seed=-1'], '--seed must be a whole number in 0..'],
      [['plan', 'c.csv', '--seed', '1', '--out', 'x', '--readers', '../x'], '--readers must be'],
      [['power', 'crossed.csv'], '--effect must be given'],
      [['power', 'crossed.csv', '--effect', '.1'], '--readers must be given'],
    ] as const) {
      const { code, err } = await run(...args);
      expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});

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

describe('validate', () => {
  it('lists the problems of table and study, once each', async () => {
    put('plain.json', JSON.stringify(CODING));
    put('v.csv', 'reader,case,modality,truth,rating\nr1,c1,A,1,x\nr1,c1,A,0,1\nr1,c1,A,0,2\n');
    const { code, out } = await run('validate', 'v.csv', '--config', 'plain.json', '--json');
    expect(code).toBe(1);
    const messages = JSON.parse(out).problems.map(
      ({ row, message }: { row: number; message: string }) => `${row}: ${message}`,
    );
    expect(messages).toContain('2: rating must be a finite number, got "x"');
    expect(messages.filter((message: string) => message.startsWith('2:')).length).toBe(1);
    expect(messages).toContain('4: the read of reader, test, case r1, A, c1 is already in row 2');
  });

  it('says how much it checked', async () => {
    const { code, out } = await run('validate', 'crossed.csv', '--config', 'study.json');
    expect([code, out]).toEqual([0, expect.stringMatching(/reads, 0 problems, 0 warnings\n$/)]);
    put('some.csv', 'reader,case,modality,truth,rating,x\nr1,c1,A,1,1,\n');
    const { out: bare } = await run('validate', 'some.csv');
    expect(bare).toContain('1 read, 0 problems, 2 warnings');
    put('a.json', '{"analysis":"answers","unsure":{"policy":"half"}}');
    expect((await run('validate', 'answers.csv', '--config', 'a.json')).code).toBe(0);
    expect((await run('validate', 'some.csv', '--config', 'a.json')).code).toBe(1);
  });
});

describe('convert', () => {
  it('keeps the study through all formats', async () => {
    const F = async (file: string, ...more: string[]) => {
      const { out } = await run('analyze', file, ...more, '--json');
      return JSON.parse(out).equality.statistic;
    };
    const expected = await F('crossed.csv', '--config', 'study.json');
    await run('convert', 'crossed.csv', '--config', 'study.json', '--out', 'c.imrmc');
    await run('convert', 'c.imrmc', '--out', 'c.lrc');
    await run('convert', 'c.lrc', '--out', 'c.csv');
    put('plain.json', JSON.stringify(CODING));
    expect(await F('c.imrmc')).toBeCloseTo(expected, 10);
    expect(await F('c.lrc')).toBeCloseTo(expected, 10);
    expect(await F('c.csv', '--config', 'plain.json')).toBeCloseTo(expected, 10);
    expect(parseRows(get('c.csv')).rows.length).toBe(parseLrc(get('c.lrc')).rows.length);
  });

  it('guards formulas only where told', async () => {
    put('f.csv', 'reader,case,modality,truth,rating\n=r,c,A,1,-1\n');
    await run('convert', 'f.csv', '--out', 'g.csv');
    expect(get('g.csv')).toContain('\n=r,c,A,1,-1\n');
    await run('convert', 'f.csv', '--out', 'g.csv', '--guard-formulas');
    expect(get('g.csv')).toContain("\n'=r,c,A,1,-1\n");
  });

  it('refuses what the other format cannot hold', async () => {
    put('lower.json', JSON.stringify({ ...CODING, ...COLUMNS, direction: 'lower' }));
    const { code, err } = await run(
      'convert',
      'crossed.csv',
      '--config',
      'lower.json',
      '--out',
      'x.imrmc',
    );
    expect([code, err]).toEqual([1, expect.stringContaining('higher means positive, got lower')]);
    expect(readdirSync(folder)).not.toContain('x.imrmc');
  });
});

describe('plan', () => {
  it('writes the plan, and for each reader lists without the truth', async () => {
    const rows = ['training', 'validation', 'test'].flatMap((split) =>
      Array.from({ length: 60 }, (_, i) => {
        const label = i < 20 ? 'positive' : 'negative';
        return `${split}-${i},${split}-p${i},${label},${split},fake-of-${split}-${i}\n`;
      }),
    );
    put('cohort.csv', `case,patient,label,split,fake\n${rows.join('')}`);
    const { code, out } = await run(
      'plan',
      'cohort.csv',
      '--readers',
      'R1,R2',
      '--seed',
      '7',
      '--out',
      at('out'),
    );
    expect(code).toBe(0);
    expect(out).toContain('education');
    const plan = JSON.parse(get('out/plan.json'));
    const list = get('out/R2/session-3.csv').trim().split('\n');
    expect(list[0]).toBe('order,image');
    expect(list.length - 1).toBe(plan.sessions[2].images.length);
    expect(get('out/R1/session-4.csv')).toMatch(/^order,real,fake\n/);
    put('cohort.csv', 'case,patient,label,split,fake\n,p,odd,test,\n');
    expect(
      (await run('plan', 'cohort.csv', '--readers', 'R', '--seed', '1', '--out', 'o')).err,
    ).toBe(
      'reader-study plan: cohort: 2 problems\n' +
        '  row 2: case and patient must not be empty\n' +
        '  row 2: label must be positive or negative, got odd\n',
    );
    put('cohort.csv', 'case\n');
    expect(
      (await run('plan', 'cohort.csv', '--readers', 'R', '--seed', '1', '--out', 'o')).err,
    ).toContain('column patient is missing');
  });
});

describe('power', () => {
  it('takes components or a pilot', async () => {
    const pilot = {
      testByReader: 2e-4,
      error: 8e-4,
      cov1: 3.5e-4,
      cov2: 3.4e-4,
      cov3: 2.4e-4,
      cases: 114,
    };
    put('pilot.json', JSON.stringify(pilot));
    const args = ['power', 'pilot.json', '--effect', '0.05', '--readers', '6'];
    const { out } = await run(...args, '--cases', '250', '--json');
    expect(JSON.parse(out).results[0].power).toBeCloseTo(0.9, 2);
    expect((await run(...args)).out).toContain('readers');
    const few = await run('power', 'pilot.json', '--effect', '0.01', '--readers', '3');
    expect(few.out).toContain('none is enough');
    const own = await run(
      'power',
      'crossed.csv',
      '--config',
      'study.json',
      '--effect',
      '.1',
      '--readers',
      '5',
    );
    expect(own.code).toBe(0);
    put('pilot.json', '{"error":"x"}');
    expect((await run(...args)).err).toContain('6 problems');
    put('pilot.json', '{');
    expect((await run(...args)).err).toContain('must be JSON');
    expect((await run(...args, '--cases', '9', '--power', '.8')).code).toBe(2);
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

/** Numbers in tables and plots' texts that are not roundings of numbers of the report. */
function unknownNumbers(page: string, report: unknown): readonly string[] {
  const known: number[] = [];
  JSON.stringify(report, (_, value) => {
    if (typeof value === 'number') known.push(value);
    return value;
  });
  const cells = [...page.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, text]) => text!);
  const words = cells
    .filter((cell) => !cell.startsWith('&lt;'))
    .flatMap((cell) => cell.split(/[\s(),=]+/));
  return words.filter((word) => {
    const text = word.replace('−', '-');
    if (!/^-?\d+(\.\d+)?(e-?\d+)?$/.test(text)) return false;
    return !known.some((value) => writtenAs(value, text));
  });
}

function writtenAs(value: number, text: string): boolean {
  const digits = /\.(\d+)/.exec(text)?.[1]?.length ?? 0;
  if (text.includes('e')) return value.toExponential(digits) === text;
  return value.toFixed(digits).replace(/^-(0\.?0*)$/, '$1') === text;
}
