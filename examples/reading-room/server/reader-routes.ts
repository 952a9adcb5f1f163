import type { FastifyInstance } from 'fastify';
import type { Services } from './app.ts';
import { beginSession, type GivenAnswer, giveAnswer, mayLoad, stateOf } from './reading.ts';
import { Refused } from './refused.ts';

const ANSWER = {
  body: {
    type: 'object',
    required: ['session', 'position', 'pictureId', 'label', 'visibleMs'],
    additionalProperties: false,
    properties: {
      session: { type: 'integer', minimum: 1, maximum: 1000 },
      position: { type: 'integer', minimum: 1, maximum: 1e6 },
      pictureId: { type: 'string', format: 'uuid' },
      label: { enum: ['real', 'not-real', 'unsure', 'seen'] },
      visibleMs: { type: 'number', minimum: 0, maximum: 1e8 },
    },
  },
} as const;
const BEGIN = {
  body: {
    type: 'object',
    required: ['session'],
    additionalProperties: false,
    properties: { session: { type: 'integer', minimum: 1, maximum: 1000 } },
  },
} as const;
const PICTURE = {
  params: {
    type: 'object',
    required: ['picture'],
    properties: { picture: { type: 'string', format: 'uuid' } },
  },
} as const;

/** What a reader may ask for: only ever his own place in his own study. */
export function readerRoutes(app: FastifyInstance, { database, pictures }: Services): void {
  app.get('/state', (request) => stateOf(database, request.readerId));

  app.post<{ Body: { session: number } }>('/begin', { schema: BEGIN }, (request) =>
    beginSession(database, request.readerId, request.body.session),
  );

  app.post<{ Body: GivenAnswer }>('/answer', { schema: ANSWER }, (request) =>
    giveAnswer(database, request.readerId, request.body),
  );

  app.get<{ Params: { picture: string } }>(
    '/pictures/:picture',
    { schema: PICTURE },
    async ({ readerId, params }, reply) => {
      if (!(await mayLoad(database, readerId, params.picture))) {
        throw new Refused(404, 'This image is not the one to be read.');
      }
      return reply.type('application/octet-stream').send(await pictures.read(params.picture));
    },
  );
}
