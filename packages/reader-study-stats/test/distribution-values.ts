import { beta } from '../src/distributions/beta.ts';
import { binomial } from '../src/distributions/binomial.ts';
import { chiSquared } from '../src/distributions/chi-squared.ts';
import { fisherF } from '../src/distributions/fisher-f.ts';
import { hypergeometric } from '../src/distributions/hypergeometric.ts';
import { noncentralChiSquared } from '../src/distributions/noncentral-chi-squared.ts';
import { noncentralF } from '../src/distributions/noncentral-f.ts';
import { noncentralT } from '../src/distributions/noncentral-t.ts';
import { normal } from '../src/distributions/normal.ts';
import { erf, erfc, erfcx } from '../src/distributions/special/error-function.ts';
import { logGamma } from '../src/distributions/special/log-gamma.ts';
import { studentT } from '../src/distributions/student-t.ts';

/** Name of a function, its arguments, and its value to 17 digits. */
export type GoldenValue = readonly [name: string, args: readonly number[], expected: string];

const special: Readonly<Record<string, (x: number) => number>> = {
  lgamma: logGamma,
  erf,
  erfc,
  erfcx,
};

const methods: Readonly<Record<string, string>> = {
  logcdf: 'logCdf',
  logsf: 'logSf',
  isf: 'upperQuantile',
};

/** The value of 't.sf', 'lgamma', … under the goldens' names and order of arguments. */
export function goldenFunction(name: string, [x, ...parameters]: readonly number[]): number {
  if (special[name]) return special[name](x!);
  const [kind, method] = name.split('.') as [string, string];
  // biome-ignore lint/suspicious/noExplicitAny: the method is named by the golden
  return (withParameters(kind, parameters) as any)[methods[method] ?? method](x);
}

function withParameters(kind: string, [p, q, r]: readonly number[]): object {
  switch (kind) {
    case 'norm':
      return normal;
    case 't':
      return studentT({ df: p! });
    case 'f':
      return fisherF({ df: [p!, q!] });
    case 'chi2':
      return chiSquared({ df: p! });
    case 'beta':
      return beta({ a: p!, b: q! });
    case 'binom':
      return binomial({ trials: p!, probability: q! });
    case 'hyper':
      return hypergeometric({ population: p!, successes: q!, draws: r! });
    case 'nct':
      return noncentralT({ df: p!, noncentrality: q! });
    case 'ncf':
      return noncentralF({ df: [p!, q!], noncentrality: r! });
    case 'ncx2':
      return noncentralChiSquared({ df: p!, noncentrality: q! });
    default:
      throw new Error(`no distribution ${kind}`);
  }
}
