/**
 * Type I error of the free-response analysis, and coverage of the proper binormal area:
 * `npm run simulate:marks -w packages/reader-study-stats -- [studies]`. Prints Markdown tables.
 */
import { normal } from '../src/distributions/normal.ts';
import { analyzeFroc } from '../src/froc/analyze-froc.ts';
import { arrangeMarks } from '../src/froc/froc-data.ts';
import { weightedAfroc, weightedAfroc1 } from '../src/froc/froc-figures.ts';
import type { FrocCase, FrocMark } from '../src/froc/froc-marks.ts';
import { type RandomStream, randomStream } from '../src/random.ts';
import type { BinaryLabel } from '../src/roc/auc.ts';
import { properBinormalFit } from '../src/roc/proper-binormal.ts';

const READERS = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6'];
const CASES: readonly FrocCase[] = Array.from({ length: 80 }, (_, i) => ({
  case: `c${i}`,
  lesions: i < 40 ? Array.from({ length: 1 + (i % 2) }, (__, l) => ({ lesion: `l${l}` })) : [],
}));

/** Which cases a reader reads under a modality. */
type Design = (reader: number, modality: string) => (index: number) => boolean;
const DESIGNS: Readonly<Record<string, Design>> = {
  crossed: () => () => true,
  'split-plot, two groups': (reader) => (index) => index % 4 < 2 === reader % 2 < 1,
  'cases nested in modalities': (_, modality) => (index) => index % 4 < 2 === (modality === 'A'),
};

/** Marks of two modalities that do not differ: lesions at 1.2, noise at 0, cases and readers in common. */
function nullStudy(seed: number, design: Design): ReturnType<typeof arrangeMarks> {
  const stream = randomStream(seed, 'free-response');
  const cases = CASES.map((item) => ({ ...item, shift: 0.5 * stream.normal() }));
  const marks: FrocMark[] = [];
  const reads = READERS.flatMap((reader, at) => {
    const skill = 0.3 * stream.normal();
    return ['A', 'B'].map((modality) => {
      const own = skill + 0.2 * stream.normal();
      const read = cases.filter((_, index) => design(at, modality)(index));
      for (const item of read) {
        const base = { reader, modality, case: item.case };
        marks.push(...marksOf(item, own, stream).map((mark) => ({ ...base, ...mark })));
      }
      return { reader, modality, cases: read.map((item) => item.case) };
    });
  });
  return arrangeMarks({ marks, cases: CASES, reads }, { direction: 'higher' });
}

/** What looks suspicious enough in one case: lesions, and two other places. */
function marksOf(
  { lesions, shift }: FrocCase & { readonly shift: number },
  own: number,
  stream: RandomStream,
): readonly Pick<FrocMark, 'lesion' | 'rating'>[] {
  const hits = lesions.map(({ lesion }) => ({
    lesion,
    rating: 1.2 + own + shift + stream.normal(),
  }));
  const others = [0, 1].map(() => ({ rating: stream.normal() - own }));
  return [...hits, ...others].filter(({ rating }) => rating > 0);
}

function percent(count: number, of: number): string {
  const share = count / of;
  return `${(100 * share).toFixed(1)} ± ${(100 * Math.sqrt((share * (1 - share)) / of)).toFixed(1)}`;
}

function freeResponse(name: string, design: Design, studies: number): string {
  const rejected = [weightedAfroc, weightedAfroc1].map((figure) => {
    let count = 0;
    for (let seed = 1; seed <= studies; seed++) {
      const [difference] = analyzeFroc(nullStudy(seed, design), { figure }).differences;
      if ((difference?.pValue ?? 1) < 0.05) count++;
    }
    return percent(count, studies);
  });
  return `| ${name} | ${rejected.join(' | ')} |`;
}

/** Five categories of scores N(0, 1) and N(d, 1): the conventional curve without hook is the proper one. */
function properCurve(cases: number, d: number, studies: number): string {
  const truth = normal.cdf(d / Math.SQRT2);
  const labels = Array.from(
    { length: 2 * cases },
    (_, i): BinaryLabel => (i % 2 ? 'positive' : 'negative'),
  );
  let [covered, computed] = [0, 0];
  for (let seed = 1; seed <= studies; seed++) {
    const stream = randomStream(seed, 'proper', cases);
    const scores = labels.map((label) => {
      const score = stream.normal() + (label === 'positive' ? d : 0);
      return Math.min(3, Math.max(-1, Math.round(score)));
    });
    const { ci } = properBinormalFit(scores, labels);
    if (ci === null) continue;
    computed++;
    if (ci.lower <= truth && truth <= ci.upper) covered++;
  }
  return `| ${cases} + ${cases}, area ${truth.toFixed(2)} | ${percent(covered, computed)} | ${studies - computed} |`;
}

const studies = Number(process.argv[2] ?? 400);
const lines = Object.entries(DESIGNS).map(([name, design]) => freeResponse(name, design, studies));
const curves = [
  [30, 1],
  [50, 1.5],
  [50, 2.2],
] as const;
process.stdout.write(
  `| design, 6 readers, 40 + 40 cases | wAFROC rejects, % | wAFROC1 rejects, % |\n|---|---|---|\n${lines.join('\n')}\n\n` +
    `| cases | coverage of the proper binormal area, % | without an interval |\n|---|---|---|\n` +
    `${curves.map(([cases, d]) => properCurve(cases, d, studies)).join('\n')}\n`,
);
