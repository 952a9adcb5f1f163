/** Node's zlib, found without an import so that browsers need no substitute for it. */
export function nodeZlib(): NodeZlib | undefined {
  return globalThis.process?.getBuiltinModule?.('node:zlib');
}

/** Node's Buffer, found without an import so that browsers need no substitute for it. */
export function nodeBuffer(): NodeBuffer | undefined {
  return globalThis.process?.getBuiltinModule?.('node:buffer')?.Buffer;
}

/** Node's zlib module. */
export type NodeZlib = typeof import('node:zlib');

type NodeBuffer = typeof import('node:buffer').Buffer;
