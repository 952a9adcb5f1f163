import { readFileSync } from 'node:fs';

/**
 * The README's tables of times and of memory, from the reports that run.ts wrote.
 *
 *   npm run bench:tables -w packages/gan-attack
 */

interface Cost {
  readonly peer: string;
  readonly failure?: string;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
  /** The first peer's wall time as a share of this one's. */
  readonly ratio: number | null;
}

interface Result {
  readonly size: string;
  readonly what: string;
  readonly peers: readonly Cost[];
}

/** What stands in a column for the costs of a step. */
type Column = readonly [head: string, cell: (costOf: (peer: string) => Cost) => string];

const SIZES: Readonly<Record<string, string>> = {
  small: '96×80, ¼, 8',
  medium: '192×160, ¼, 8',
  '256×208 ½': '256×208, ½, 1',
  '256×208 1': '256×208, 1, 1',
  'paper-low': '1024×832, 1, 1',
};

const STEPS: Readonly<Record<string, string>> = {
  cad_forward: 'classifier forward',
  cad_step_gp: 'classifier step, penalty',
  gnet_forward: 'generator forward',
  g_step_identity: 'generator step, reconstruct',
  d_step_gp: 'discriminator step, penalty',
  d_and_g_step: 'discriminator and generator step',
};

const ms =
  (peer: string): Column[1] =>
  (costOf) => {
    const { failure, wallMs } = costOf(peer);
    return failure === undefined ? wallMs.toFixed(0) : 'ended';
  };

const PROCESSOR: readonly Column[] = [
  ['onnx', ms('onnx')],
  ['spinning', ms('onnx-spinning')],
  ['PyTorch', ms('PyTorch')],
  ['ratio', (of) => (of('onnx').wallMs / of('PyTorch').wallMs).toFixed(2)],
  ['ratio, spinning', (of) => of('PyTorch').ratio?.toFixed(2) ?? ''],
  ['ratio of processor time', (of) => (of('onnx').cpuMs / of('PyTorch').cpuMs).toFixed(2)],
];

const GPU: readonly Column[] = [
  ['onnx-webgpu', ms('onnx-webgpu')],
  ['webgpu', ms('webgpu')],
  ['PyTorch, CUDA', ms('PyTorch')],
  ['onnx-webgpu / PyTorch', (of) => of('PyTorch').ratio?.toFixed(1) ?? ''],
];

const peak =
  (peer: string): Column[1] =>
  (of) =>
    of(peer).peakMiB.toFixed(0);

const MEMORY: readonly Column[] = [
  ['onnx', peak('onnx')],
  ['PyTorch', peak('PyTorch')],
  ['onnx / PyTorch', (of) => (of('onnx').peakMiB / of('PyTorch').peakMiB).toFixed(2)],
];

const ABSENT: Cost = {
  peer: '',
  wallMs: Number.NaN,
  cpuMs: Number.NaN,
  peakMiB: Number.NaN,
  ratio: null,
};

function printTable(name: string, columns: readonly Column[]): void {
  const path = new URL(`results/${name}.json`, import.meta.url);
  const { results } = JSON.parse(readFileSync(path, 'utf8')) as { results: readonly Result[] };
  const head = ['size, batch', 'step', ...columns.map(([title]) => title)];
  const rows = results.map(({ size, what, peers }, i) => {
    const costOf = (wanted: string) =>
      peers.find(({ peer }) => peer === wanted || peer.startsWith(`${wanted} `)) ?? ABSENT;
    const isNew = results[i - 1]?.size !== size;
    const cells = columns.map(([, cell]) => cell(costOf).replace('NaN', ''));
    return [isNew ? (SIZES[size] ?? size) : '', STEPS[what] ?? what, ...cells];
  });
  process.stdout.write(`${name}\n\n`);
  for (const row of [head, head.map(() => '---'), ...rows])
    process.stdout.write(`| ${row.join(' | ')} |\n`);
  process.stdout.write('\n');
}

printTable('processor-xeon', PROCESSOR);
printTable('processor-epyc', PROCESSOR);
printTable('memory-epyc', MEMORY);
printTable('h200', GPU);
printTable('h200-paper-low', GPU);
