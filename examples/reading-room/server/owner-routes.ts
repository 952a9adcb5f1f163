import { formatReads } from '@mammo/reader-study-stats/formats';
import { and, eq } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { ANALYSIS_POLICY, analysisPage } from './analysis-page.ts';
import type { Services } from './app.ts';
import { listStudies, studyOverview } from './dashboard.ts';
import { reader } from './database/schema.ts';
import { readPlan } from './plan-file.ts';
import { imrmcOf } from './ratings.ts';
import { readsOf } from './reads.ts';
import { Refused } from './refused.ts';
import { closeStudy, createStudy } from './studies.ts';
import { Upload } from './uploads.ts';
import { issueLink } from './visitors.ts';

const STUDY = {
  params: {
    type: 'object',
    required: ['study'],
    properties: { study: { type: 'string', format: 'uuid' } },
  },
} as const;
const READER = {
  params: {
    type: 'object',
    required: ['study', 'reader'],
    properties: {
      study: { type: 'string', format: 'uuid' },
      reader: { type: 'string', format: 'uuid' },
    },
  },
} as const;

/** What the owner of the studies may ask for. */
export function ownerRoutes(app: FastifyInstance, { database, pictures }: Services): void {
  app.get('/studies', () => listStudies(database));

  app.post('/studies', async (request) => {
    const upload = await Upload.begin();
    try {
      let name = '';
      let plan = '';
      for await (const part of request.parts()) {
        if (part.type === 'field' && part.fieldname === 'name') name = String(part.value);
        else if (part.type === 'file' && part.fieldname === 'plan') {
          plan = (await part.toBuffer()).toString('utf8');
        } else if (part.type === 'file') await upload.take(part);
      }
      return await createStudy(database, pictures, {
        name,
        plan: readPlan(plan),
        cases: upload.cases,
        load: (caseId) => upload.load(caseId),
      });
    } finally {
      await upload.end();
    }
  });

  app.get<{ Params: { study: string } }>('/studies/:study', { schema: STUDY }, async (request) => {
    const overview = await studyOverview(database, request.params.study);
    if (!overview) throw new Refused(404, 'There is no such study.');
    return overview;
  });

  app.post<{ Params: { study: string; reader: string } }>(
    '/studies/:study/readers/:reader/link',
    { schema: READER },
    async ({ params }) => {
      const [found] = await database
        .select()
        .from(reader)
        .where(and(eq(reader.id, params.reader), eq(reader.studyId, params.study)));
      if (!found) throw new Refused(404, 'There is no such reader.');
      return { token: await issueLink(database, found.id) };
    },
  );

  app.post<{ Params: { study: string } }>(
    '/studies/:study/close',
    { schema: STUDY },
    async ({ params }) => {
      await closeStudy(database, params.study);
      return {};
    },
  );

  app.get<{ Params: { study: string } }>(
    '/studies/:study/reads.csv',
    { schema: STUDY },
    async ({ params }, reply) => {
      const csv = formatReads(await readsOf(database, params.study));
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="reads.csv"')
        .send(csv);
    },
  );

  app.get<{ Params: { study: string } }>(
    '/studies/:study/reads.imrmc',
    { schema: STUDY },
    async ({ params }, reply) => {
      const reads = await readsOf(database, params.study);
      return reply
        .type('text/plain; charset=utf-8')
        .header('content-disposition', 'attachment; filename="reads.imrmc"')
        .send(imrmcOf(reads));
    },
  );

  app.get<{ Params: { study: string } }>(
    '/studies/:study/analysis.html',
    { schema: STUDY },
    async ({ params }, reply) => {
      const reads = await readsOf(database, params.study);
      const overview = await studyOverview(database, params.study);
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', ANALYSIS_POLICY)
        .send(analysisPage(overview?.name ?? '', reads));
    },
  );
}
