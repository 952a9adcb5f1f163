/** The databases that tests run on: the embedded one, and a PostgreSQL server where the global setup found one. */
export const DATABASES: readonly { readonly name: string; readonly url: string | undefined }[] = [
  { name: 'PGlite', url: undefined },
  { name: 'PostgreSQL', url: process.env.ROOM_TEST_POSTGRES },
];
