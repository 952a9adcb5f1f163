import { allowedGlobal, callGlobal } from './pickle-globals.ts';
import { TorchFileError } from './torch-file-error.ts';

/** Marks where on the stack a tuple, a list or the entries of a dictionary begin. */
const MARK = Symbol('mark');

/** The state of a pickle machine. */
interface Machine {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
  readonly stack: unknown[];
  readonly memo: Map<number, unknown>;
  readonly persistent: (id: unknown) => unknown;
}

/** A value, and where its pickle ends. */
export interface Unpickled {
  readonly value: unknown;
  readonly end: number;
}

/**
 * Reads a pickle of what PyTorch saves: numbers, strings, tuples and lists as arrays, dictionaries as maps, and tensors. This is no
 * Python: a name that is not on a short list is refused, and nothing is ever looked up, imported or run.
 *
 * @param persistent - makes what a persistent id stands for
 * @throws TorchFileError if the pickle is damaged, or does anything else
 * @see Python, Lib/pickletools.py, for the operations of protocol 2
 */
export function unpickle(
  bytes: Uint8Array,
  {
    start = 0,
    persistent,
  }: { readonly start?: number; readonly persistent: Machine['persistent'] },
): Unpickled {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const machine: Machine = { bytes, view, at: start, stack: [], memo: new Map(), persistent };
  while (machine.at < bytes.length) {
    const place = machine.at;
    const code = bytes[machine.at++]!;
    if (code === STOP) return { value: pop(machine), end: machine.at };
    const operation = OPERATIONS.get(code);
    if (operation === undefined) {
      throw damaged(`must have known operations, got 0x${code.toString(16)} at ${place}`);
    }
    operation(machine);
  }
  throw damaged('must end with a stop, got none');
}

const STOP = '.'.charCodeAt(0);

const OPERATIONS: ReadonlyMap<number, (machine: Machine) => void> = new Map(
  Object.entries({
    '\x80': (m) => void take(m, 1), // PROTO
    '(': (m) => m.stack.push(MARK),
    N: (m) => m.stack.push(null),
    '\x88': (m) => m.stack.push(true),
    '\x89': (m) => m.stack.push(false),
    K: (m) => m.stack.push(m.bytes[take(m, 1)]),
    M: (m) => m.stack.push(m.view.getUint16(take(m, 2), true)),
    J: (m) => m.stack.push(m.view.getInt32(take(m, 4), true)),
    '\x8a': (m) => m.stack.push(longInteger(m)),
    G: (m) => m.stack.push(m.view.getFloat64(take(m, 8))),
    X: (m) => m.stack.push(textOf(m, m.view.getUint32(take(m, 4), true))),
    U: (m) => m.stack.push(textOf(m, m.bytes[take(m, 1)]!)),
    T: (m) => m.stack.push(textOf(m, m.view.getUint32(take(m, 4), true))),
    ')': (m) => m.stack.push([]),
    '\x85': (m) => m.stack.push(popMany(m, 1)),
    '\x86': (m) => m.stack.push(popMany(m, 2)),
    '\x87': (m) => m.stack.push(popMany(m, 3)),
    t: (m) => m.stack.push(popToMark(m)),
    ']': (m) => m.stack.push([]),
    a: (m) => append(m, [pop(m)]),
    e: (m) => append(m, popToMark(m)),
    '}': (m) => m.stack.push(new Map()),
    s: (m) => setItems(m, popMany(m, 2)),
    u: (m) => setItems(m, popToMark(m)),
    q: (m) => m.memo.set(m.bytes[take(m, 1)]!, peek(m)),
    r: (m) => m.memo.set(m.view.getUint32(take(m, 4), true), peek(m)),
    h: (m) => m.stack.push(remembered(m, m.bytes[take(m, 1)]!)),
    j: (m) => m.stack.push(remembered(m, m.view.getUint32(take(m, 4), true))),
    c: (m) => m.stack.push(allowedGlobal(line(m), line(m))),
    R: (m) => {
      const [callee, args] = popMany(m, 2);
      m.stack.push(callGlobal(callee, args));
    },
    Q: (m) => m.stack.push(m.persistent(pop(m))),
    b: (m) => {
      pop(m); // the attributes of a dictionary: versions of its modules
      if (!(peek(m) instanceof Map))
        throw damaged('must give attributes to dictionaries only, got another value');
    },
  } satisfies Record<string, (machine: Machine) => void>).map(([sign, run]) => [
    sign.charCodeAt(0),
    run,
  ]),
);

/** Steps over bytes; returns where they begin. */
function take(machine: Machine, count: number): number {
  const { at, bytes } = machine;
  if (at + count > bytes.length) {
    throw damaged(`must have ${count} bytes from ${at} on, got ${bytes.length - at}`);
  }
  machine.at += count;
  return at;
}

function pop({ stack }: Machine): unknown {
  if (stack.length === 0 || stack.at(-1) === MARK)
    throw damaged('must have a value on its stack, got none');
  return stack.pop();
}

function popMany(machine: Machine, count: number): unknown[] {
  return Array.from({ length: count }, () => pop(machine)).reverse();
}

function popToMark({ stack }: Machine): unknown[] {
  const mark = stack.lastIndexOf(MARK);
  if (mark < 0) throw damaged('must have a mark on its stack, got none');
  return stack.splice(mark).slice(1);
}

function peek(machine: Machine): unknown {
  const value = pop(machine);
  machine.stack.push(value);
  return value;
}

function append(machine: Machine, items: readonly unknown[]): void {
  const list = peek(machine);
  if (!Array.isArray(list)) throw damaged('must append to lists only, got another value');
  for (const item of items) list.push(item);
}

function setItems(machine: Machine, entries: readonly unknown[]): void {
  const dictionary = peek(machine);
  if (!(dictionary instanceof Map) || entries.length % 2 !== 0) {
    throw damaged('must set the entries of dictionaries only, got another value');
  }
  for (let i = 0; i < entries.length; i += 2) dictionary.set(entries[i], entries[i + 1]);
}

function remembered({ memo }: Machine, place: number): unknown {
  if (!memo.has(place)) throw damaged(`must refer to what it remembers, got ${place}`);
  return memo.get(place);
}

/** A whole number of up to 255 bytes, two's complement, least byte first. */
function longInteger(machine: Machine): number | bigint {
  const length = machine.bytes[take(machine, 1)]!;
  const start = take(machine, length);
  let value = 0n;
  for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(machine.bytes[start + i]!);
  const signed = BigInt.asIntN(8 * length, value);
  const number = Number(signed);
  return Number.isSafeInteger(number) ? number : signed;
}

function textOf(machine: Machine, length: number): string {
  const start = take(machine, length);
  return new TextDecoder().decode(machine.bytes.subarray(start, start + length));
}

const LONGEST_NAME = 256;

/** Text up to a line feed. */
function line(machine: Machine): string {
  const end = machine.bytes.indexOf(10, machine.at);
  if (end < 0 || end - machine.at > LONGEST_NAME) {
    throw damaged(`must have names of at most ${LONGEST_NAME} bytes, got a longer one`);
  }
  const text = textOf(machine, end - machine.at);
  take(machine, 1);
  return text;
}

const damaged = (what: string): TorchFileError =>
  new TorchFileError(`readTorchFile: pickle ${what}`);
