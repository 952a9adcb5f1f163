import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { FAULT_COMMENTS } from '../measured/fault-comments.ts';
import { keptMeasurements, readMeasurement } from '../measured/measurement.ts';
import { PAGES, pagePath, withFigures } from '../measured/pages.ts';
import type { CampaignReport } from '../measured/reports.ts';

test.each(PAGES)('the figures of %s are those that scripts kept', async (page) => {
  const text = await readFile(pagePath(page), 'utf8');
  expect(text).toContain('<!-- measured: ');
  expect(await withFigures(text)).toBe(text);
});

test('a page cannot ask for figures that there are not', async () => {
  await expect(withFigures('<!-- measured: nothing -->\n<!-- end -->')).rejects.toThrow(
    'withFigures: no figures of nothing',
  );
});

test('in every campaign that was kept all runs were identical, and every fault is explained', async () => {
  const names = (await keptMeasurements()).filter((name) => /^(archive|training)-/.test(name));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const { runs, identical, wrong, counts } = await readMeasurement<CampaignReport>(name);
    expect(identical, name).toBe(runs);
    expect(Object.values(wrong).every((count) => count === 0)).toBe(true);
    for (const fault of Object.keys(counts)) expect(FAULT_COMMENTS[fault], fault).toBeDefined();
  }
});
