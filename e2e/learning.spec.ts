import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { PREPARED, placeChallenger } from '../main/fixtures/preparedChallenger.ts'
import { takePictures } from './fixtures/pictures.ts'
import { expect, test, TOP } from './fixtures/cockpit.ts'

test.use({ options: ['--date', '2026-11-20', '--seed', '2', '--speed', '20'] })

/** What a short training may take on a slow machine. */
const TRAINING = 300_000

test('a training is started, watched, paused, gone on with and compared', async ({ desk }) => {
  test.setTimeout(2 * TRAINING)
  const { cockpit, page } = desk
  const training = page.getByTestId('training')
  const done = async () => Number(await training.getAttribute('data-done'))
  await cockpit.isLive()
  await cockpit.show('Learning')
  await expect(page.getByTestId('champion')).toBeVisible()

  await test.step('it starts, and its progress moves', async () => {
    await cockpit.card('Training').getByLabel('Seed').fill('11')
    await page.getByRole('button', { name: 'Train', exact: true }).click()
    await expect(training).toBeVisible()
    await expect.poll(done, { timeout: 60_000 }).toBeGreaterThan(0)
    await expect(training.getByRole('progressbar')).toBeVisible()
    await takePictures(desk, 'learning-training', 'dark')
  })

  await test.step('paused it stands; then it goes on', async () => {
    await page.getByRole('button', { name: 'Pause training' }).click()
    await expect(training).toHaveAttribute('data-paused', 'true')
    const moved = async () => {
      const before = await done()
      await page.waitForTimeout(4000)
      return (await done()) - before
    }
    // What was begun when it was paused may still be counted
    await expect.poll(moved, { timeout: 60_000 }).toBe(0)
    expect(await moved()).toBe(0)
    await page.getByRole('button', { name: 'Go on with training' }).click()
    await expect(training).toHaveAttribute('data-paused', 'false')
  })

  await test.step('it ends in a challenger with curves and a comparison', async () => {
    await expect(training).toBeHidden({ timeout: TRAINING })
    await expect(page.getByTestId('run').first()).toHaveAttribute('data-status', 'finished')
    await expect(page.getByTestId('challenger')).toBeVisible()
    await expect(page.locator('[data-line]').first()).toBeVisible()
    await expect(page.getByTestId('verdict')).toBeVisible()
    await expect(cockpit.card('Comparison').locator('.whisker-plot').nth(2)).toBeVisible()
  })

  await test.step('it is compared anew, over sessions of its own', async () => {
    await expect(cockpit.card('Comparison')).not.toContainText('comparison 2')
    const compare = cockpit.card('Champion and challenger').getByRole('button', { name: /^Compar/ })
    await compare.click()
    await expect(compare).toHaveText('Comparing')
    await expect(compare).toHaveText('Compare', { timeout: TRAINING })
    await expect(cockpit.card('Comparison')).toContainText('comparison 2 with this champion')
    await expect(page.getByTestId('verdict')).toBeVisible()
  })

  await test.step('it may be promoted where it is better; else it says why not', async () => {
    const verdict = await page.getByTestId('verdict').getAttribute('data-verdict')
    const promote = page.getByRole('button', { name: 'Promote' })
    if (verdict === 'better') await expect(promote).toBeEnabled()
    else {
      await expect(promote).toBeDisabled()
      await expect(page.getByTestId('promotion')).toContainText(/no edge/i)
    }
    await takePictures(desk, 'learning', 'dark')
  })
  expect(desk.complaints).toEqual([])
})

test('a challenger that was found better is promoted and decides, and one click brings the one before back', async ({
  desk,
}) => {
  const { cockpit, page, folder } = desk
  await cockpit.isLive()
  await cockpit.show('Learning')
  const champion = page.getByTestId('champion').locator('b').first()
  await expect(champion).toBeVisible()
  const before = (await champion.textContent()) ?? ''
  await placeChallenger(folder, join(TOP, 'assets'), before)
  await expect(page.getByTestId('challenger')).toContainText(PREPARED)
  await page.getByRole('button', { name: 'Promote' }).click()
  await expect(champion).toHaveText(PREPARED)
  await expect(page.getByTestId('promotion')).toContainText(`Roll back brings ${before} again.`)
  await cockpit.show('Health')
  await expect(cockpit.card('Program')).toContainText(`${PREPARED} on`)
  await cockpit.show('Cockpit')
  await cockpit.nextTrade()
  await cockpit.show('Learning')
  await page.getByRole('button', { name: 'Roll back' }).click()
  await expect(champion).toHaveText(before)
  expect(desk.complaints).toEqual([])
})

test('the explanation of a decision has parts that sum to what is shown', async ({ desk }) => {
  const { cockpit, page } = desk
  await cockpit.isLive()
  await cockpit.nextTrade()
  await cockpit.pause()
  await page.keyboard.press('e')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByTestId('waterfall')).toBeVisible()
  await expect(dialog.getByTestId('method')).toHaveText(/^Exact, /, { timeout: 30_000 })
  const parts = await figuresOf(dialog.locator('[data-contribution]'))
  const sum = await dialog.getByTestId('sum').textContent()
  const [usual = Number.NaN, , now = Number.NaN] = (sum ?? '').match(/\d\.\d+/g)?.map(Number) ?? []
  expect(parts).toHaveLength(20)
  expect(parts.reduce((total, part) => total + part, usual)).toBeCloseTo(now, 9)
  await expect(dialog.getByTestId('unexplained')).toBeHidden()
  await takePictures(desk, 'explanation', 'dark')
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await page.getByRole('button', { name: 'Explain' }).click()
  await expect(dialog).toBeVisible()
  expect(desk.complaints).toEqual([])
})

test('a backtest over simulated sessions runs, and its plots, figures and trades stand there', async ({
  desk,
}) => {
  test.setTimeout(240_000)
  const { cockpit, page } = desk
  await cockpit.isLive()
  await cockpit.show('Backtest')
  await expect(cockpit.card('Equity')).toContainText('No backtest yet')
  await cockpit.card('Backtest').getByLabel('Strategy').selectOption('fixedTimeCondor')
  await cockpit.card('Backtest').getByLabel('Sessions').fill('8')
  await cockpit.card('Backtest').getByRole('button', { name: 'Run' }).click()
  await expect(page.getByTestId('sentence')).toBeVisible({ timeout: 180_000 })
  await expect(page.getByTestId('equity')).toHaveAttribute('d', /L/)
  await expect(page.getByTestId('drawdown')).toHaveAttribute('d', /L/)
  await expect(page.getByTestId('trade').first()).toBeVisible()
  await expect(cockpit.card('Statistics').getByRole('row', { name: /^Mean/ }).first()).toContainText('to')
  await page.getByRole('group', { name: 'Equity and fall below the best, by day' }).press('ArrowLeft')
  await takePictures(desk, 'backtest', 'dark')

  await desk.restart()
  await desk.cockpit.isLive()
  await desk.cockpit.show('Backtest')
  const form = desk.cockpit.card('Backtest')
  await expect(form.getByLabel('Strategy')).toHaveValue('fixedTimeCondor')
  await expect(form.getByLabel('Sessions')).toHaveValue('8')
  expect(desk.complaints).toEqual([])
})

/** The figures as they are written. */
async function figuresOf(cells: Locator): Promise<number[]> {
  const texts = await cells.allTextContents()
  return texts.map(text => Number(text.replace('−', '-').replace('+', '')))
}

test.describe('as it is shipped', () => {
  test.use({ policy: 'shipped' })

  test('a trained champion decides, and says what it was trained on and claims nothing beyond', async ({
    desk,
  }) => {
    const { cockpit, page } = desk
    await cockpit.isLive()
    await expect(page.getByTestId('suggestion')).toBeVisible({ timeout: 60_000 })
    await cockpit.show('Learning')
    const champion = page.getByTestId('champion')
    await expect(champion).toContainText('champion-1')
    await expect(champion).toContainText(/no edge/i)
    await expect(champion).toContainText('simulated sessions')
    await expect(page.getByText('Nothing is claimed of any real market').first()).toBeAttached()
    expect(desk.complaints).toEqual([])
  })
})
