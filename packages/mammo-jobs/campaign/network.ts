import { execFileSync } from 'node:child_process';
import { pause } from './fault-run.ts';

/** A program's own network, joined to this machine's by one cable. */
export interface CampaignNetwork {
  /** The machine's address at the other end of the cable. */
  readonly gateway: string;
  /** Words before a command that runs it in this network. */
  readonly enter: readonly string[];
  /** Pulls the cable out for a while. */
  cut(ms: number): Promise<void>;
  /** Lets so few bits through for a while that answers come late. */
  slow(ms: number): Promise<void>;
  /** Loses four in ten packets, either way, for a while. */
  lossy(ms: number): Promise<void>;
  remove(): void;
}

/**
 * Makes a network name space; needs root, iproute2 and iptables. Delay is made by a narrow cable (`tc tbf`), since not every kernel
 * has `tc netem`.
 */
export function makeNetwork(index: number): CampaignNetwork {
  const name = `mammo-${process.pid}-${index}`;
  const outside = `mj${process.pid % 100_000}o${index}`;
  const inside = `mj${process.pid % 100_000}i${index}`;
  const subnet = `10.${200 + (process.pid % 50)}.${index}`;
  const ip = (...args: readonly string[]) => execFileSync('ip', args);
  ip('netns', 'add', name);
  ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside);
  ip('link', 'set', inside, 'netns', name);
  ip('addr', 'add', `${subnet}.1/24`, 'dev', outside);
  ip('link', 'set', outside, 'up');
  ip('-n', name, 'addr', 'add', `${subnet}.2/24`, 'dev', inside);
  ip('-n', name, 'link', 'set', inside, 'up');
  ip('-n', name, 'link', 'set', 'lo', 'up');
  const lose = (flag: '-A' | '-D') => {
    const rule = ['-m', 'statistic', '--mode', 'random', '--probability', '0.4', '-j', 'DROP'];
    execFileSync('iptables', [flag, 'INPUT', '-i', outside, ...rule]);
    execFileSync('iptables', [flag, 'OUTPUT', '-o', outside, ...rule]);
  };
  const forAWhile = async (begin: () => unknown, end: () => unknown, ms: number): Promise<void> => {
    begin();
    await pause(ms);
    end();
  };
  const queue = ['dev', outside, 'root'];
  return {
    gateway: `${subnet}.1`,
    enter: ['nsenter', `--net=/run/netns/${name}`],
    cut: (ms) =>
      forAWhile(
        () => ip('link', 'set', outside, 'down'),
        () => ip('link', 'set', outside, 'up'),
        ms,
      ),
    slow: (ms) =>
      forAWhile(
        () =>
          execFileSync('tc', [
            ...['qdisc', 'add', ...queue, 'tbf', 'rate', '128kbit', 'burst', '4kb'],
            ...['latency', '2s'],
          ]),
        () => execFileSync('tc', ['qdisc', 'del', ...queue]),
        ms,
      ),
    lossy: (ms) =>
      forAWhile(
        () => lose('-A'),
        () => lose('-D'),
        ms,
      ),
    remove: () => {
      ip('link', 'del', outside);
      ip('netns', 'del', name);
    },
  };
}
