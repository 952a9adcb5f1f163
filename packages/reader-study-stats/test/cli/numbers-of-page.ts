/** Numbers in tables and plots' texts that are not roundings of numbers of the report. */
export function unknownNumbers(page: string, report: unknown): readonly string[] {
  const known: number[] = [];
  JSON.stringify(report, (_, value) => {
    if (typeof value === 'number') known.push(value);
    return value;
  });
  const cells = [...page.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, text]) => text!);
  const words = cells
    .filter((cell) => !cell.startsWith('&lt;'))
    .flatMap((cell) => cell.split(/[\s(),=]+/));
  return words.filter((word) => {
    const text = word.replace('−', '-');
    if (!/^-?\d+(\.\d+)?(e-?\d+)?$/.test(text)) return false;
    return !known.some((value) => writtenAs(value, text));
  });
}

function writtenAs(value: number, text: string): boolean {
  const digits = /\.(\d+)/.exec(text)?.[1]?.length ?? 0;
  if (text.includes('e')) return value.toExponential(digits) === text;
  return value.toFixed(digits).replace(/^-(0\.?0*)$/, '$1') === text;
}
