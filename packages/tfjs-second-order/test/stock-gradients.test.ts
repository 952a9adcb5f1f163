// The same operations where tfjs's own gradients are registered, as the umbrella package does.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { testDerivatives } from './derivative-check.ts';
import { operationCases } from './operation-cases.ts';

testDerivatives(operationCases);
