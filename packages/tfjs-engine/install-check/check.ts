import { expectSame, type InstallCheck } from '../../../scripts/install-check/install-check.ts';

/** What a stranger must get from the tarball. */
export const check: InstallCheck = {
  modules: { tf: '@tensorflow/tfjs-core', engines: '@mammo/tfjs-engine' },
  program: `
async function check({ tf, engines }) {
  const { engine, absent } = await engines.chooseEngine('cpu');
  const other = await engines.chooseEngine('webgpu').catch((error) => error.name);
  await engines.chooseEngine('cpu');
  return [engine, absent.length, tf.getBackend(), other].join(' ');
}
`,
  text: 'cpu 0 cpu EngineError',
  beside: ['@tensorflow/tfjs-core@4.22.0', '@tensorflow/tfjs-backend-cpu@4.22.0'],
  withNodeTypes: true,
  types: `
import { type ChosenEngine, chooseEngine, EngineError, type EngineName } from '@mammo/tfjs-engine';
export const name: EngineName = 'cpu';
export const chosen: Promise<ChosenEngine> = chooseEngine(name);
export const isOurs = (error: unknown): boolean => error instanceof EngineError;
`,
  page: false, // a page has one engine of its choice: tfjs's own registration is all it needs
  budgets: [],
  more: (project) => {
    const { engine } = JSON.parse(project.command('tfjs-engine', ['choose', 'cpu', '--json']));
    expectSame('command line', engine, 'cpu');
  },
};
