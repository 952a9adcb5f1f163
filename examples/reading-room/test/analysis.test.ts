import type { Answer, Read } from '@mammo/reader-study-stats';
import { parseImrmc } from '@mammo/reader-study-stats/formats';
import { describe, expect, test } from 'vitest';
import { analysisPage } from '../server/analysis-page.ts';
import { imrmcOf } from '../server/ratings.ts';
import { comparedSessions, mixedSessions } from '../server/study-reads.ts';

const ALWAYS: readonly Answer[] = ['real', 'unsure', 'not-real'];

/** Twelve images a session, in sessions 3 and 5 every other one a fake. Each reader goes through the answers; in session 5 all are right. */
function readsOf(readers: readonly string[]): Read[] {
  const imageOf = (session: string, i: number): Pick<Read, 'case' | 'truth' | 'appearance'> => ({
    case: `${session}-${i}`,
    truth: session !== '1' && i % 2 === 1 ? 'fake' : 'real',
    appearance: i % 3 === 0 ? 'positive' : 'negative',
  });
  const answerOf = (reader: number, session: string, i: number): Answer => {
    if (session !== '5') return ALWAYS[(i + reader) % 3]!;
    return i % 2 === 1 ? 'not-real' : 'real';
  };
  return readers.flatMap((reader, r) =>
    ['1', '3', '5'].flatMap((session) =>
      Array.from({ length: 12 }, (_, i) => ({
        reader,
        session,
        ...imageOf(session, i),
        label: answerOf(r, session, i),
        order: i + 1,
        seconds: 2 + i / 4,
        simulated: false,
      })),
    ),
  );
}

const READS = readsOf(['Ada', 'Ben <b>', 'Cem']);

describe('the analysis page', () => {
  const text = analysisPage('Small & bold', READS);

  test('shows accuracies, changes, ROC and times, with plots, and no script', () => {
    for (const heading of [
      'Share of right answers',
      'Session 5 against session 3',
      'ROC',
      'Reading time',
    ]) {
      expect(text).toContain(`<h2>${heading}</h2>`);
    }
    expect(text.match(/<svg/g)?.length).toBe(2 + 1 + 2 + 1);
    expect(text).toContain('108 answers of 3 readers');
    expect(text).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org\/2000\/svg)|NaN|undefined|null/);
    expect(text).toContain('Small &amp; bold');
    expect(text).not.toContain('<b>');
  });

  test('has the numbers that one can count', () => {
    const cell = (value: string) => `<td>${value}`;
    // session 3: of Ada's six real images 0 6 are called real, 2 8 not real, 4 10 unsure; of the fakes 3 9, 5 11, 1 7
    const row =
      '<th scope="row" class="text">Ada</th><td>3</td><td class="text">fake</td><td class="text">all</td>';
    expect(text).toContain(
      `${row}${cell('2 of 6')}</td>${cell('0.333 (0.097, 0.700)')}</td>${cell('2')}`,
    );
    expect(text).toContain('session 5</th><td>1.000'); // all right: an area of 1
    expect(text).toContain('session 3</th><td>0.500'); // two of each answer to real and fake: guessing
    // from 2 of 6 right to 6 of 6; Fisher's p is 15 · 2 / 495
    expect(text).toContain(
      '<th scope="row" class="text">Ada</th><td class="text">fake</td><td>0.667',
    );
    expect(text).toContain(cell('0.0606'));
  });

  test.each<[string, readonly Read[]]>([
    ['no answers', []],
    ['real images only', READS.filter(({ session }) => session === '1')],
    ['one session with both', READS.filter(({ session }) => session !== '5')],
    ['one reader', READS.filter(({ reader }) => reader === 'Ada')],
    [
      'no reader in both sessions',
      READS.filter((read) => (read.reader === 'Ada') === (read.session === '3')),
    ],
    [
      'a study closed half read',
      READS.filter(({ session, order }) => session !== '5' || order < 4),
    ],
    ['one answer', READS.slice(12, 13)],
    ['eight readers', readsOf(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'])],
  ])('is whole with %s', (_, reads) => {
    const page = analysisPage('Study', reads);
    expect(page).toMatch(/<\/html>\n$/);
    expect(page).not.toMatch(/NaN|undefined/);
  });
});

test('sessions are compared where a reader read both real and synthetic images in each', () => {
  expect(mixedSessions(READS)).toEqual(['3', '5']);
  expect(comparedSessions(READS)).toEqual({ from: '3', to: '5' });
  expect(comparedSessions(READS.filter(({ session }) => session !== '5'))).toBeUndefined();
});

describe('the .imrmc file', () => {
  test('comes back as the ratings of the mixed sessions', () => {
    const named = READS.map((read) => ({ ...read, reader: read.reader.slice(0, 3) }));
    const { rows } = parseImrmc(imrmcOf(named));
    const mixed = named.filter(({ session }) => session !== '1');
    expect(rows.length).toBe(mixed.length);
    const ratings = { real: 1, unsure: 2, 'not-real': 3 };
    mixed.forEach(({ reader, session, case: id, truth, label }, i) => {
      expect(rows[i]).toMatchObject({
        reader,
        case: id,
        modality: session,
        truth: truth === 'fake' ? '1' : '0',
        rating: ratings[label],
      });
    });
  });

  test('is refused, with all of them named, where names do not fit the format', () => {
    const named = READS.map((read) => ({ ...read, reader: `${read.reader}, MD` }));
    expect(() => imrmcOf(named)).toThrow(/Ada, MD/);
  });
});
