import type { StudyPlan } from '@mammo/reader-study-stats';
import { Refused } from './refused.ts';

const PURPOSES = ['familiarisation', 'unannounced', 'blinded', 'education'];

/**
 * Reads a plan as `planReaderStudy` made it and JSON kept it.
 *
 * @throws Refused listing everything that is wrong with it
 */
export function readPlan(text: string): StudyPlan {
  let plan: Partial<StudyPlan>;
  try {
    plan = JSON.parse(text) as Partial<StudyPlan>;
  } catch (error) {
    throw new Refused(400, `plan: must be JSON, got ${(error as Error).message}`);
  }
  const problems = planProblems(plan);
  if (problems.length > 0) throw new Refused(400, `plan:\n${problems.join('\n')}`);
  return { warnings: [], ...plan } as StudyPlan;
}

function planProblems(plan: Partial<StudyPlan> | null): string[] {
  if (plan === null || typeof plan !== 'object') return ['must be an object'];
  const { readers, sessions, warnings } = plan;
  const problems: string[] = [];
  if (!isList(readers) || readers.length === 0 || !readers.every(isName)) {
    problems.push('readers must be a list of names');
  } else if (new Set(readers).size < readers.length) {
    problems.push('readers must be named, each once');
  }
  if (warnings !== undefined && !(isList(warnings) && warnings.every(isName))) {
    problems.push('warnings must be a list of texts');
  }
  if (!isList(sessions) || sessions.length === 0) return [...problems, 'sessions must be a list'];
  return [...problems, ...sessions.flatMap((session, i) => sessionProblems(session, i + 1))];
}

function sessionProblems(session: unknown, ordinal: number): string[] {
  const { session: label, purpose, images, triplets } = Object(session) as Record<string, unknown>;
  const name = `session ${ordinal}`;
  const problems: string[] = [];
  if (!isName(label)) problems.push(`${name}: session must be its name`);
  if (!PURPOSES.includes(purpose as string)) {
    problems.push(
      `${name}: purpose must be ${PURPOSES.join(', ')}, got ${JSON.stringify(purpose)}`,
    );
  }
  const shown = purpose === 'education' ? triplets : images;
  if (!isList(shown) || shown.length === 0) return [...problems, `${name}: shows nothing`];
  shown.forEach((item, i) => {
    const slot = Object(item) as Record<string, unknown>;
    const where = `${name}, ${i + 1}`;
    if (slot.order !== i + 1) problems.push(`${where}: order must be ${i + 1}, got ${slot.order}`);
    const ids = purpose === 'education' ? [slot.real, slot.fake] : [slot.case];
    if (!ids.every(isName)) problems.push(`${where}: must name its images`);
    if (!['positive', 'negative'].includes(slot.appearance as string)) {
      problems.push(`${where}: appearance must be positive or negative, got ${slot.appearance}`);
    }
    if (purpose !== 'education' && !['real', 'fake'].includes(slot.truth as string)) {
      problems.push(`${where}: truth must be real or fake, got ${slot.truth}`);
    }
  });
  return problems;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 500;
}
