import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors, fromTorch, toTorch } from '../src/index.ts';

const WEIGHTS = fileURLToPath(
  new URL('../../../../shared/reference/weights/cad_D.safetensors', import.meta.url),
);

describe.skipIf(!existsSync(WEIGHTS))('weights that PyTorch saved (../shared/reference)', () => {
  test('are read, and written again with the same values', () => {
    const { tensors } = decodeSafetensors(readFileSync(WEIGHTS));
    expect(tensors['vnet.0.weight']?.shape).toEqual([16, 3, 3, 3]);
    expect(decodeSafetensors(encodeSafetensors(tensors)).tensors).toEqual({ ...tensors });
  });

  test('keep their values through both layouts', () => {
    const { tensors } = decodeSafetensors(readFileSync(WEIGHTS));
    for (const tensor of Object.values(tensors)) {
      expect(toTorch(fromTorch(tensor))).toEqual(tensor);
    }
  });
});
