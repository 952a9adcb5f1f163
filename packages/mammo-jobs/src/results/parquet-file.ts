import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { UNFINISHED } from '@mammo/mammo-io/node';
import { fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { ResultFile, ResultRow } from './result-file.ts';

/** Rows of a group, which a reader may read alone. */
const ROWS_OF_GROUP = 10_000;

/**
 * A Parquet file in the making: a column for each field of the records, which all have the same ones; numbers are DOUBLE, all
 * else UTF-8 text.
 *
 * @see https://parquet.apache.org/docs/file-format/
 */
export async function parquetFile(path: string): Promise<ResultFile> {
  const unfinished = `${path}.${randomUUID()}${UNFINISHED}`;
  const waiting: ResultRow[] = [];
  let file: ReturnType<typeof begin> | undefined;
  const writeGroup = async (): Promise<void> => {
    const rows = waiting.splice(0);
    if (rows.length === 0) return;
    file ??= begin(unfinished, rows[0]!);
    const data = columnData(file.columns, rows);
    await file.writer.write({ columnData: data, rowGroupSize: rows.length });
  };
  return {
    append: async (rows) => {
      waiting.push(...rows);
      if (waiting.length >= ROWS_OF_GROUP) await writeGroup();
    },
    commit: async () => {
      await writeGroup();
      file ??= begin(unfinished, { caseId: '' });
      await file.writer.finish();
      const handle = await open(unfinished, 'r+');
      await handle.datasync();
      await handle.close();
      await rename(unfinished, path);
    },
    discard: () => rm(unfinished, { force: true }),
  };
}

interface Column {
  readonly name: string;
  readonly type: 'DOUBLE' | 'STRING';
}

function begin(path: string, example: ResultRow) {
  const columns = Object.entries(example).map(
    ([name, value]): Column => ({ name, type: typeof value === 'number' ? 'DOUBLE' : 'STRING' }),
  );
  const schema = schemaFromColumnData({ columnData: columnData(columns, []) });
  return { columns, writer: new ParquetWriter({ writer: fileWriter(path), schema }) };
}

function columnData(columns: readonly Column[], rows: readonly ResultRow[]) {
  return columns.map(({ name, type }) => ({
    name,
    type,
    nullable: false,
    data: rows.map((row) => (type === 'DOUBLE' ? Number(row[name]) : String(row[name]))),
  }));
}
