import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome } from './campaign.ts';

/** What came of a job over so many images: the digest of its files, and how many images were lost or are there twice. */
export async function archiveOutcome(out: string, images: number): Promise<Outcome> {
  const hash = createHash('sha256');
  const seen = new Map<string, number>();
  for (const name of ['results.jsonl', 'quarantine.jsonl']) {
    const text = await readFile(join(out, name), 'utf8');
    hash.update(`${name}\n${text}`);
    for (const line of text.split('\n').slice(0, -1)) {
      const { caseId } = JSON.parse(line) as { readonly caseId: string };
      seen.set(caseId, (seen.get(caseId) ?? 0) + 1);
    }
  }
  const doubled = [...seen.values()].filter((count) => count > 1).length;
  return { digest: hash.digest('hex'), wrong: { lost: images - seen.size, doubled } };
}
