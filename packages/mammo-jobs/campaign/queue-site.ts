import { freePort, startRedis } from '../test/redis-server.ts';
import { type Fault, pause } from './fault-run.ts';
import { type CampaignNetwork, makeNetwork } from './network.ts';
import { restartFaults, workerFaults } from './process-faults.ts';
import { restartable } from './program.ts';

/** A queue server, and workers that reach it by a cable each. */
export interface QueueSite {
  /** A command that uses the queue, in a network of its own. */
  command(args: readonly string[]): readonly string[];
  readonly faults: readonly Fault[];
  lastWords(): string;
  close(): Promise<void>;
}

/** Starts Redis, and workers of a process each; the command line gets a cable, too. */
export async function openQueueSite(options: {
  readonly cli: readonly string[];
  readonly root: string;
  readonly workers: number;
}): Promise<QueueSite> {
  const { cli, root, workers } = options;
  const networks = Array.from({ length: workers + 1 }, (_, index) => makeNetwork(index));
  const [ownNetwork, ...workerNetworks] = networks as [CampaignNetwork, ...CampaignNetwork[]];
  const port = await freePort();
  const bind = ['127.0.0.1', ...networks.map(({ gateway }) => gateway)];
  let server = await startRedis(port, bind);
  if (server === undefined) throw new Error('redis-server must be installed, found none');
  const urlOf = ({ gateway }: CampaignNetwork) => `redis://${gateway}:${port}`;
  const programs = workerNetworks.map((network) => {
    const worker = ['worker', '--redis', urlOf(network), '--root', root, '--workers', '1'];
    const [command, ...args] = [...network.enter, ...cli, ...worker];
    const program = restartable(command!, args, () => false);
    program.start();
    return program;
  });
  const replaceServer = async (awayMs: number): Promise<void> => {
    await server?.stop(); // and all that it knew
    await pause(awayMs);
    server = await startRedis(port, bind);
  };
  const anyCable = (
    name: string,
    act: (network: CampaignNetwork, ms: number) => Promise<void>,
  ): Fault => ({
    name,
    strike: async (random) => {
      const network = networks[random.integer(networks.length)]!;
      await act(network, 300 + random.integer(2000));
      return true;
    },
  });
  return {
    command: (args) => [...ownNetwork.enter, ...args, '--redis', urlOf(ownNetwork)],
    faults: [
      ...workerFaults(programs),
      ...programs.flatMap((program) => restartFaults('whole worker', program)),
      {
        name: 'queue server killed, all its contents lost',
        strike: async (random) => {
          await replaceServer(random.integer(800));
          return true;
        },
      },
      anyCable('cable pulled out for a while', (network, ms) => network.cut(ms)),
      anyCable('cable too narrow for a while', (network, ms) => network.slow(ms)),
      anyCable('four in ten packets lost for a while', (network, ms) => network.lossy(ms)),
      anyCable('cable pulled out, queue server killed meanwhile', async (network, ms) => {
        const isBack = network.cut(ms);
        await replaceServer(0);
        await isBack;
      }),
    ],
    lastWords: () => programs.map((program) => program.lastWords()).join('\n'),
    close: async () => {
      for (const program of programs) await program.end();
      await server?.stop();
      for (const network of networks) network.remove();
    },
  };
}
