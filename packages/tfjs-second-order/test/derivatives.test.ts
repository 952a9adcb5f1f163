import { registerMissingGradients } from '../src/index.ts';
import { testDerivatives } from './derivative-check.ts';
import { operationCases } from './operation-cases.ts';

registerMissingGradients();
testDerivatives(operationCases);
