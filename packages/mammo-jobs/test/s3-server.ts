import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './redis-server.ts';

/** An S3-compatible server of our own, which keeps everything in memory. */
export interface S3Server {
  /** What the AWS SDK wants to know of it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly process: { kill(signal: NodeJS.Signals): boolean };
  stop(): Promise<void>;
}

/**
 * Starts moto's server (`pip install moto[server]`, Apache-2.0), which implements conditional writes; nothing if it is not
 * installed.
 *
 * @see https://docs.getmoto.org/en/latest/docs/server_mode.html
 */
export async function startS3(): Promise<S3Server | undefined> {
  const port = await freePort();
  const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const ended = new Promise<'ended'>((resolve) => {
    server.once('exit', () => resolve('ended'));
    server.once('error', () => resolve('ended'));
  });
  const url = `http://127.0.0.1:${port}`;
  if ((await Promise.race([answers(url), ended])) !== 'answers') return undefined;
  return {
    environment: {
      AWS_ENDPOINT_URL_S3: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    process: server,
    stop: async () => {
      server.kill('SIGKILL');
      await ended;
    },
  };
}

async function answers(url: string): Promise<'answers' | 'silent'> {
  for (let tries = 0; tries < 200; tries++) {
    const isThere = await fetch(`${url}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) return 'answers';
    await sleep(100);
  }
  return 'silent';
}
