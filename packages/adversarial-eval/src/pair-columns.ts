import { type Clusters, clusterBy } from './intervals/clusters.ts';
import type { PairedRecord } from './paired-record.ts';

/** What the statistics need of pairs, in columns: passes over them stay in the cache. */
export interface PairColumns {
  /** 1 positive, 0 negative. */
  readonly positive: Uint8Array;
  readonly real: Float64Array;
  readonly fake: Float64Array;
  /** Patients. */
  readonly clusters: Clusters;
}

/** The columns of pairs, in their order. */
export function pairColumns(
  pairs: readonly Pick<PairedRecord, 'label' | 'scoreReal' | 'scoreFake' | 'patientId'>[],
): PairColumns {
  const positive = new Uint8Array(pairs.length);
  const real = new Float64Array(pairs.length);
  const fake = new Float64Array(pairs.length);
  const patients: string[] = [];
  pairs.forEach(({ label, scoreReal, scoreFake, patientId }, image) => {
    positive[image] = label === 'positive' ? 1 : 0;
    real[image] = scoreReal;
    fake[image] = scoreFake;
    patients.push(patientId);
  });
  return { positive, real, fake, clusters: clusterBy(patients) };
}

/** The pairs of one class: 1 positive, 0 negative. */
export function columnsOfClass(columns: PairColumns, positive: 0 | 1): PairColumns {
  const { of } = columns.clusters;
  const numbers = new Int32Array(columns.clusters.count).fill(-1);
  const images: number[] = [];
  let count = 0;
  columns.positive.forEach((flag, image) => {
    if (flag !== positive) return;
    images.push(image);
    const patient = of[image]!;
    if (numbers[patient]! < 0) numbers[patient] = count++;
  });
  return {
    positive: new Uint8Array(images.length).fill(positive),
    real: Float64Array.from(images, (image) => columns.real[image]!),
    fake: Float64Array.from(images, (image) => columns.fake[image]!),
    clusters: { of: Int32Array.from(images, (image) => numbers[of[image]!]!), count },
  };
}
