import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashIds } from '../src/hash-ids.ts';

const salt = 'a secret of this study';
const image = {
  imageId: 'i1',
  patientId: 'P1',
  laterality: 'L',
  view: 'CC',
  label: 'negative',
  examId: 'e1',
  path: 'a.png',
} as const;

test('hashes ids by HMAC-SHA-256 and leaves the rest', async () => {
  const reference = (id: string) => createHmac('sha256', salt).update(id).digest('hex');
  const [first, second] = await hashIds([image, { ...image, imageId: 'é' }], { salt });
  expect(first).toEqual({
    ...image,
    imageId: reference('i1'),
    patientId: reference('P1'),
    examId: reference('e1'),
  });
  expect(second?.imageId).toBe(reference('é'));
  expect(second?.patientId).toBe(first?.patientId);
});

test('asks for a salt', async () => {
  await expect(hashIds([image], { salt: 'short' })).rejects.toThrow(
    'hashIds: salt must have at least 16 characters, got 5',
  );
});
