import { UsageError } from '@mammo/command-line';
import { budgetCurve } from '../budget-curve.ts';
import { type EvaluatePairedOptions, evaluatePaired } from '../evaluate-paired.ts';
import type { EvaluationResults } from '../evaluation-results.ts';
import { type PairedRecord, PairedRecordError } from '../paired-record.ts';
import { sanityFlags } from '../sanity/sanity-flags.ts';
import { transferMatrix } from '../transfer-matrix.ts';

/** Which of a file's pairs to evaluate, where it has more than one attack. */
interface Selection {
  readonly attackId?: string;
  readonly craftedOn?: string;
  readonly victimId?: string;
  readonly epsilon?: number;
}

/** How to evaluate them. */
export interface FileOptions extends Pick<EvaluatePairedOptions, 'level' | 'ci' | 'bootstrap'> {
  readonly threshold: number;
  readonly scoreKind: 'probability' | 'logit';
  readonly scoreRange: readonly [number, number];
  readonly title: string;
  readonly selection: Selection;
}

/**
 * Everything that a file's pairs tell. With several models the transfer matrix is made, and the first
 * model attacked by its own fakes is evaluated; with several budgets the budget curve, and the
 * greatest is evaluated; `selection` chooses otherwise.
 *
 * @throws UsageError if nothing is selected, or images occur in several attacks and none is chosen
 * @throws PairedRecordError if the pairs of a matrix or curve do not fit together
 */
export function evaluateFile(
  records: readonly PairedRecord[],
  options: FileOptions,
): EvaluationResults {
  const { threshold, scoreKind, scoreRange, title, selection, level, ci, bootstrap } = options;
  const analytic = ci === 'bootstrap' ? undefined : ci;
  const rates = { scoreRange, ...(level && { level }), ...(analytic && { ci: analytic }) };
  const chosen = records.filter((record) => isSelected(record, selection));
  if (chosen.length === 0) throw new UsageError('no pair of the file is selected');

  const models = oneModel(chosen);
  const budgets = [...new Set(models.map(({ epsilon }) => epsilon ?? 0))].sort((a, b) => a - b);
  const greatest = budgets.at(-1)!;
  const atGreatest = (record: PairedRecord) => (record.epsilon ?? 0) === greatest;
  const pairs = models.filter(atGreatest);
  requireOnce(pairs);
  const budget =
    budgets.length > 1 ? withoutRows(() => budgetCurve(models, { threshold, ...rates })) : null;
  const transfer =
    models.length < chosen.length
      ? withoutRows(() =>
          transferMatrix(chosen.filter(atGreatest), { thresholds: threshold, ...rates }),
        )
      : null;
  return {
    schema: 'adversarial-eval/1',
    title,
    evaluation: evaluatePaired(pairs, {
      threshold,
      scoreRange,
      ...(level && { level }),
      ...(ci && { ci }),
      ...(bootstrap && { bootstrap }),
    }),
    flags: sanityFlags({ records: pairs, scoreKind, threshold, ...(budget && { budget }) }),
    ...(transfer && { transfer }),
    ...(budget && { budget }),
  };
}

function isSelected(record: PairedRecord, selection: Selection): boolean {
  return Object.entries(selection).every(
    ([name, value]) => record[name as keyof Selection] === value,
  );
}

/** The pairs of the first model that is attacked by fakes made against it, or else of the first two. */
function oneModel(records: readonly PairedRecord[]): readonly PairedRecord[] {
  const first =
    records.find(({ craftedOn, victimId }) => craftedOn && craftedOn === victimId) ?? records[0]!;
  return records.filter(
    ({ craftedOn, victimId }) => craftedOn === first.craftedOn && victimId === first.victimId,
  );
}

function requireOnce(records: readonly PairedRecord[]): void {
  if (new Set(records.map(({ caseId }) => caseId)).size === records.length) return;
  const attacks = [...new Set(records.map(({ attackId }) => attackId))];
  throw new UsageError(
    `the file has ${attacks.length} attacks on the same images: --attack must be ${attacks.join(' or ')}`,
  );
}

/** Rows of a selection are not those of the file: problems are told by case. */
function withoutRows<Result>(evaluate: () => Result): Result {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof PairedRecordError)) throw error;
    const [caller = 'adversarial-eval'] = error.message.split(':');
    throw new PairedRecordError(
      caller,
      error.problems.map(({ caseId, message }) => ({
        row: null,
        caseId,
        message: caseId === null ? message : `case ${caseId}: ${message}`,
      })),
    );
  }
}
