import type { ResultContext } from '../inference/test-result.ts';
import type { StudyConfig } from './study-config.ts';

/** What every report of a study begins with; its method is that of the whole analysis. */
export interface ReportHead extends Pick<ResultContext, 'method' | 'warnings' | 'references'> {
  /** The configuration's, or one that the analysis has. */
  readonly title: string;
  /** As it was given: defaults are not filled in. */
  readonly config: StudyConfig;
}
