import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Database } from './database/database.ts';
import { refusal } from './database/schema.ts';
import { ownerRoutes } from './owner-routes.ts';
import type { PictureFolder } from './pictures.ts';
import { readerRoutes } from './reader-routes.ts';
import { Reading } from './reading.ts';
import { Refused } from './refused.ts';
import type { Standing } from './standing.ts';
import { newToken } from './tokens.ts';
import { COOKIE, join, leave, type Role, roleOf, SIGN_IN_FIRST } from './visitors.ts';

/** What the routes work with. */
export interface Services {
  readonly database: Database;
  readonly pictures: PictureFolder;
  readonly reading: Reading;
}

/** How the application is run. */
export interface AppOptions extends Omit<Services, 'reading'> {
  /** Folder of the built client; absent in tests of the server alone. */
  readonly client?: string;
  /** Whether browsers reach it by HTTPS, so that cookies never travel otherwise. */
  readonly secure?: boolean;
  /** Attempts to use a link in a minute from one address; default 20. */
  readonly joinsPerMinute?: number;
  readonly log?: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, on the routes under /api/reader and /api/owner. */
    role: Role;
    /** Where the reader who asks stands, on the routes under /api/reader. */
    standing: Standing | null;
  }
}

const HEADER = 'x-reading-room';

/** The application: the API under /api, the client's files beside it. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { database, secure = false } = options;
  const services = { ...options, reading: new Reading(database) };
  const app = Fastify({
    logger: options.log ? { level: 'warn' } : false,
    bodyLimit: 64 * 1024,
    trustProxy: false,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  });
  await app.register(helmet, { contentSecurityPolicy: securityPolicy(secure) });
  await app.register(cookie);
  await app.register(multipart, {
    limits: { fileSize: 128 * 1024 * 1024, fields: 4, parts: 100_000 },
  });
  await app.register(rateLimit, { global: false });
  app.decorateRequest('role', 'nobody');
  app.decorateRequest('standing', null);
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendError(error, request, reply, database),
  );
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return;
    reply.header('cache-control', 'no-store');
    if (request.method !== 'GET') checkOrigin(request);
  });

  await app.register(
    async (api) => {
      api.post<{ Body: { token: string; claim?: string } }>(
        '/join',
        {
          schema: { body: JOIN },
          config: { rateLimit: { max: options.joinsPerMinute ?? 20, timeWindow: '1 minute' } },
        },
        async ({ body }, reply) => {
          const { token, seconds } = await join(database, body.token, body.claim ?? newToken());
          reply.setCookie(COOKIE, token, {
            path: '/',
            httpOnly: true,
            sameSite: 'strict',
            secure,
            maxAge: seconds,
          });
          return {};
        },
      );
      api.post('/leave', async (request, reply) => {
        await leave(database, request.cookies[COOKIE]);
        reply.clearCookie(COOKIE, { path: '/' });
        return {};
      });
      api.get('/me', async (request) => {
        return { role: await roleOf(database, request.cookies[COOKIE]) };
      });
      await api.register(
        async (routes) => {
          routes.addHook('onRequest', async (request) => {
            const standing = await services.reading.standingOf(request.cookies[COOKIE]);
            if (!standing) throw new Refused(401, SIGN_IN_FIRST);
            request.role = 'reader';
            request.standing = standing;
          });
          readerRoutes(routes, services);
        },
        { prefix: '/reader' },
      );
      await api.register(
        async (routes) => {
          routes.addHook('onRequest', async (request) => {
            request.role = await roleOf(database, request.cookies[COOKIE]);
            if (request.role !== 'owner') throw new Refused(401, SIGN_IN_FIRST);
          });
          ownerRoutes(routes, services);
        },
        { prefix: '/owner' },
      );
    },
    { prefix: '/api' },
  );

  if (options.client !== undefined) {
    await app.register(fastifyStatic, { root: options.client, cacheControl: false });
  }
  return app;
}

const JOIN = {
  type: 'object',
  required: ['token'],
  additionalProperties: false,
  properties: {
    token: { type: 'string', minLength: 20, maxLength: 100 },
    claim: { type: 'string', minLength: 20, maxLength: 100 },
  },
} as const;

/** Nothing from anywhere else, no frames, no inline scripts. */
function securityPolicy(secure: boolean) {
  return {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      connectSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
      ...(secure && { upgradeInsecureRequests: [] }),
    },
  };
}

/** A page of another site can neither set this header nor pretend to be this site. */
function checkOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  const foreign = origin !== undefined && hostOf(origin) !== host;
  if (request.headers[HEADER] !== '1' || foreign) {
    throw new Refused(403, 'The request did not come from the reading room.');
  }
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

async function sendError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  database: Database,
): Promise<void> {
  const status = error instanceof Refused ? error.status : (error.statusCode ?? 500);
  if (status >= 500) request.log.error(error);
  const message =
    status >= 500 ? 'Something went wrong here. Nothing was lost; try again.' : error.message;
  if (status < 500) {
    const reason = `${request.method} ${request.routeOptions.url ?? 'unknown'}: ${message}`;
    await logRefusal(request, reason.slice(0, 1000), database);
  }
  await reply.status(status).send({ error: message });
}

/** Keeps what was refused to readers and owners; strangers, who could fill the database, are in the log alone. */
async function logRefusal(
  request: FastifyRequest,
  reason: string,
  database: Database,
): Promise<void> {
  request.log.warn(reason);
  if (request.role === 'nobody') return;
  await database
    .insert(refusal)
    .values({ readerId: request.standing?.readerId ?? null, reason })
    .catch((problem: unknown) => request.log.error(problem));
}
