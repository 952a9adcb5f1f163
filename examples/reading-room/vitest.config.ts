import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@mammo/source'] },
  ssr: { resolve: { conditions: ['@mammo/source'] } },
  test: {
    globalSetup: ['test/postgres.ts'],
    include: ['test/**/*.test.ts'],
    maxWorkers: 1,
    isolate: false, // as in vitest.base.ts, which is for packages that use tfjs
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
