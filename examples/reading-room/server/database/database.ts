import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { migrate as migratePostgres } from 'drizzle-orm/node-postgres/migrator';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator';
import pg from 'pg';

/** PostgreSQL, be it the embedded one or a server: the same SQL runs on both. */
export type Database = PgDatabase<PgQueryResultHKT>;

/** A database that is open, at the newest version of its tables. */
export interface OpenDatabase {
  readonly database: Database;
  readonly kind: 'PGlite' | 'PostgreSQL';
  /** Every table as it is, for a backup; PGlite only: a server has pg_dump. */
  readonly dump?: () => Promise<Blob>;
  readonly close: () => Promise<void>;
}

/** The rows of a statement that was written as SQL, whichever database ran it. */
export function rowsOf<Row>(result: unknown): readonly Row[] {
  return (result as { readonly rows: readonly Row[] }).rows;
}

const MIGRATIONS = fileURLToPath(new URL('migrations', import.meta.url));

/**
 * Opens the database and brings its tables to the newest version.
 *
 * @param where - `url` of a PostgreSQL server, or the `folder` of an embedded database, or neither: in memory, for tests
 */
export async function openDatabase(where: {
  readonly url?: string | undefined;
  readonly folder?: string;
  /** A backup that a new embedded database begins with. */
  readonly restore?: Blob;
}): Promise<OpenDatabase> {
  if (where.url !== undefined) return openServer(where.url);
  if (where.folder !== undefined) await mkdir(dirname(where.folder), { recursive: true });
  const client = await PGlite.create({
    ...(where.folder !== undefined && { dataDir: where.folder }),
    ...(where.restore && { loadDataDir: where.restore }),
  });
  const database = drizzlePglite(client);
  await migratePglite(database, { migrationsFolder: MIGRATIONS });
  return {
    database,
    kind: 'PGlite',
    dump: () => client.dumpDataDir('gzip'),
    close: () => client.close(),
  };
}

async function openServer(url: string): Promise<OpenDatabase> {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  pool.on('error', () => undefined); // an idle connection that breaks is replaced; a query that breaks rejects
  const database = drizzlePostgres(pool);
  try {
    await migratePostgres(database, { migrationsFolder: MIGRATIONS });
  } catch (error) {
    await pool.end();
    throw new Error(`DATABASE_URL: the PostgreSQL server must accept us, got ${cause(error)}`, {
      cause: error,
    });
  }
  return { database, kind: 'PostgreSQL', close: () => pool.end() };
}

function cause(error: unknown): string {
  const inner = error instanceof Error && error.cause ? error.cause : error;
  return inner instanceof Error ? inner.message || String(inner) : String(inner);
}
