import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forestPlot, linePlot, pairedPlot, rocPlot } from '../../src/report/index.ts';
import { DARK, LIGHT } from '../../src/report/palette.ts';
import { rocCurve } from '../../src/roc/roc-curve.ts';

const axes = { title: 'Plot', x: { label: 'x' }, y: { label: 'y' } };
const points = [
  { x: 0, y: 1 },
  { x: 10, y: 3 },
];
const rates = [
  { falsePositiveRate: 0, truePositiveRate: 0 },
  { falsePositiveRate: 0.25, truePositiveRate: 0.5 },
  { falsePositiveRate: 1, truePositiveRate: 1 },
];

/** Every plot with one text in every place that takes one. */
function plotsOf(text: string): readonly string[] {
  const named = { title: text, x: { label: text }, y: { label: text } };
  return [
    linePlot([{ name: text, points, draw: 'line-and-marks' }], {
      ...named,
      references: [{ axis: 'y', value: 2, label: text }],
    }),
    rocPlot([{ name: text, points: rates }], { title: text, description: text, xLabel: text }),
    forestPlot([{ name: text, estimate: 1, lower: 0, upper: 2, text }], {
      ...named,
      references: [{ value: 0, label: text }],
    }),
    pairedPlot([{ name: text, values: [1, 2] }], { ...named, conditions: [text, text] }),
  ];
}

/** Names of open elements at the end of a text, which must be well-formed XML. */
function openElements(xml: string): readonly string[] {
  const open: string[] = [];
  for (const [, closing, name, empty] of xml.matchAll(
    /<(\/?)([a-z]+)(?:\s+[a-zA-Z:-]+="[^"<]*")*\s*(\/?)>/g,
  )) {
    if (closing) expect(open.pop()).toBe(name);
    else if (!empty) open.push(name!);
  }
  const text = xml.replace(/<\/?[a-z]+(?:\s+[a-zA-Z:-]+="[^"<]*")*\s*\/?>/g, '');
  expect(text).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|#39);)/);
  return open;
}

describe('plots', () => {
  it('are well-formed whatever the texts say', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '</title><script>alert(1)</script>',
        `" onload='x'`,
        '&lt;',
        '\u0000\u001B[2J',
        '\uD800',
      ),
    );
    fc.assert(
      fc.property(text, (hostile) => {
        for (const svg of plotsOf(hostile)) expect(openElements(svg)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('are pictures with a title and a description that carries the numbers', () => {
    for (const svg of plotsOf('AUC')) {
      expect(svg).toMatch(/^<svg [^>]*role="img"/);
      expect(svg).toContain('<title>AUC</title><desc>');
    }
    expect(forestPlot([{ name: 'r1', estimate: 0.5, lower: 0.25, upper: 0.75 }], axes)).toContain(
      '<desc>r1: 0.500 (0.250, 0.750)</desc>',
    );
    expect(
      pairedPlot([{ name: 'r1', values: [1, null] }], { ...axes, conditions: ['a', 'b'] }),
    ).toContain('<desc>r1: a 1, b none</desc>');
  });

  it('have colours of enough contrast on both grounds', () => {
    for (const { ground, ink, soft, tones } of [LIGHT, DARK]) {
      expect(contrast(ink, ground)).toBeGreaterThan(7);
      expect(contrast(soft, ground)).toBeGreaterThan(4.5);
      for (const tone of tones) expect(contrast(tone, ground)).toBeGreaterThan(4.5);
    }
  });

  it('put a point where its axes say', () => {
    const svg = linePlot([{ name: 'a', points, draw: 'marks' }], {
      ...axes,
      x: { label: 'x', domain: [0, 10] },
      y: { label: 'y', domain: [1, 3] },
      width: 400,
      height: 300,
    });
    const marks = [...svg.matchAll(/translate\(([\d.]+) ([\d.]+)\)" d="[^"]*"><title>/g)];
    expect(marks.map(([, x, y]) => [Number(x), Number(y)])).toEqual([
      [58, 252],
      [382, 12],
    ]);
  });

  it('ROC curves have equal scales and run through their points', () => {
    const svg = rocPlot([{ name: 'a', points: rates }], { title: 'ROC', width: 476 });
    expect(svg).toContain('d="M58,412L158,212L458,12"');
  });

  it('draw a curve of 100,000 cases in a small picture', () => {
    const scores = Float64Array.from(
      { length: 100_000 },
      (_, i) => Math.sin(i * 7.3) + (i % 2) * 0.4,
    );
    const labels = Array.from(scores, (_, i) =>
      i % 2 ? ('positive' as const) : ('negative' as const),
    );
    const svg = rocPlot([{ name: 'a', points: rocCurve(scores, labels) }], { title: 'ROC' });
    expect(svg.length).toBeLessThan(60_000);
  });

  it('write logarithmic axes without powers', () => {
    const svg = linePlot(
      [
        {
          name: 'a',
          points: [
            { x: 0.001, y: 0 },
            { x: 1, y: 1 },
          ],
        },
      ],
      {
        ...axes,
        x: { label: 'x', scale: 'log' },
      },
    );
    expect(svg).toContain('>0.001<');
  });

  it('leave a gap where a reader has no value', () => {
    const svg = pairedPlot([{ name: 'a', values: [1, null, 2, 3] }], {
      ...axes,
      conditions: ['1', '2', '3', '4'],
    });
    expect(svg.match(/d="(M[^"]*)"/g)?.some((path) => path.split('M').length === 3)).toBe(true);
  });

  it('keep the names of lines that end together apart', () => {
    const lines = Array.from({ length: 12 }, (_, i) => ({ name: `reader-${i}`, values: [i, 5] }));
    const svg = pairedPlot(lines, { ...axes, conditions: ['a', 'b'], height: 200 });
    const heights = [...svg.matchAll(/y="([\d.]+)"[^>]*>reader-/g)].map(([, y]) => Number(y));
    const sorted = heights.sort((a, b) => a - b);
    expect(sorted).toHaveLength(12);
    for (let i = 1; i < 12; i++) expect(sorted[i]! - sorted[i - 1]!).toBeGreaterThanOrEqual(16.9);
  });

  it.each([
    ['linePlot: there must be at least one series, got 0', () => linePlot([], axes)],
    [
      'linePlot: y of a must be finite, got NaN',
      () => linePlot([{ name: 'a', points: [{ x: 1, y: Number.NaN }] }], axes),
    ],
    [
      'linePlot: tone of a must be 0 to 5, got 6',
      () => linePlot([{ name: 'a', points, tone: 6 }], axes),
    ],
    [
      'linePlot: a reference must be finite, got Infinity',
      () =>
        linePlot([{ name: 'a', points }], {
          ...axes,
          references: [{ axis: 'x', value: Number.POSITIVE_INFINITY }],
        }),
    ],
    [
      'linePlot: a domain must rise and be finite, got [1, 1]',
      () => linePlot([{ name: 'a', points }], { ...axes, x: { label: 'x', domain: [1, 1] } }),
    ],
    [
      'linePlot: a log axis must have positive values, got 0',
      () => linePlot([{ name: 'a', points }], { ...axes, x: { label: 'x', scale: 'log' } }),
    ],
    [
      'rocPlot: rates of a must lie in [0, 1], got 1.5',
      () =>
        rocPlot([{ name: 'a', points: [{ falsePositiveRate: 0, truePositiveRate: 1.5 }] }], {
          title: 'ROC',
        }),
    ],
    ['rocPlot: there must be at least one series, got 0', () => rocPlot([], { title: 'ROC' })],
    ['forestPlot: there must be at least one row, got 0', () => forestPlot([], axes)],
    [
      'forestPlot: values must be finite, got NaN',
      () => forestPlot([{ name: 'a', estimate: Number.NaN, lower: 0, upper: 1 }], axes),
    ],
    [
      'forestPlot: the interval of a must rise, got [2, 1]',
      () => forestPlot([{ name: 'a', estimate: 1, lower: 2, upper: 1 }], axes),
    ],
    [
      'forestPlot: tone of a must be 0 to 5, got -1',
      () => forestPlot([{ name: 'a', estimate: 1, lower: 0, upper: 1, tone: -1 }], axes),
    ],
    [
      'pairedPlot: there must be at least one line, got 0',
      () => pairedPlot([], { ...axes, conditions: ['a'] }),
    ],
    [
      'pairedPlot: a must have one value (and interval) for each of 2 conditions, got 1 and 1',
      () => pairedPlot([{ name: 'a', values: [1] }], { ...axes, conditions: ['a', 'b'] }),
    ],
    [
      'pairedPlot: values of a must be finite, got Infinity',
      () =>
        pairedPlot([{ name: 'a', values: [Number.POSITIVE_INFINITY] }], {
          ...axes,
          conditions: ['a'],
        }),
    ],
    [
      'pairedPlot: tone of a must be 0 to 5, got 1.5',
      () => pairedPlot([{ name: 'a', values: [1], tone: 1.5 }], { ...axes, conditions: ['a'] }),
    ],
  ])('refuse: %s', (message, plot) => {
    expect(plot).toThrow(new RangeError(message));
  });
});

/** WCAG 2 contrast ratio. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(colour: string): number {
  const channels = [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16) / 255);
  const [r, g, b] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
