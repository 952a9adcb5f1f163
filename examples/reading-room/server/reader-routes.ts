import type { FastifyInstance } from 'fastify';
import type { Services } from './app.ts';
import type { GivenAnswer } from './reading.ts';
import { Refused } from './refused.ts';
import { COOKIE, SIGN_IN_FIRST } from './visitors.ts';

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
export function readerRoutes(app: FastifyInstance, { reading, pictures }: Services): void {
  app.get('/state', ({ standing }) => reading.stateOf(standing!));

  app.post<{ Body: { session: number } }>('/begin', { schema: BEGIN }, ({ standing, body }) =>
    reading.begin(standing!, body.session),
  );

  app.post<{ Body: GivenAnswer }>('/answer', { schema: ANSWER }, async (request) => {
    const token = request.cookies[COOKIE];
    const state = await reading.answer(token, request.body, request.standing!);
    if (!state) throw new Refused(401, SIGN_IN_FIRST);
    return state;
  });

  app.get<{ Params: { picture: string } }>(
    '/pictures/:picture',
    { schema: PICTURE },
    async ({ standing, params }, reply) => {
      if (!(await reading.mayLoad(standing!, params.picture))) {
        throw new Refused(404, 'This image is not the one to be read.');
      }
      return reply.type('application/octet-stream').send(await pictures.read(params.picture));
    },
  );
}
