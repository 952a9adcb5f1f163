import { readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

/** What measured: figures of other machines are other figures. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly node: string;
}

/** This machine. */
export function machine(): Machine {
  const processor = cpus()[0]?.model.trim() ?? 'unknown';
  return { cores: cpus().length, processor, node: process.version };
}

/** A machine in words. */
export function describeMachine({ cores, processor, node }: Machine): string {
  return `${cores} cores (${processor}), Node ${node}`;
}

const fileOf = (name: string): string => fileURLToPath(new URL(`${name}.json`, import.meta.url));

/** Keeps figures beside this file, from which the tables in docs are made. */
export async function keepMeasurement(name: string, report: unknown): Promise<void> {
  await writeFile(fileOf(name), `${JSON.stringify(report, null, 2)}\n`);
}

/** Figures that were kept. */
export async function readMeasurement<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(fileOf(name), 'utf8')) as T;
}

/** The names of all figures that were kept. */
export async function keptMeasurements(): Promise<readonly string[]> {
  const names = await readdir(fileURLToPath(new URL('.', import.meta.url)));
  return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
}
