import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCadWithCard } from '@mammo/cad-classifier';
import { loadGenerator, loadGeneratorWithCard } from '@mammo/gan-attack';
import { drawPatient, phantomCohort, readPng, writePgm, writePng } from '@mammo/mammo-io';
import type { PlannedSession } from '@mammo/reader-study-stats';
import { beforeAll, describe, expect, test } from 'vitest';
import { boundaryDistances, lesionLength } from '../full-study/probes/boundary-distance.ts';
import { cycleGanTask } from '../full-study/probes/cycle-gan-task.ts';
import { openScene } from '../full-study/probes/probe-scene.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MINUTES = 60_000;

interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the program as a user would; `killWhen` pulls the plug as soon as the file is there. */
function study(args: readonly string[], killWhen?: string): Promise<Run> {
  const script = join(ROOT, 'examples', 'full-study', 'study.ts');
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=@mammo/source', script, ...args],
    { cwd: ROOT },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += text;
    });
  }
  const watch = setInterval(() => {
    if (killWhen && existsSync(killWhen)) child.kill('SIGKILL');
  }, 20);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearInterval(watch);
      resolve({ code, output });
    });
  });
}

/** A study that is killed at each of these moments, when a file is there, and goes on; the AI's newest checkpoint is damaged meanwhile. */
async function killedIn(
  out: string,
  moments: readonly string[],
  args: readonly string[],
): Promise<Run> {
  for (const moment of moments) {
    const again = existsSync(join(out, 'study.json')) ? ['--resume'] : [];
    const killed = await study([...args, '--out', out, ...again], join(out, moment));
    expect(killed.code, killed.output).toBeNull();
    if (moment.startsWith('cad/')) await truncate(join(out, moment), 1000);
  }
  return study(['--out', out, '--resume']);
}

/** Phantoms as 16-bit PNG and PGM files with a manifest: what somebody else's cohort looks like. */
async function writeCohort(folder: string): Promise<string> {
  const plan = phantomCohort({
    seed: 9,
    height: 120,
    width: 100,
    patients: 14,
    positiveShare: 0.5,
  });
  const rows = ['path,patient_id,laterality,view,label,image_id'];
  for (const index of plan.patients.keys()) {
    for (const { image, pixels } of drawPatient(plan, index)) {
      const { imageId, patientId, laterality, view, label } = image;
      const content = { pixels, height: 120, width: 100 };
      const name = `${imageId}.${index % 2 ? 'png' : 'pgm'}`;
      const bytes = index % 2 ? writePng(content) : writePgm(content);
      await writeFile(join(folder, name), bytes);
      rows.push([name, patientId, laterality, view, label, imageId].join(','));
    }
  }
  const manifest = join(folder, 'manifest.csv');
  await writeFile(manifest, rows.join('\n'));
  return manifest;
}

/** The results without what may differ between two runs: how long they took. */
function resultsOf(out: string): unknown {
  const { seconds, ...rest } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'));
  expect(Object.keys(seconds)).toEqual(['cohort', 'cad', 'attack', 'evaluation', 'readers']);
  return rest;
}

describe('the study of a cohort of files', () => {
  let folder = '';
  let args: string[] = [];

  /** What a probe of the undisturbed study is given. */
  function probeOfCalm() {
    const calm = join(folder, 'calm');
    const cohort = JSON.parse(readFileSync(join(calm, 'stages', 'cohort.json'), 'utf8'));
    const run = { preset: 'small', engine: 'onnx', threads: 1, seed: 3 } as const;
    const context = { signal: new AbortController().signal, report: () => undefined };
    return { calm, input: { studyPath: calm, cohort, ...run }, context };
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'study-'));
    const manifest = await writeCohort(folder);
    args = ['--preset', 'small', '--engine', 'onnx', '--seed', '3', '--cohort', manifest];
  });

  test(
    'killed in every stage, its last checkpoint damaged, and resumed, ends as if nobody had disturbed it',
    async () => {
      const [calm, disturbed] = [join(folder, 'calm'), join(folder, 'disturbed')];
      const moments = [
        'cohort/images/images.jsonl',
        'cad/checkpoints/checkpoint-00000002.safetensors',
        'attack/remove/checkpoints/checkpoint-00000001.safetensors',
        'evaluation/fakes/remove/images.jsonl',
        'readers/session-1',
      ];
      const [undisturbed, resumed] = await Promise.all([
        study([...args, '--out', calm]),
        killedIn(disturbed, moments, args),
      ]);
      expect(undisturbed.output).toContain('report:');
      expect(resumed.output).toContain('report:');
      expect(resultsOf(disturbed)).toEqual(resultsOf(calm));
      for (const file of ['cad/cad.safetensors', 'attack/insert/generator.safetensors']) {
        expect(readFileSync(join(disturbed, file)).equals(readFileSync(join(calm, file)))).toBe(
          true,
        );
      }
    },
    10 * MINUTES,
  );

  test('leaves a card beside the weights of the AI and of both generators that says what they are', async () => {
    const calm = join(folder, 'calm');
    const text = (...names: string[]) => readFileSync(join(calm, ...names), 'utf8');
    const weights = readFileSync(join(calm, 'cad', 'cad.safetensors'));
    const { model, card } = await loadCadWithCard(weights, text('cad', 'card.json'));
    model.dispose();
    const { cohort, attack } = JSON.parse(text('results.json'));
    expect(card).toMatchObject({
      name: 'study-small-seed3',
      operatingPoint: { policy: 'fixed', threshold: 0.5 },
      trainingData: { synthetic: false, positiveImages: cohort.training.positive },
      training: { steps: 48, validationAuc: expect.any(Number) },
    });
    expect(card.trainingData.description).toMatch(/manifest\.csv with SHA-256 [0-9a-f]{64}/);
    expect(card.input.preprocessing).toContain('policy pad');
    expect(card.limits).toEqual(expect.arrayContaining(cohort.warnings));
    for (const direction of ['remove', 'insert'] as const) {
      const own = ['attack', direction];
      const loaded = await loadGeneratorWithCard(
        readFileSync(join(calm, ...own, 'generator.safetensors')),
        text(...own, 'card.json'),
      );
      loaded.generator.dispose();
      const { chosen } = JSON.parse(text(...own, 'history.json'));
      expect(loaded.card).toMatchObject({
        direction,
        victim: { description: expect.stringContaining(card.weightsSha256) },
        training: {
          steps: attack[direction].steps.trained,
          validation: chosen && { fooled: chosen.validation.fooled },
        },
      });
    }
  });

  test(
    'that an earlier version left without cards gets them when it is gone on with',
    async () => {
      const calm = join(folder, 'calm');
      const cards = ['cad', 'attack/remove', 'attack/insert'].map((at) =>
        join(calm, at, 'card.json'),
      );
      const before = cards.map((path) => readFileSync(path, 'utf8'));
      for (const path of cards) await rm(path);
      const { code, output } = await study(['--out', calm, '--resume']);
      expect(code, output).toBe(0);
      expect(cards.map((path) => readFileSync(path, 'utf8'))).toEqual(before);
    },
    MINUTES,
  );

  test(
    'can be attacked by a CycleGAN too, which goes on from its checkpoint to the same result',
    async () => {
      const { calm, input, context } = probeOfCalm();
      const run = () => cycleGanTask({ ...input, share: 0.01 }, context);
      const record = await run();
      expect(record.steps).toEqual({ remove: 10, insert: 10 });
      expect(record.fidelity.insert.nmse).toBeGreaterThan(0);
      expect(await run()).toEqual(record);
      const probe = join(calm, 'probes', 'cycle-gan');
      const weights = loadGenerator(readFileSync(join(probe, 'insert.safetensors')));
      weights.dispose();
      const sheet = readPng(readFileSync(join(probe, 'triplets.synthetic.png')));
      expect(sheet.text.Synthetic).toBeDefined();
    },
    MINUTES,
  );

  test(
    'tells how far its AI’s boundary is from the images that it has right',
    async () => {
      const { calm, input, context } = probeOfCalm();
      const scene = await openScene(input, context);
      try {
        const { cad } = JSON.parse(readFileSync(join(calm, 'results.json'), 'utf8'));
        const { remove, insert } = await boundaryDistances(scene);
        expect(remove.images).toBe(cad.positivesCorrect.k);
        expect(insert.images).toBe(cad.negativesCorrect.k);
        for (const { images, median } of [remove, insert]) {
          expect(images > 0).toBe((median ?? 0) > 0);
        }
        expect(await lesionLength(scene)).toBeNull(); // somebody's images cannot be drawn without
      } finally {
        scene.cad.dispose();
      }
    },
    MINUTES,
  );

  test('marks every fake, in its name and its file', async () => {
    const fakes = join(folder, 'calm', 'adversarial-test-set', 'remove');
    const names = await readdir(fakes);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      expect(name).toContain('synthetic');
      expect(readPng(readFileSync(join(fakes, name))).text.Synthetic).toBeDefined();
    }
  });

  test('leaves a plan with all its images for the reading room', () => {
    const readers = join(folder, 'calm', 'readers');
    const { sessions, files } = JSON.parse(readFileSync(join(readers, 'plan.json'), 'utf8'));
    const shown = (sessions as PlannedSession[]).flatMap(({ images, triplets }) => [
      ...images.map((image) => image.case),
      ...triplets.flatMap(({ real, fake }) => [real, fake]),
    ]);
    expect(shown.length).toBeGreaterThan(0);
    for (const id of shown) {
      const { height, width } = readPng(readFileSync(join(readers, files[id])));
      expect([height, width]).toEqual([96, 80]); // the preset’s
    }
  });

  test('says that numbers of so few images mean nothing', () => {
    const page = readFileSync(join(folder, 'calm', 'report.html'), 'utf8');
    expect(page).toContain('the numbers below mean nothing');
  });

  test(
    'is refused where another lies, or goes on with another configuration',
    async () => {
      const out = join(folder, 'calm');
      const second = await study([...args, '--out', out]);
      expect(second.output).toContain('already holds a study; add --resume');
      const other = await study([...args, '--out', out, '--resume', '--seed', '4']);
      expect(other.output).toContain('seed: the folder has 3, this run asks for 4');
      expect([second.code, other.code]).toEqual([2, 2]);
    },
    MINUTES,
  );

  test(
    'lists all unreadable and missing files with their rows, and leaves nothing behind',
    async () => {
      const bad = join(folder, 'bad');
      await mkdir(bad);
      for (const i of [0, 1, 2]) {
        await writeFile(join(bad, `text${i}.png`), 'no picture');
        await writeFile(join(bad, `short${i}.pgm`), 'P5 4 4 255\n');
      }
      const rows = ['training', 'validation', 'test'].flatMap((split, i) => [
        `${i === 0 ? 'text' : 'none'}${i}.png,Q${2 * i},L,CC,positive,${split}`,
        `short${i}.pgm,Q${2 * i + 1},L,CC,negative,${split}`,
      ]);
      const header = 'path,patient_id,laterality,view,label,split';
      await writeFile(join(bad, 'missing.csv'), [header, ...rows].join('\n'));
      const options = ['--preset', 'small', '--engine', 'onnx', '--out', join(bad, 'out')];
      const missing = await study([...options, '--cohort', join(bad, 'missing.csv')]);
      expect(missing.output).toMatch(/2 problems\n {2}row 4: .*\n {2}row 6: /);
      const readable = rows.map((line) => line.replace(/^none/, 'text'));
      await writeFile(join(bad, 'damaged.csv'), [header, ...readable].join('\n'));
      const damaged = await study([
        ...['--preset', 'small', '--engine', 'onnx', '--out', join(bad, 'out2')],
        ...['--cohort', join(bad, 'damaged.csv')],
      ]);
      expect(damaged.output).toMatch(/6 problems\n {2}row 2: .*text0\.png/);
      expect(existsSync(join(bad, 'out2', 'cohort'))).toBe(false);
    },
    MINUTES,
  );
});
