import { Redis } from 'ioredis';
import { WorkerError } from '../workers/worker-error.ts';

/** The queue's name in Redis. */
export const QUEUE = 'mammo-jobs';

const LONGEST_WAIT_MS = 2000;
/** A connection on which an answer is that late is dead, though nobody said so; BullMQ asks for at most 10 seconds. */
const SILENCE_MS = 30_000;

/**
 * A connection that comes back by itself whenever the server does: commands wait meanwhile, and are sent again.
 *
 * @param options - `firstAnswerMs`: how long the server may take at the start; default 10 seconds
 * @throws WorkerError `setup` if the server does not answer in time at the start, or refuses
 */
export async function connectRedis(
  url: string,
  {
    onTrouble,
    firstAnswerMs = 10_000,
  }: { readonly onTrouble: (message: string) => void; readonly firstAnswerMs?: number },
): Promise<Redis> {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    socketTimeout: SILENCE_MS,
    retryStrategy: (times) => Math.min(100 * times, LONGEST_WAIT_MS),
  });
  let last = '';
  redis.on('error', ({ message }) => {
    if (message !== last) onTrouble(`queue: ${message}`);
    last = message;
  });
  redis.on('ready', () => {
    last = '';
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `queue: the server must answer within ${firstAnswerMs / 1000} s, got ${last || 'nothing'}`;
      reject(new WorkerError('setup', message));
    }, firstAnswerMs);
  });
  try {
    await Promise.race([redis.ping(), late]);
    return redis;
  } catch (error) {
    redis.disconnect();
    if (error instanceof WorkerError) throw error;
    const { message } = error as Error;
    throw new WorkerError(
      'setup',
      `queue: the server must be Redis 6 or later, or Valkey, and let us in, got ${message}`,
    );
  } finally {
    clearTimeout(timer);
  }
}
