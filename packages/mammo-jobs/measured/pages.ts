import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { FAULT_COMMENTS } from './fault-comments.ts';
import { keptMeasurements, readMeasurement } from './measurement.ts';
import type {
  CampaignReport,
  CoreSecondsReport,
  FuzzReport,
  OverheadReport,
  QueueReport,
  WorkersReport,
} from './reports.ts';
import {
  campaignText,
  costText,
  fuzzText,
  overheadText,
  queueText,
  workersText,
} from './tables.ts';

/** The text of each place in the pages that has figures, from those that were kept. */
const SECTIONS: Readonly<Record<string, () => Promise<string>>> = {
  'archive-pool': () => campaigns('archive-pool'),
  'archive-queue': () => campaigns('archive-queue'),
  cost: async () =>
    costText(await readMeasurement<CoreSecondsReport>('core-seconds'), {
      queue: await readMeasurement<QueueReport>('queue'),
      overhead: await readMeasurement<OverheadReport>('overhead-pool'),
    }),
  fuzz: async () => fuzzText(await readMeasurement<FuzzReport>('fuzz')),
  'overhead-pool': async () => overheadText(await readMeasurement<OverheadReport>('overhead-pool')),
  'overhead-queue': async () =>
    overheadText(await readMeasurement<OverheadReport>('overhead-queue')),
  queue: async () => queueText(await readMeasurement<QueueReport>('queue')),
  training: () => campaigns('training'),
  workers: async () => workersText(await readMeasurement<WorkersReport>('workers')),
};

/** Pages with figures, from the folder of the repository. */
export const PAGES: readonly string[] = ['docs/scale.md', 'docs/reliability.md'];

/** Where a page lies. */
export function pagePath(page: string): string {
  return fileURLToPath(new URL(`../../../${page}`, import.meta.url));
}

/**
 * Puts the figures that were kept into a page, between `<!-- measured: NAME -->` and `<!-- end -->`.
 *
 * @throws RangeError if there are no figures of a name
 */
export async function withFigures(text: string): Promise<string> {
  const parts = text.split(/(<!-- measured: [a-z-]+ -->\n)[\s\S]*?(<!-- end -->)/);
  for (const [index, part] of parts.entries()) {
    const [, name] = /^<!-- measured: ([a-z-]+) -->\n$/.exec(part) ?? [];
    if (name === undefined) continue;
    const section = SECTIONS[name];
    if (section === undefined) throw new RangeError(`withFigures: no figures of ${name}`);
    parts[index] = `${part}\n${await section()}\n\n`;
  }
  return parts.join('');
}

/** Writes all pages anew. */
export async function writePages(): Promise<void> {
  for (const page of PAGES) {
    const path = pagePath(page);
    await writeFile(path, await withFigures(await readFile(path, 'utf8')));
  }
}

async function campaigns(scene: string): Promise<string> {
  const names = (await keptMeasurements()).filter((name) => name.startsWith(`${scene}-`));
  const reports = await Promise.all(names.map((name) => readMeasurement<CampaignReport>(name)));
  return campaignText(
    [...reports].sort((one, other) => one.seed - other.seed),
    FAULT_COMMENTS,
  );
}
