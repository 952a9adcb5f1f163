import { killCampaign } from './kill-campaign.ts';
import { setup } from './postgres.ts';

/** `npm run kill -w examples/reading-room [KILLS]`: the long campaign, on every database that is present. */
const kills = Number(process.argv[2] ?? 200);
const teardown = await setup();
for (const url of [undefined, process.env.ROOM_TEST_POSTGRES]) {
  const name = url === undefined ? 'PGlite' : 'PostgreSQL';
  const onKill = (kill: number) => {
    if (kill % 20 === 0) process.stdout.write(`${name}: killed ${kill} times\n`);
  };
  const result = await killCampaign({ kills, readers: 5, seed: 1, url, onKill });
  process.stdout.write(`${name}: ${JSON.stringify(result)}\n`);
  if (result.lost > 0 || result.surplus > 0) process.exitCode = 1;
}
await teardown?.();
