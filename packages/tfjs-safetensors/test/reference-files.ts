import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const data =
  process.env.MAMMO_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** Folder of the PyTorch reference's weights; may be absent. */
export const referenceWeights: string = `${data}/../reference/weights`;

/** Why the tests that need it are skipped, for their name. */
export const whenAbsent: string = existsSync(referenceWeights)
  ? ''
  : ' (skipped: ../shared/reference absent)';
