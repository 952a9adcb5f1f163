/** A record of a card whose values are not yet known to be right. */
type Fields = Readonly<Record<string, unknown>>;

type Check = (value: unknown) => string | undefined;

const must =
  (what: string, fits: (value: unknown) => boolean): Check =>
  (value) =>
    fits(value) ? undefined : `must be ${what}, got ${JSON.stringify(value) ?? 'nothing'}`;

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isShare = (value: unknown): boolean => isNumber(value) && value >= 0 && value <= 1;

const text = must('words', (value) => typeof value === 'string' && value.trim() !== '');
const count = must(
  'a whole number from 0 on',
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);
const positive = must('a positive number', (value) => isNumber(value) && value > 0);
const share = must('in [0, 1]', isShare);
const finite = must('a number', isNumber);
const flag = must('true or false', (value) => typeof value === 'boolean');
const sha256 = must('64 hexadecimal digits', (value) => /^[0-9a-f]{64}$/.test(String(value)));
const texts = must(
  'a list of words',
  (value) => Array.isArray(value) && value.every((item) => text(item) === undefined),
);
const exactly = (expected: unknown): Check =>
  must(JSON.stringify(expected), (value) => JSON.stringify(value) === JSON.stringify(expected));
const oneOf = (...choices: readonly string[]): Check =>
  must(choices.join(' or '), (value) => choices.includes(value as string));
const rising = (strictly: boolean): Check =>
  must(`a list of ${strictly ? 'rising' : 'not falling'} numbers`, (value) => {
    if (!Array.isArray(value) || value.length === 0) return false;
    return value.every(
      (item, i) =>
        isNumber(item) && (i === 0 || (strictly ? item > value[i - 1] : item >= value[i - 1])),
    );
  });

const FITTED_ON = { positives: count, negatives: count };

const PARTS: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
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

const TOP: Readonly<Record<string, Check>> = {
  schemaVersion: exactly(1),
  name: text,
  weightsSha256: sha256,
  licence: text,
  limits: texts,
  notice: text,
};

/** Everything that is wrong with a card, each problem with the path of its value; empty if it is one. */
export function cardProblems(card: unknown): string[] {
  if (!isRecord(card)) return ['card must be an object, got none'];
  const parts = Object.entries(PARTS).flatMap(([part, checks]) => partProblems(card, part, checks));
  return [
    ...recordProblems('', card, TOP),
    ...parts,
    ...trainingProblems(card),
    ...calibrationProblems(card.calibration),
    ...sizeProblems(card),
  ];
}

function partProblems(
  card: Fields,
  part: string,
  checks: Readonly<Record<string, Check>>,
): string[] {
  const value = card[part];
  return isRecord(value)
    ? recordProblems(`${part}.`, value, checks)
    : [`${part} must be an object, got ${JSON.stringify(value) ?? 'nothing'}`];
}

function recordProblems(
  path: string,
  record: Fields,
  checks: Readonly<Record<string, Check>>,
): string[] {
  return Object.entries(checks).flatMap(([name, check]) => {
    const problem = check(record[name]);
    return problem === undefined ? [] : [`${path}${name} ${problem}`];
  });
}

function trainingProblems(card: Fields): string[] {
  if (card.training === null) return [];
  return partProblems(card, 'training', { steps: count, validationAuc: share });
}

function calibrationProblems(calibration: unknown): string[] {
  if (calibration === null) return [];
  if (!isRecord(calibration)) return ['calibration must be an object or null, got another value'];
  const method = oneOf('temperature', 'isotonic')(calibration.method);
  if (method) return [`calibration.method ${method}`];
  const own =
    calibration.method === 'temperature'
      ? { temperature: positive }
      : { margins: rising(true), probabilities: rising(false) };
  const problems = [
    ...recordProblems('calibration.', calibration, own),
    ...partProblems(
      { 'calibration.fittedOn': calibration.fittedOn },
      'calibration.fittedOn',
      FITTED_ON,
    ),
  ];
  const { margins, probabilities } = calibration;
  if (problems.length === 0 && Array.isArray(margins) && Array.isArray(probabilities)) {
    if (margins.length !== probabilities.length) {
      problems.push(
        `calibration.probabilities must be ${margins.length}, got ${probabilities.length}`,
      );
    }
    if (!probabilities.every(isShare))
      problems.push('calibration.probabilities must lie in [0, 1]');
  }
  return problems;
}

/** The input is what the network takes. */
function sizeProblems({ input, architecture }: Fields): string[] {
  if (!isRecord(input) || !isRecord(architecture)) return [];
  const sizeOf = ({ height, width }: Fields) => `${height}×${width}`;
  return sizeOf(input) === sizeOf(architecture)
    ? []
    : [`input must have the architecture's size ${sizeOf(architecture)}, got ${sizeOf(input)}`];
}

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
