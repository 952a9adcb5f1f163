import { randomStream } from '../../src/random.ts';
import type { Read } from '../../src/reads.ts';
import { type SubgroupScale, subgroupTest } from '../../src/reproduction/subgroup-test.ts';

/**
 * The share of studies in which the sub-group test rejects although nothing changes: one reader, three
 * sessions (the SD is their mean), the first two compared.
 *
 * @param key such as `k4 n218 p0.6 sem_one_sample`: sub-groups, images of a session, accuracy, scale
 */
export function rejectedNulls(
  key: string,
  { studies, seed }: { readonly studies: number; readonly seed: number },
): { readonly at05: number; readonly at01: number } {
  const [groups, images, accuracy] = key.split(' ').map((part) => Number(part.slice(1)));
  const scale = key.split(' ')[3]!.replaceAll('_', '-') as SubgroupScale;
  const random = randomStream(seed, key);
  const question = {
    reader: 'R1',
    truth: 'real',
    from: '3',
    to: '5',
    unsure: 'incorrect',
  } as const;
  const pValues = Array.from({ length: studies }, () => {
    const answers = ['3', '5', '2'].flatMap((session) =>
      Array.from({ length: images! }, (_, i): Read => {
        const label = random.uniform() < accuracy! ? 'real' : 'not-real';
        const image = { truth: 'real', appearance: 'negative', simulated: true } as const;
        return { ...image, reader: 'R1', session, case: `${session}-${i}`, label, order: i + 1 };
      }),
    );
    const result = subgroupTest(answers, { ...question, groups: groups!, scale });
    return result.status === 'ok' ? result.pValue : 1;
  });
  const below = (alpha: number): number => pValues.filter((p) => p < alpha).length / studies;
  return { at05: below(0.05), at01: below(0.01) };
}
