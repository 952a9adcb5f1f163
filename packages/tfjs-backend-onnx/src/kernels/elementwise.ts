import type * as tf from '@tensorflow/tfjs-core';
import { constantView, elementwise } from '../broadcast.ts';
import type { ElementType, Graph } from '../graph.ts';
import { allFloat, type Kernel, type KernelTable } from '../kernel.ts';
import { reshapeView, typeOf, type View } from '../layout.ts';

/** Operations of one float tensor that have the same meaning in ONNX. */
const SAME_UNARY = {
  Abs: 'Abs',
  Acos: 'Acos',
  Acosh: 'Acosh',
  Asin: 'Asin',
  Asinh: 'Asinh',
  Atan: 'Atan',
  Atanh: 'Atanh',
  Ceil: 'Ceil',
  Cos: 'Cos',
  Cosh: 'Cosh',
  Elu: 'Elu',
  Erf: 'Erf',
  Exp: 'Exp',
  Floor: 'Floor',
  Log: 'Log',
  Neg: 'Neg',
  Reciprocal: 'Reciprocal',
  Relu: 'Relu',
  Round: 'Round',
  Sigmoid: 'Sigmoid',
  Sin: 'Sin',
  Sinh: 'Sinh',
  Softplus: 'Softplus',
  Sqrt: 'Sqrt',
  Tanh: 'Tanh',
} as const;

const COMPARISONS = {
  Equal: 'Equal',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
} as const;

const floatUnary =
  (record: (graph: Graph, x: View, attributes: unknown) => View): Kernel =>
  ({ graph, list, attributes }) =>
    allFloat(list) ? record(graph, list[0]!, attributes) : undefined;

const numericBinary =
  (op: string): Kernel =>
  ({ graph, list }) => {
    const [a, b] = list as [View, View];
    const type = typeOf(a);
    if (type === 'bool' || type !== typeOf(b)) return undefined;
    return elementwise(graph, op, [a, b], type);
  };

const floatBinary =
  (record: (graph: Graph, a: View, b: View) => View): Kernel =>
  ({ graph, list }) =>
    allFloat(list) ? record(graph, list[0]!, list[1]!) : undefined;

const logical =
  (op: string): Kernel =>
  ({ graph, list }) =>
    list.every((view) => typeOf(view) === 'bool')
      ? elementwise(graph, op, list, 'bool')
      : undefined;

const comparison =
  (op: string): Kernel =>
  ({ graph, list }) => {
    const types = new Set(list.map(typeOf));
    if (types.size > 1 || types.has('bool')) return undefined;
    return elementwise(graph, op, list, 'bool');
  };

const one = (graph: Graph): View => constantView(graph, 1);
export const unary = (graph: Graph, op: string, x: View): View =>
  elementwise(graph, op, [x], 'float32');

export const binary = (graph: Graph, op: string, a: View, b: View): View =>
  elementwise(graph, op, [a, b], 'float32');

export const castView = (graph: Graph, x: View, type: ElementType): View =>
  typeOf(x) === type ? x : elementwise(graph, 'Cast', [x], type, { to: { tensorType: type } });

export const selectView = (graph: Graph, condition: View, a: View, b: View): View =>
  elementwise(graph, 'Where', [condition, a, b], typeOf(a));

/** log(1 + x) with full relative accuracy near zero (W. Kahan's correction of the rounded sum). */
function log1p(graph: Graph, x: View): View {
  const sum = binary(graph, 'Add', x, one(graph));
  const excess = binary(graph, 'Sub', sum, one(graph));
  const isTiny = elementwise(graph, 'Equal', [excess, constantView(graph, 0)], 'bool');
  const log = unary(graph, 'Log', sum);
  const safe = selectView(graph, isTiny, one(graph), excess);
  const corrected = binary(graph, 'Mul', log, binary(graph, 'Div', x, safe));
  const isInfinite = elementwise(graph, 'IsInf', [sum], 'bool');
  return selectView(graph, isTiny, x, selectView(graph, isInfinite, log, corrected));
}

/** exp(x) − 1 with full relative accuracy near zero (W. Kahan's correction). */
function expm1(graph: Graph, x: View): View {
  const power = unary(graph, 'Exp', x);
  const difference = binary(graph, 'Sub', power, one(graph));
  const magnitude = unary(graph, 'Abs', x);
  const isNear = elementwise(graph, 'Less', [magnitude, constantView(graph, 0.5)], 'bool');
  const isTiny = elementwise(graph, 'Equal', [difference, constantView(graph, 0)], 'bool');
  const log = selectView(graph, isTiny, one(graph), unary(graph, 'Log', power));
  const corrected = binary(graph, 'Mul', difference, binary(graph, 'Div', x, log));
  return selectView(graph, isNear, selectView(graph, isTiny, x, corrected), difference);
}

export function clip(graph: Graph, x: View, least: number, most: number): View {
  const result = graph.node(
    'Clip',
    [x.value, graph.scalar(least), graph.scalar(most)],
    x.value.shape,
    'float32',
  );
  return { ...x, value: result };
}

const isNan = (graph: Graph, x: View): View => elementwise(graph, 'IsNaN', [x], 'bool');

/** 1 above zero, `alpha` elsewhere, NaN where x is. Where relu(x) exists its sign is the same. */
function step(graph: Graph, x: View, alpha: number): View {
  const mask = stepMask(graph, x, alpha);
  const result = selectView(graph, isNan(graph, x), x, mask);
  graph.masks.set(result.value, mask.value);
  return result;
}

/** ONNX Runtime selects several times more slowly than it compares, converts or rounds. */
function stepMask(graph: Graph, x: View, alpha: number): View {
  if (alpha > 0 && alpha <= 1) {
    const source = { ...x, value: graph.rectified.get(x.value) ?? x.value };
    return clip(graph, unary(graph, 'Ceil', source), alpha, 1);
  }
  const positive = elementwise(graph, 'Greater', [x, constantView(graph, 0)], 'bool');
  if (alpha === 0) return castView(graph, positive, 'float32');
  return selectView(graph, positive, one(graph), constantView(graph, alpha));
}

/** The sign of x, and 0 where x is not a number, as in tfjs-backend-cpu. */
const sign = (graph: Graph, x: View): View =>
  selectView(graph, isNan(graph, x), constantView(graph, 0), unary(graph, 'Sign', x));

function eluGrad(graph: Graph, dy: View, y: View): View {
  const isLinear = elementwise(graph, 'GreaterOrEqual', [y, constantView(graph, 0)], 'bool');
  const curved = binary(graph, 'Mul', dy, binary(graph, 'Add', y, one(graph)));
  return selectView(graph, isLinear, dy, curved);
}

export function prelu(graph: Graph, x: View, alpha: View): View {
  const positive = elementwise(graph, 'GreaterOrEqual', [x, constantView(graph, 0)], 'bool');
  return selectView(graph, positive, x, binary(graph, 'Mul', x, alpha));
}

export function leakyRelu(graph: Graph, x: View, alpha: number): View {
  const y = elementwise(graph, 'LeakyRelu', [x], 'float32', { alpha: { float: alpha } });
  if (alpha > 0) graph.rectified.set(x.value, y.value);
  return y;
}

const SELU_ALPHA = 1.7580993408473768;
const SELU_SCALE = 1.0507009873554805;

const unaryKernels: KernelTable = Object.fromEntries(
  Object.entries(SAME_UNARY).map(([name, op]) => [
    name,
    floatUnary((graph, x) => unary(graph, op, x)),
  ]),
);

const comparisonKernels: KernelTable = Object.fromEntries(
  Object.entries(COMPARISONS).map(([name, op]) => [name, comparison(op)]),
);

export const elementwiseKernels: KernelTable = {
  ...unaryKernels,
  ...comparisonKernels,
  Add: numericBinary('Add'),
  Sub: numericBinary('Sub'),
  Multiply: numericBinary('Mul'),
  RealDiv: floatBinary((graph, a, b) => binary(graph, 'Div', a, b)),
  Maximum: numericBinary('Max'),
  Minimum: numericBinary('Min'),
  Pow: floatBinary((graph, a, b) => binary(graph, 'Pow', a, b)),
  FloorDiv: floatBinary((graph, a, b) =>
    castView(graph, unary(graph, 'Floor', binary(graph, 'Div', a, b)), 'int32'),
  ),
  SquaredDifference: floatBinary((graph, a, b) => {
    const difference = binary(graph, 'Sub', a, b);
    return binary(graph, 'Mul', difference, difference);
  }),
  AddN: ({ graph, list }) =>
    allFloat(list) ? list.reduce((sum, term) => binary(graph, 'Add', sum, term)) : undefined,
  NotEqual: (call) => {
    const equal = comparison('Equal')(call);
    return equal === undefined
      ? undefined
      : elementwise(call.graph, 'Not', [equal as View], 'bool');
  },
  LogicalAnd: logical('And'),
  LogicalOr: logical('Or'),
  LogicalNot: logical('Not'),
  Square: floatUnary((graph, x) => binary(graph, 'Mul', x, x)),
  Rsqrt: floatUnary((graph, x) => unary(graph, 'Reciprocal', unary(graph, 'Sqrt', x))),
  Log1p: floatUnary(log1p),
  Expm1: floatUnary(expm1),
  Step: floatUnary((graph, x, attributes) => step(graph, x, (attributes as tf.StepAttrs).alpha)),
  Relu6: floatUnary((graph, x) => clip(graph, x, 0, 6)),
  ClipByValue: floatUnary((graph, x, attributes) => {
    const { clipValueMin, clipValueMax } = attributes as tf.ClipByValueAttrs;
    return clip(graph, x, clipValueMin, clipValueMax);
  }),
  LeakyRelu: floatUnary((graph, x, attributes) =>
    leakyRelu(graph, x, (attributes as tf.LeakyReluAttrs).alpha),
  ),
  Selu: floatUnary((graph, x) =>
    elementwise(graph, 'Selu', [x], 'float32', {
      alpha: { float: SELU_ALPHA / SELU_SCALE },
      gamma: { float: SELU_SCALE },
    }),
  ),
  EluGrad: ({ graph, inputs, list }) =>
    allFloat(list) ? eluGrad(graph, inputs.dy!, inputs.y!) : undefined,
  Prelu: ({ graph, inputs, list }) =>
    allFloat(list) ? prelu(graph, inputs.x!, inputs.alpha!) : undefined,
  Sign: floatUnary(sign),
  IsNan: floatUnary(isNan),
  IsInf: floatUnary((graph, x) => elementwise(graph, 'IsInf', [x], 'bool')),
  IsFinite: floatUnary((graph, x) => {
    const isNumber = elementwise(graph, 'Not', [isNan(graph, x)], 'bool');
    const isBounded = elementwise(graph, 'Not', [elementwise(graph, 'IsInf', [x], 'bool')], 'bool');
    return elementwise(graph, 'And', [isNumber, isBounded], 'bool');
  }),
  Cast: ({ graph, list, attributes }) => {
    const { dtype } = attributes as tf.CastAttrs;
    if (dtype === 'string' || dtype === 'complex64') return undefined;
    return castView(graph, list[0]!, dtype);
  },
  Select: ({ graph, inputs }) => {
    const { condition, t, e } = inputs as Record<'condition' | 't' | 'e', View>;
    if (typeOf(t) !== typeOf(e) || typeOf(condition) !== 'bool' || typeOf(t) === 'bool') {
      return undefined;
    }
    const rank = t.shape.length;
    const isRowwise = condition.shape.length === 1 && rank > 1;
    const column = t.shape.map((_, axis) => (axis === 0 ? condition.shape[0]! : 1));
    const mask = isRowwise ? reshapeView(graph, condition, column) : condition;
    return selectView(graph, mask, t, e);
  },
};
