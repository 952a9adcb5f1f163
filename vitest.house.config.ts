import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@mammo/source'] },
  ssr: { resolve: { conditions: ['@mammo/source'] } },
  test: { include: ['test/*.test.ts'], testTimeout: 120_000, maxWorkers: '100%' },
});
