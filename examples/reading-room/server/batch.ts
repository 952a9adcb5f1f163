import { setImmediate } from 'node:timers/promises';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Answers requests in groups: while one group is under way, whatever else is asked for waits and makes up the next one. So fifty answers
 * that come at once cost two statements and two commits, and one that comes alone waits for nobody.
 *
 * @param run - answers a group; results in the order of the items
 * @returns answers one item. Where a group fails, each of its items is tried alone, so that one cannot spoil the others
 */
export function inBatches<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let running = false;

  async function settle(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await run(group.map(({ item }) => item));
      for (const [i, { resolve }] of group.entries()) resolve(results[i] as Result);
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const each of group) await settle([each]);
    }
  }
  async function work(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      await setImmediate(); // requests that have arrived already shall be in this group
      const group = waiting;
      waiting = [];
      await settle(group);
    }
    running = false;
  }
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void work();
    });
}
