import { expect, test } from 'vitest';
import { DATABASES } from './databases.ts';
import { killCampaign } from './kill-campaign.ts';

test.each(DATABASES.filter(({ name, url }) => name === 'PGlite' || url))(
  'a server on $name that is killed loses and doubles nothing',
  async ({ url }) => {
    const result = await killCampaign({ kills: 3, readers: 3, seed: 7, url });
    expect(result).toMatchObject({ kills: 3, lost: 0, surplus: 0 });
    expect(result.confirmed).toBeGreaterThanOrEqual(3);
  },
);
