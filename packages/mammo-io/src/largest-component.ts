import type { ImageWindow } from './crop-image.ts';
import type { ImageSize } from './image-size.ts';

/** A connected set of pixels. */
export interface Component {
  readonly area: number;
  readonly window: ImageWindow;
}

/**
 * The largest set of pixels that are connected by their edges, the first one of equally large ones; none of an empty mask.
 *
 * Rows are taken as runs; a run joins those of the row above that it touches (union-find).
 */
export function largestComponent(
  mask: Uint8Array,
  { height, width }: ImageSize,
): Component | undefined {
  const sets: RunSet[] = [];
  let above: Run[] = [];
  for (let row = 0; row < height; row++) {
    const runs = runsOf(mask.subarray(row * width, (row + 1) * width), row, sets);
    joinTouching(above, runs);
    above = runs;
  }
  let largest: RunSet | undefined;
  for (const set of sets) {
    if (set.parent === undefined && set.area > (largest?.area ?? 0)) largest = set;
  }
  if (largest === undefined) return undefined;
  const { area, top, bottom, left, right } = largest;
  return { area, window: { top, bottom, left, right } };
}

interface RunSet {
  parent: RunSet | undefined;
  area: number;
  top: number;
  bottom: number;
  left: number;
  right: number;
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly set: RunSet;
}

function runsOf(line: Uint8Array, row: number, sets: RunSet[]): Run[] {
  const runs: Run[] = [];
  let from = line.indexOf(1);
  while (from >= 0) {
    const next = line.indexOf(0, from);
    const to = next < 0 ? line.length : next;
    const edges = { top: row, bottom: row + 1, left: from, right: to };
    const set: RunSet = { parent: undefined, area: to - from, ...edges };
    sets.push(set);
    runs.push({ from, to, set });
    from = line.indexOf(1, to);
  }
  return runs;
}

function joinTouching(above: readonly Run[], runs: readonly Run[]): void {
  let [upper, lower] = [0, 0];
  while (upper < above.length && lower < runs.length) {
    const [first, second] = [above[upper]!, runs[lower]!];
    if (first.from < second.to && second.from < first.to) join(first.set, second.set);
    if (first.to < second.to) upper++;
    else lower++;
  }
}

/** Into the earlier set, which began further up or left. */
function join(earlier: RunSet, later: RunSet): void {
  const [root, other] = [rootOf(earlier), rootOf(later)];
  if (root === other) return;
  other.parent = root;
  root.area += other.area;
  root.top = Math.min(root.top, other.top);
  root.bottom = Math.max(root.bottom, other.bottom);
  root.left = Math.min(root.left, other.left);
  root.right = Math.max(root.right, other.right);
}

function rootOf(set: RunSet): RunSet {
  let root = set;
  while (root.parent !== undefined) {
    if (root.parent.parent !== undefined) root.parent = root.parent.parent;
    root = root.parent;
  }
  return root;
}
