import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { durationText, progressBar, startProgress, statusLine } from '../src/index.ts';
import { keepWords } from './words.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([
  [0.4, '0 s'],
  [59.4, '59 s'],
  [59.6, '1 min 0 s'],
  [185, '3 min 5 s'],
  [7800, '2 h 10 min'],
  [-3, '0 s'],
])('%d seconds read as %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

test('on a terminal one line is drawn again and again: bar, rate, time left', () => {
  const { err, said } = keepWords();
  const progress = startProgress({ err, terminal: true }, { what: 'phantom', total: 4 });
  vi.advanceTimersByTime(2000);
  progress.add();
  vi.advanceTimersByTime(50);
  progress.add(); // too soon to be drawn
  progress.say('a.png: broken');
  vi.advanceTimersByTime(1950);
  progress.add(2, 'loss 0.3');
  progress.end();
  const first = '[█████░░░░░░░░░░░░░░░] phantom 1/4, 0.5/s, 6 s left';
  const last = '[████████████████████] phantom 4/4, 1/s, 0 s left, loss 0.3';
  const clear = '\r\u001b[K';
  expect(said.err).toBe(`${clear}${first}${clear}a.png: broken\n${first}${clear}${last}\n`);
});

test('elsewhere there is a plain line every ten seconds, and at the end', () => {
  const { err, said } = keepWords();
  const progress = startProgress({ err, terminal: false }, { what: 'score', total: 100 });
  for (let i = 0; i < 25; i++) {
    vi.advanceTimersByTime(1000);
    progress.add();
  }
  progress.end();
  expect(said.err).toBe(
    'score 10/100, 1/s, 1 min 30 s left\nscore 20/100, 1/s, 1 min 20 s left\nscore 25/100, 1/s, 1 min 15 s left\n',
  );
});

test('what an earlier run did counts in the share, not in the rate', () => {
  const { err, said } = keepWords();
  const progress = startProgress({ err, terminal: false }, { what: 'CAD', total: 100, before: 50 });
  vi.advanceTimersByTime(10_000);
  progress.add(10);
  expect(said.err).toBe('CAD 60/100, 1/s, 40 s left\n');
});

test('nothing is said where nothing was shown', () => {
  const { err, said } = keepWords();
  statusLine({ err, terminal: true }).end();
  statusLine({ err, terminal: false }).end();
  expect(said.err).toBe('');
});

test('a bar is never longer than it is', () => {
  expect(progressBar(-1)).toBe(`[${'░'.repeat(20)}]`);
  expect(progressBar(0.5)).toBe(`[${'█'.repeat(10)}${'░'.repeat(10)}]`);
  expect(progressBar(7)).toBe(`[${'█'.repeat(20)}]`);
});
