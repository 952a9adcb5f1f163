import { describeMachine } from './measurement.ts';
import type {
  CampaignReport,
  CoreSecondsReport,
  FuzzReport,
  OverheadReport,
  QueueReport,
  WorkersReport,
} from './reports.ts';

/** Tables of docs/scale.md and docs/reliability.md, as they stand there: a test compares them with the figures that were kept. */
function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

const thousands = (value: number): string => value.toLocaleString('en-US');

/** What a job costs beside its operation, and its memory. */
export function overheadText(report: OverheadReport): string {
  const { images, by, seconds, workMs, besideMs, memory, machine } = report;
  const who = by === 'queue' ? 'one worker of a queue' : 'one worker';
  return [
    `${thousands(images)} images, ${who}, ${describeMachine(machine)}: ${seconds.toFixed(1)} s; ${workMs.toFixed(2)} ms an image in the operation, with reading files and keeping results; **${besideMs.toFixed(2)} ms beside it** (messages, bookkeeping, final results, start).`,
    table(
      ['images', 'worker, MiB', 'coordinator, MiB'],
      memory.map((row) => [
        thousands(row.images),
        Math.round(row.workerMiB),
        Math.round(row.coordinatorMiB),
      ]),
    ),
  ].join('\n\n');
}

/** Images per second by the number of workers. */
export function workersText({ network, height, width, rows, machine }: WorkersReport): string {
  const one = rows[0]?.imagesPerSecond ?? Number.NaN;
  return [
    `\`mammo-jobs score\`, \`${network}\` network, ${height} × ${width}, ${describeMachine(machine)}:`,
    table(
      ['workers', 'images/s', 'of one worker'],
      rows.map(({ workers, imagesPerSecond: rate }) => [
        workers,
        rate.toFixed(1),
        (rate / one).toFixed(2),
      ]),
    ),
  ].join('\n\n');
}

/** Images per second of workers that wait for as long as a chunk and the network take. */
export function queueText({ chunk, chunkMs, delayMs, rows, machine }: QueueReport): string {
  return [
    `Chunks of ${chunk} images that take ${chunkMs} ms, ${delayMs} ms of network before and after each, ${describeMachine(machine)}:`,
    table(
      ['workers', 'images/s', 'of the ideal'],
      rows.map((row) => [
        row.workers,
        row.imagesPerSecond.toFixed(0),
        `${(100 * row.share).toFixed(0)} %`,
      ]),
    ),
  ].join('\n\n');
}

/** Images of the cost model. */
const IMAGES = 1e7;
const PRICE_OF_CORE_HOUR = 0.04;
const HOUR_MS = 3_600_000;

/**
 * What 10 million images cost:
 *
 *   hours = 10⁷ · max(s / (e · n), o) / 3600,  cost = 10⁷ · s / e · p / 3600
 *
 * with s seconds of a core for an image, n cores, e the share of the ideal that 64 workers reach, o the command's own time for an
 * image, p the price of a core hour.
 */
export function costText(
  { rows }: CoreSecondsReport,
  parts: { readonly queue: QueueReport; readonly overhead: OverheadReport },
): string {
  const efficiency = parts.queue.rows.at(-1)?.share ?? Number.NaN;
  const { besideMs } = parts.overhead;
  const hours = (seconds: number, cores: number) =>
    (IMAGES * Math.max((1000 * seconds) / (efficiency * cores), besideMs)) / HOUR_MS;
  return [
    `o = ${besideMs.toFixed(2)} ms, e = ${efficiency.toFixed(2)}; the command itself becomes the limit at 1 / o = ${thousands(Math.round(1000 / besideMs))} images a second.`,
    table(
      [
        'network',
        's',
        '64 cores',
        '640 cores',
        'core hours',
        `cost at ${PRICE_OF_CORE_HOUR} a core hour`,
      ],
      rows.map(({ network, seconds }) => {
        const coreHours = (IMAGES * 1000 * seconds) / efficiency / HOUR_MS;
        return [
          `\`${network}\``,
          seconds.toPrecision(2),
          `${hours(seconds, 64).toFixed(2)} h`,
          `${hours(seconds, 640).toFixed(2)} h`,
          thousands(Math.round(coreHours)),
          thousands(Number((coreHours * PRICE_OF_CORE_HOUR).toFixed(2))),
        ];
      }),
    ),
  ].join('\n\n');
}

/** What damaged files did to parsers. */
export function fuzzText({ seed, seconds, rows, machine }: FuzzReport): string {
  return [
    `Seed ${seed}, ${seconds} s for each parser, ${describeMachine(machine)}:`,
    table(
      ['parser', 'inputs', 'read', 'refused', 'slowest, ms', 'defects'],
      rows.map((row) => [
        row.parser,
        thousands(row.inputs),
        thousands(row.read),
        thousands(row.refused),
        row.slowestMs,
        row.defects,
      ]),
    ),
  ].join('\n\n');
}

/** Campaigns of one scene, in a line each, and how often each fault struck in all of them. */
export function campaignText(
  reports: readonly CampaignReport[],
  comments: Readonly<Record<string, string>>,
): string {
  const subjects = [...new Set(reports.flatMap(({ subject }) => Object.keys(subject)))];
  const counters = [...new Set(reports.flatMap(({ wrong }) => Object.keys(wrong)))];
  const runs = table(
    ['seed', ...subjects, 'runs', 'faults', 'identical', ...counters],
    reports.map(({ seed, subject, runs: count, faults, identical, wrong }) => [
      seed,
      ...subjects.map((name) => String(subject[name] ?? '')),
      count,
      faults,
      `${identical} of ${count}`,
      ...counters.map((name) => wrong[name] ?? 0),
    ]),
  );
  const names = [...new Set(reports.flatMap(({ counts }) => Object.keys(counts)))].sort();
  const faults = table(
    ['fault', 'times', 'what comes of it'],
    names.map((name) => [
      name,
      reports.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0),
      comments[name] ?? '',
    ]),
  );
  return `${runs}\n\n${faults}`;
}
