import { expectSame, type InstallCheck } from '../../../scripts/install-check/install-check.ts';

/** What a stranger must get from the tarball. */
export const check: InstallCheck = {
  modules: { jobs: '@mammo/mammo-jobs' },
  program: `
const check = ({ jobs }) => jobs.describeProgress({ done: 3, total: 12, quarantined: 1, imagesPerSecond: 2, secondsLeft: 4.5 });
`,
  text: '3 of 12 images, 2.0 images/s, 5 s left, 1 in quarantine',
  withNodeTypes: true,
  types: `
import { type JobProgress, processPool, runJob } from '@mammo/mammo-jobs';
export const progress: JobProgress = { done: 0, total: 1, quarantined: 0 };
export const run: typeof runJob = runJob;
export const pool: typeof processPool = processPool;
`,
  page: false,
  budgets: [],
  more: (project) => {
    const size = ['--height', '16', '--width', '16'];
    const cohort = ['--patients', '20', '--positive', '50', ...size];
    project.command('mammo-io', ['phantom', 'cohort', '--seed', '1', ...cohort]);
    const manifest = 'cohort/manifest.csv';
    const train = ['--out', 'model', '--seed', '1', '--steps', '1', '--engine', 'cpu', ...size];
    project.command('cad-classifier', ['train', manifest, ...train]);
    const job = ['--cohort', manifest, '--model', 'model/cad.safetensors', '--workers', '2'];
    const { records, quarantined } = JSON.parse(
      project.command('mammo-jobs', ['score', ...job, '--out', 'scores', '--json']),
    );
    expectSame('command line', `${records > 20} ${quarantined}`, 'true 0');
  },
};
