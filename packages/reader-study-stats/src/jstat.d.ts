/** The part of jstat that this package calls; jstat ships no types. */
declare module 'jstat' {
  interface JStat {
    /** Inverse of the regularised incomplete beta function, about 1e-8. */
    ibetainv(probability: number, a: number, b: number): number;
    normal: { inv(probability: number, mean: number, standardDeviation: number): number };
    studentt: { inv(probability: number, degreesOfFreedom: number): number };
  }
  const library: { jStat: JStat };
  export = library;
}
