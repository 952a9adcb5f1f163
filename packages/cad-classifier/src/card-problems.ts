import {
  FIELD,
  type FieldCheck,
  type Fields,
  fieldMust,
  fieldProblems,
  isFields,
} from '@mammo/tfjs-safetensors';

const { count, exactly, finite, flag, oneOf, positive, sha256, share, text, texts } = FIELD;

const rising = (strictly: boolean): FieldCheck =>
  fieldMust(`a list of ${strictly ? 'rising' : 'not falling'} numbers`, (value) => {
    if (!Array.isArray(value) || value.length === 0) return false;
    return value.every(
      (item, i) =>
        Number.isFinite(item) &&
        (i === 0 || (strictly ? item > value[i - 1] : item >= value[i - 1])),
    );
  });

const FITTED_ON = { positives: count, negatives: count };

const PARTS: Readonly<Record<string, Readonly<Record<string, FieldCheck>>>> = {
  input: {
    height: count,
    width: count,
    channels: exactly(1),
    range: exactly([0, 1]),
    preprocessing: text,
  },
  architecture: {
    height: count,
    width: count,
    vggModules: count,
    channelMultiplier: positive,
    dropout: share,
    channelsPerGroup: count,
  },
  trainingData: {
    description: text,
    synthetic: flag,
    patients: count,
    positiveImages: count,
    negativeImages: count,
  },
  operatingPoint: {
    policy: oneOf('fixed', 'youden', 'specificity', 'sensitivity'),
    threshold: finite,
  },
};

const TOP: Readonly<Record<string, FieldCheck>> = {
  schemaVersion: exactly(1),
  name: text,
  weightsSha256: sha256,
  licence: text,
  limits: texts,
  notice: text,
};

/** Everything that is wrong with a card, each problem with the path of its value; empty if it is one. */
export function cardProblems(card: unknown): string[] {
  if (!isFields(card)) return ['card must be an object, got none'];
  return [
    ...fieldProblems(card, { ...TOP, ...PARTS }),
    ...trainingProblems(card),
    ...calibrationProblems(card.calibration),
    ...sizeProblems(card),
  ];
}

function trainingProblems(card: Fields): string[] {
  if (card.training === null) return [];
  return fieldProblems(card, { training: { steps: count, validationAuc: share } });
}

function calibrationProblems(calibration: unknown): string[] {
  if (calibration === null) return [];
  if (!isFields(calibration)) return ['calibration must be an object or null, got another value'];
  const method = oneOf('temperature', 'isotonic')(calibration.method);
  if (method) return [`calibration.method ${method}`];
  const own: Readonly<Record<string, FieldCheck>> =
    calibration.method === 'temperature'
      ? { temperature: positive }
      : { margins: rising(true), probabilities: rising(false) };
  const problems = fieldProblems(calibration, { ...own, fittedOn: FITTED_ON }, 'calibration.');
  const { margins, probabilities } = calibration;
  if (problems.length === 0 && Array.isArray(margins) && Array.isArray(probabilities)) {
    if (margins.length !== probabilities.length) {
      problems.push(
        `calibration.probabilities must be ${margins.length}, got ${probabilities.length}`,
      );
    }
    if (probabilities.some((value) => share(value) !== undefined))
      problems.push('calibration.probabilities must lie in [0, 1]');
  }
  return problems;
}

/** The input is what the network takes. */
function sizeProblems({ input, architecture }: Fields): string[] {
  if (!isFields(input) || !isFields(architecture)) return [];
  const sizeOf = ({ height, width }: Fields) => `${height}×${width}`;
  return sizeOf(input) === sizeOf(architecture)
    ? []
    : [`input must have the architecture's size ${sizeOf(architecture)}, got ${sizeOf(input)}`];
}
