import type { EvaluationResults } from '../evaluation-results.ts';
import type { PairedEvaluation } from '../paired-evaluation.ts';
import { budgetSection } from './budget-section.ts';
import { detectorSection } from './detector-section.ts';
import { flagSection } from './flag-section.ts';
import { headlineSection } from './headline-section.ts';
import { areaQuantity, rateQuantity } from './quantity.ts';
import type { Report, ReportSection } from './report-model.ts';
import { scoreSection } from './score-section.ts';
import { strataSection } from './strata-section.ts';
import { systemSection } from './system-section.ts';
import { thresholdSection } from './threshold-section.ts';
import { transferSection } from './transfer-section.ts';

/** What a report says of results, whatever its format. */
export function buildReport(results: EvaluationResults): Report {
  const { evaluation, flags, budget, transfer, detectors, system } = results;
  const { attackIds, n } = evaluation;
  const sections: readonly (ReportSection | null)[] = [
    headlineSection(evaluation),
    scoreSection(evaluation),
    thresholdSection(evaluation),
    strataSection(evaluation),
    budget ? budgetSection(budget) : null,
    transfer ? transferSection(transfer) : null,
    detectors ? detectorSection(detectors) : null,
    system ? systemSection(system) : null,
    flags ? flagSection(flags) : null,
  ];
  return {
    title: results.title ?? 'Adversarial evaluation',
    lead: `Attack ${attackIds.join(', ')}: ${n.pairs} real images and their fakes, ${n.patients} patients.`,
    alerts: [
      ...(flags ?? []).flatMap(({ severity, id, message }) =>
        severity === 'note' ? [] : [{ severity, text: `${id}: ${message}` }],
      ),
      ...evaluation.warnings.map((text) => ({ severity: 'warning' as const, text })),
    ],
    cards: cardsOf(evaluation),
    sections: sections.filter((section) => section !== null),
  };
}

function cardsOf({ aucReal, aucFakeFlipped, fooled }: PairedEvaluation): Report['cards'] {
  return [
    { label: 'AUC of the AI on real images', value: areaQuantity(aucReal) },
    { label: 'fooled by removal', value: rateQuantity(fooled.remove) },
    { label: 'fooled by insertion', value: rateQuantity(fooled.insert) },
    { label: 'AUC of fakes with flipped labels', value: areaQuantity(aucFakeFlipped) },
  ];
}
