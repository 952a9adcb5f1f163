import type { Graph } from './graph.ts';
import { typeOf, type View } from './layout.ts';

/** What a kernel gets: recorded inputs by name and in order, and tfjs's attributes. */
export interface KernelCall {
  readonly graph: Graph;
  readonly inputs: Readonly<Record<string, View>>;
  readonly list: readonly View[];
  readonly attributes: unknown;
}

/** Records a kernel; `undefined` leaves this call to tfjs-backend-cpu. */
export type Kernel = (call: KernelCall) => View | readonly View[] | undefined;

export type KernelTable = Readonly<Record<string, Kernel>>;

export const allFloat = (views: readonly View[]): boolean =>
  views.every((view) => typeOf(view) === 'float32');
