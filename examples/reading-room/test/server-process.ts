import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SERVE = fileURLToPath(new URL('serve.ts', import.meta.url));

/** Starts a server in a process of its own; resolves once it listens. */
export function startServer(
  folder: string,
  port: number,
  url: string | undefined,
): Promise<ChildProcess> {
  const env = { ...process.env };
  if (url === undefined) delete env.DATABASE_URL;
  else env.DATABASE_URL = url;
  const args = ['--conditions=@mammo/source', '--import', 'tsx', SERVE, folder, String(port)];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', () => resolve(child));
    child.once('exit', (code) => reject(new Error(`the server did not start: exit ${code}`)));
  });
}

/** Kills a server with SIGKILL: it cannot finish anything. */
export function killServer(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    server.once('close', () => resolve());
    server.kill('SIGKILL');
  });
}
