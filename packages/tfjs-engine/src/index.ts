export {
  type AbsentEngine,
  type ChooseEngineOptions,
  type ChosenEngine,
  chooseEngine,
} from './choose-engine.ts';
export { ENGINES, type EngineChoice, EngineError, type EngineName } from './engine.ts';
export { registerWasmFilterGradient } from './wasm-filter-gradient.ts';
export { registerWebGpuCast } from './webgpu-cast.ts';
