// Bundled by run.ts, so that the specs and the backends share one copy of tfjs-core.
import './environment.ts'; // first: the specs register themselves for the environments set there
import '@tensorflow/tfjs-core/dist/tests';

export { isHere } from './environment.ts';
