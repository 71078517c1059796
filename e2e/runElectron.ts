// The product in Electron: brings the runtime where there is none, and runs in it what `npm test` runs in a browser.
// `npm run e2e:electron`. Ends with one line: N passed, N failed; with 2 where it cannot run at all.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { installElectron } from './electron.ts'

const top = join(import.meta.dirname, '..')
const report = join(top, 'out/tests/electron.json')

const missing = missingDisplay() ?? installElectron()
if (missing === undefined) runSpecs()
else {
  process.stderr.write(`${missing}\n`)
  process.exitCode = 2
}

function missingDisplay(): string | undefined {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  const isThere = process.platform !== 'linux' || Boolean(DISPLAY) || Boolean(WAYLAND_DISPLAY)
  return isThere ? undefined : 'no display here for the windows of Electron; on Linux, xvfb-run gives one'
}

function runSpecs(): void {
  rmSync(report, { force: true })
  mkdirSync(dirname(report), { recursive: true })
  const command = [
    join(top, 'node_modules/@playwright/test/cli.js'),
    'test',
    '-c',
    'e2e',
    '--project=electron',
  ]
  const { status } = spawnSync(process.execPath, [...command, ...process.argv.slice(2)], {
    cwd: top,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  })
  const { passed, failed } = count(status === 0)
  process.stdout.write(`${passed} passed, ${failed} failed\n`)
  process.exitCode = failed === 0 ? 0 : 1
}

/** What the report says. A run that dies without one, or that ran nothing, has failed. */
function count(isGood: boolean): { readonly passed: number; readonly failed: number } {
  if (!existsSync(report)) return { passed: 0, failed: 1 }
  const { stats, errors } = JSON.parse(readFileSync(report, 'utf8'))
  const failed = stats.unexpected + stats.flaky + errors.length
  const isEmpty = stats.expected === 0 || !isGood
  return { passed: stats.expected, failed: failed === 0 && isEmpty ? 1 : failed }
}
