import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Empty where there is no redis-server. */
    redisUrl: string;
  }
}

/** A Redis server of our own, on a port of 127.0.0.1. */
export interface RedisServer {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts Debian's redis-server, which keeps nothing on disk and listens on addresses of this machine; nothing if it is not installed. */
export async function startRedis(
  port?: number,
  addresses: readonly string[] = ['127.0.0.1'],
): Promise<RedisServer | undefined> {
  const chosen = port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  const options = ['--save', '', '--appendonly', 'no', '--dir', folder, '--protected-mode', 'no'];
  const listen = ['--port', String(chosen), '--bind', ...addresses];
  const server = spawn('redis-server', [...listen, ...options], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    server.once('error', () => resolve());
  });
  const url = `redis://127.0.0.1:${chosen}`;
  if (!(await answers(url, ended))) return undefined;
  return {
    url,
    process: server,
    stop: async () => {
      server.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The tests' server, for vitest's `globalSetup`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startRedis();
  project.provide('redisUrl', server?.url ?? '');
  return async () => server?.stop();
}

async function answers(url: string, ended: Promise<void>): Promise<boolean> {
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  redis.on('error', () => undefined);
  const answer = await Promise.race([
    redis.ping().then(() => true),
    ended.then(() => false),
    sleep(10_000, false),
  ]);
  redis.disconnect();
  return answer;
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}
