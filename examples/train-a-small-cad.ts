/** Trains a small AI-CAD on phantoms and scores others: `npm run example -- examples/train-a-small-cad.ts`. */
import {
  areaUnderCurve,
  cadOptions,
  cadSchedule,
  createCadModel,
  loadCad,
  saveCad,
  score,
  trainCad,
} from '@mammo/cad-classifier';
import { chooseEngine } from '@mammo/tfjs-engine';
import { check, say } from './check.ts';
import { smallCohort } from './small-cohort.ts';

const { engine } = await chooseEngine('auto');
say(`engine ${engine}`);

const [training, validation, test] = [smallCohort(1, 60), smallCohort(2, 20), smallCohort(3, 40)];
const model = createCadModel(
  cadOptions('small', { height: 48, width: 40, channelMultiplier: 1 / 8 }),
  { seed: 1, initialiser: 'he' },
);
const phases = [{ name: 'all', steps: 90, learningRates: { vnet: 1e-3, fnet: 1e-3, head: 1e-3 } }];
const { steps } = await trainCad(
  model,
  { training, validation },
  {
    schedule: { ...cadSchedule('small'), perClass: 8, validateEvery: 30, phases },
    seed: 1,
  },
);

const { probabilities } = await score(model, test);
const of = (label: string) => [...probabilities].filter((_, i) => test.images[i]?.label === label);
const area = areaUnderCurve(of('positive'), of('negative'));
say(`${steps} steps; AUC of ${test.images.length} images of other patients: ${area.toFixed(3)}`);

const weights = await saveCad(model);
const copy = loadCad(weights);
const again = await score(copy, test);
model.dispose();
copy.dispose();

check('the AI tells phantoms with cancer from those without (AUC above 0.65)', area > 0.65);
check(
  `its weights (${Math.round(weights.length / 1000)} kB) score the same when they are read again`,
  again.probabilities.every((p, i) => p === probabilities[i]),
);
