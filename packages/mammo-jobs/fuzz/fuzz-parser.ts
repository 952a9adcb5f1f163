import { randomStream } from '@mammo/mammo-io';
import { mutate } from '../../mammo-io/fuzz/mutation.ts';

/** A parser, sound files for it to be damaged, and how it says no. */
export interface ParserTarget {
  readonly name: string;
  readonly files: readonly Uint8Array[];
  readonly read: (bytes: Uint8Array) => unknown;
  /** Whether an error is the one that the parser documents. */
  readonly refuses: (error: unknown) => boolean;
  /** Whether a damaged file is never read, because it has a checksum. */
  readonly findsEveryDamage?: boolean;
}

/** What became of the inputs of one parser. */
export interface ParserTally {
  readonly name: string;
  inputs: number;
  read: number;
  refused: number;
  /** Processor time of the slowest input. */
  slowestMs: number;
  /** What should not have happened, with the number of the input, which with the seed repeats it. */
  readonly defects: string[];
}

const SLOWEST_MS = 2000;

/** Texts that parsers stumble over, put anywhere into a damaged file. */
const HOSTILE = [
  '{"__proto__":{"polluted":1}}',
  '"__proto__":',
  '"constructor":{"prototype":{"polluted":1}},',
  '../../../etc/passwd',
  '=cmd|calc',
  '[[[[[[[[[[[[[[[[[[[[[[',
  '\u0000',
  '\uFEFF',
  '1e999',
  '-0',
  '99999999999999999999',
  '"'.repeat(50),
  '\r\n',
];

/** Damages files and reads them until the time is over, or so many inputs were read. */
export function fuzzParser(
  target: ParserTarget,
  limits: { readonly seed: number; readonly seconds: number; readonly inputs?: number },
): ParserTally {
  const { seed, seconds, inputs = Number.POSITIVE_INFINITY } = limits;
  const { name } = target;
  const tally: ParserTally = { name, inputs: 0, read: 0, refused: 0, slowestMs: 0, defects: [] };
  const end = performance.now() + 1000 * seconds;
  for (let input = 0; input < inputs && performance.now() < end; input++) {
    const defect = judge(target, damagedFile(target, { seed, input }), tally);
    if (defect !== undefined) tally.defects.push(`input ${input}: ${defect}`);
    tally.inputs += 1;
  }
  return tally;
}

/** The damaged file of a seed and a number. */
function damagedFile(
  { name, files }: ParserTarget,
  { seed, input }: { readonly seed: number; readonly input: number },
): Uint8Array {
  const random = randomStream(seed, 'fuzz', name, input);
  const { bytes } = mutate(files[random.integer(files.length)]!, random);
  if (random.uniform() < 0.7) return bytes;
  const text = new TextEncoder().encode(HOSTILE[random.integer(HOSTILE.length)]!);
  const at = random.integer(bytes.length + 1);
  return Uint8Array.from([...bytes.subarray(0, at), ...text, ...bytes.subarray(at)]);
}

/** Reads a file; says what is wrong with how that went, if anything. */
function judge(target: ParserTarget, bytes: Uint8Array, tally: ParserTally): string | undefined {
  const before = process.cpuUsage(); // on a machine under load the clock says nothing of a parser
  let defect: string | undefined;
  try {
    target.read(bytes);
    tally.read += 1;
    const isWhole = target.files.some((file) => Buffer.compare(file, bytes) === 0);
    if (target.findsEveryDamage && !isWhole) defect = 'read though it is damaged';
  } catch (error) {
    tally.refused += 1;
    if (!target.refuses(error)) defect = `${(error as Error).name}: ${(error as Error).message}`;
  }
  const { user, system } = process.cpuUsage(before);
  const elapsedMs = (user + system) / 1000;
  tally.slowestMs = Math.max(tally.slowestMs, elapsedMs);
  if (elapsedMs > SLOWEST_MS) return `took ${Math.round(elapsedMs)} ms`;
  if (Object.keys(Object.prototype).length > 0 || 'polluted' in {}) {
    return 'changed Object.prototype';
  }
  return defect;
}
