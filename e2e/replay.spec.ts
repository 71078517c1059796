import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, TOP } from './fixtures/cockpit.ts'

/** The last minutes of the day after Thanksgiving, which ends at one o'clock. */
const RECORDED = ['--date', '2026-11-27', '--seed', '3', '--from', '12:56', '--speed', 'max'] as const

test.describe(() => {
  test.use({
    // Playwright reads from this pattern which other fixtures are wanted
    // oxlint-disable-next-line no-empty-pattern
    options: async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'zerodte-recorded-'))
      const file = join(folder, 'half-day.parquet')
      const { status, stderr } = run('cli.js', ['record', '--out', file, '--data-dir', folder, ...RECORDED])
      expect([status, stderr]).toEqual([0, ''])
      await use(['--feed', 'replay', '--session', file, '--speed', '5'])
      rmSync(folder, { recursive: true, force: true })
    },
  })

  test('a recorded session is played in the window under its own name, and ends when its half day ends', async ({
    desk,
  }) => {
    const { cockpit, page } = desk
    const phases = page.getByRole('timer', { name: 'Session phases' })
    const chain = cockpit.pane('chain').locator('tbody').first()
    await cockpit.isLive()

    await test.step('it says where its quotes come from, and on which account orders would go', async () => {
      await expect(page.locator('.playback .source')).toContainText('half-day')
      await expect(page.locator('.account')).toHaveText(/^PAPER/)
      await expect(page.getByRole('banner')).toContainText('27 Nov')
    })

    await test.step('quotes move on the clock of that day', async () => {
      await expect(cockpit.clock).toHaveText(/^12:5\d:\d\d ET$/)
      const [spot, quotes] = [await cockpit.spot.textContent(), await chain.textContent()]
      await expect(cockpit.spot).not.toHaveText(spot ?? '')
      await expect(chain).not.toHaveText(quotes ?? '')
    })

    await test.step('the early close is announced, and kept', async () => {
      await expect(phases).toContainText('Close 13:00')
      await expect(phases).toContainText('early close')
      await cockpit.setSpeed(60)
      await expect(phases.locator('.now')).toHaveText('Close 13:00', { timeout: 30_000 })
      await expect(cockpit.clock).toHaveText(/^13:/)
      await expect(cockpit.accept).toHaveCount(0)
    })
    expect(desk.complaints).toEqual([])
  })
})

test('a recording that is not there ends the start with one line that says so', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zerodte-absent-'))
  const file = join(folder, 'absent.parquet')
  const options = ['--no-open', '--data-dir', folder, '--feed', 'replay', '--session', file]
  const { status, stderr } = run('start.js', options)
  rmSync(folder, { recursive: true, force: true })
  expect(status).toBe(2)
  expect(stderr.split('\n')).toEqual([expect.stringContaining(file), ''])
})

/** Runs a part of the built program to its end. */
function run(name: string, options: readonly string[]): { readonly status: number; readonly stderr: string } {
  const file = join(TOP, 'out/main', name)
  const { status, stderr } = spawnSync(process.execPath, [file, ...options], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { status: status ?? Number.NaN, stderr }
}
