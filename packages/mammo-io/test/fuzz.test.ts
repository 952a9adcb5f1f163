import { describe, expect, test } from 'vitest';
import { judgeInput } from '../fuzz/target.ts';
import { fuzzTargets } from '../fuzz/targets.ts';
import { skipReason } from './shared-data.ts';

const targets = skipReason ? [] : await fuzzTargets();

describe.skipIf(skipReason)(`damaged files${skipReason}`, () => {
  test.each(targets)('$name: pixels or an ImageFileError', async (target) => {
    for (let input = 0; input < 60; input++) {
      const { kind, detail } = await judgeInput(target, { seed: 2, input });
      if (kind === 'defect') expect.fail(detail);
    }
  });
});
