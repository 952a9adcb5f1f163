import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { choiceOption, UsageError } from '@mammo/command-line';
import type { FitPolicy } from '@mammo/mammo-io';
import type { CadCard } from '../cad-card.ts';
import type { CadModel } from '../cad-model.ts';
import { loadCad } from '../cad-weights.ts';
import { loadCadWithCard } from '../carded-cad.ts';

/** How images are brought to the size of a network. */
export const POLICIES: readonly FitPolicy[] = ['pad', 'stretch', 'crop', 'canvas'];

/** What the card of a model that was trained from the command line says of its images. */
export function preprocessingWords(policy: FitPolicy): string {
  return `preprocessMammogram of @mammo/mammo-io: policy ${policy}, chest wall left for left breasts, right for right ones`;
}

/** A model from files. */
export interface OpenedModel {
  readonly model: CadModel;
  /** Absent where there is none. */
  readonly card?: CadCard;
  /** How images are brought to its size. */
  readonly policy: FitPolicy;
}

/**
 * Opens weights with their card: the file that is named, or `card.json` beside them, if it is there.
 *
 * @param words - `--card` and `--policy`
 */
export async function openModel(
  path: string,
  words: { readonly card?: string | undefined; readonly policy?: string | undefined },
): Promise<OpenedModel> {
  const weights = await readNamed(path);
  const text = await cardText(path, words.card);
  const loaded = text === undefined ? undefined : await loadCadWithCard(weights, text);
  const said = /policy (\w+)/.exec(loaded?.card.input.preprocessing ?? '')?.[1];
  const policy = choiceOption('policy', words.policy ?? said, POLICIES) ?? 'pad';
  return loaded ? { ...loaded, policy } : { model: loadCad(weights), policy };
}

async function cardText(weights: string, named: string | undefined): Promise<string | undefined> {
  if (named !== undefined) return (await readNamed(named)).toString('utf8');
  const beside = join(dirname(weights), 'card.json');
  return readFile(beside, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function readNamed(path: string): Promise<Buffer> {
  return readFile(path).catch(({ code }: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} must be a readable file, got ${code}`);
  });
}
