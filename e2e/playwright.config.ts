import { defineConfig } from '@playwright/test'
import type { CockpitOptions } from './fixtures/cockpit.ts'

export default defineConfig<CockpitOptions>({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../out/e2e',
  workers: 1,
  timeout: 90_000,
  // Real time passes in these; a second try is said to have been one
  retries: 1,
  expect: { timeout: 15_000 },
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] === undefined ? 'list' : [['list'], ['json']],
  projects: [
    { name: 'web', use: { shell: 'web' } },
    { name: 'electron', use: { shell: 'electron' } },
  ],
})
