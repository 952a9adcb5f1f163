import type { FrocCase, FrocMark, FrocStudy } from '../../src/froc/froc-marks.ts';
import { randomStream } from '../../src/random.ts';

/** An invented study: two readers, two modalities, `pairs` abnormal and as many normal cases. */
export function inventedStudy(seed: number, pairs = 8): FrocStudy {
  const stream = randomStream(seed, 'froc');
  const cases: FrocCase[] = Array.from({ length: 2 * pairs }, (_, i) => ({
    case: `c${i}`,
    lesions:
      i % 2 === 0
        ? Array.from({ length: 1 + stream.integer(3) }, (__, l) => ({
            lesion: `l${l}`,
            weight: 1 + stream.integer(3),
          }))
        : [],
  }));
  const marks = ['A', 'B'].flatMap((modality) =>
    ['r1', 'r2'].flatMap((reader) =>
      cases.flatMap(({ case: id, lesions }): FrocMark[] => {
        const base = { reader, modality, case: id };
        const hits = lesions.filter(() => stream.uniform() < 0.7);
        const misses = Array.from({ length: stream.integer(3) });
        return [
          ...hits.map(({ lesion }) => ({ ...base, lesion, rating: 2 + stream.integer(5) })),
          ...misses.map(() => ({ ...base, rating: stream.integer(6) })),
        ];
      }),
    ),
  );
  return { marks, cases };
}
