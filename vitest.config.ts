import { defineConfig } from 'vitest/config'

/** Seed of every random test, so that a failure can be had again; `SEED=random` hunts for new ones. */
const seed = process.env.SEED === 'random' ? undefined : Number(process.env.SEED ?? 20_261_121)

export default defineConfig({
  test: {
    provide: { seed },
    projects: [
      {
        extends: true,
        test: {
          name: 'main',
          include: ['main/**/*.test.ts', 'preload/**/*.test.ts'],
          setupFiles: ['e2e/seeded.ts'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'page',
          environment: 'happy-dom',
          include: ['renderer/**/*.test.{ts,tsx}'],
          setupFiles: ['e2e/seeded.ts'],
          testTimeout: 30_000,
        },
      },
    ],
  },
})
