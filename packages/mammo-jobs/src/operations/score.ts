import { loadCad, score } from '@mammo/cad-classifier';
import { caseFields } from './case-fields.ts';
import { imageSetOf } from './image-set-of.ts';
import { loadWeights, type WeightsFile } from './load-weights.ts';
import { mapImages } from './map-images.ts';
import type { Operation } from './operation.ts';
import type { ImageReading } from './read-images.ts';
import { type EngineSettings, startEngine } from './start-engine.ts';

/** What decides the scores of a job. */
export interface ScoreSettings extends EngineSettings {
  readonly model: WeightsFile;
  readonly reading: Omit<ImageReading, 'height' | 'width'>;
}

/** Scores images: p(cancer) of each, and its two logits. */
export async function open({ model, reading, ...engine }: ScoreSettings): Promise<Operation> {
  await startEngine(engine);
  const cad = loadCad(await loadWeights(model));
  const { height, width } = cad.options;
  return {
    run: (rows) =>
      mapImages(rows, { ...reading, height, width }, async (images) => {
        const { logits, probabilities } = await score(cad, imageSetOf(images, cad.options));
        return images.map(({ row }, index) => ({
          ...caseFields(row),
          score: probabilities[index],
          logitCancer: logits[2 * index],
          logitHealthy: logits[2 * index + 1],
        }));
      }),
    close: () => cad.dispose(),
  };
}
