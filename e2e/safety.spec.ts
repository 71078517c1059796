import { expect, test, type RunningCockpit } from './fixtures/cockpit.ts'

test.use({ options: ['--date', '2026-11-20', '--seed', '1', '--speed', '20'] })

test('the kill switch can be taken back for a second, and flattens by its keys wherever the focus is', async ({
  desk,
}) => {
  const { cockpit, page } = desk
  await holdSomething(desk)

  await test.step('Escape within the second keeps what is held', async () => {
    // The second is the session's own: held still, it lasts as long as this machine takes to press the key
    await cockpit.setSpeed(1)
    await cockpit.pause()
    await cockpit.killSwitch.click()
    await expect(page.getByTestId('keep')).toContainText('Esc keeps')
    await page.keyboard.press('Escape')
    await expect(cockpit.killSwitch).toContainText('Flatten all')
    await cockpit.goOn()
    await page.waitForTimeout(2500)
    await expect(cockpit.positions.first()).toBeVisible()
    await expect(cockpit.killSwitch).toContainText('Flatten all')
  })

  await test.step('its keys close everything, without being armed and over an open dialog', async () => {
    await expect(cockpit.orderKeys).toContainText('Safe')
    await cockpit.setSpeed(20)
    await cockpit.doByPalette('Risk limits')
    await page.getByLabel('Lots of one order').focus()
    await page.keyboard.press('Control+Alt+Shift+K')
    await expect(cockpit.positions).toHaveCount(0, { timeout: 30_000 })
    await page.keyboard.press('Escape')
    await expect(cockpit.killSwitch).toContainText('Flatten all')
    await expect(cockpit.pane('positions')).toContainText('Nothing is held')
  })
  expect(desk.complaints).toEqual([])
})

test('a day that lost its limit is locked, says so everywhere, and stays locked; closing works', async ({
  desk,
}) => {
  const { page } = desk
  let { cockpit } = desk
  await holdSomething(desk)
  await isPaper(desk)

  await test.step('the loss passes the limit while a suggestion is open', async () => {
    await cockpit.armKeys()
    // One that waits for a while yet, at a moment at which something is lost; then the day is held until the limit is in force
    await expect(async () => {
      await cockpit.nextTrade()
      await expect(page.getByText(/^([1-9]:\d\d|0:[3-5]\d) left$/)).toBeVisible({ timeout: 100 })
      expect(await page.getByTestId('day-profit').textContent()).toMatch(/^−\$([3-9]|\d\d)/)
    }).toPass({ timeout: 60_000 })
    await cockpit.pause()
    await cockpit.setSpeed(1)
    await setDayLossLimit(desk, 1)
    await cockpit.goOn()
    await expect(page.getByTestId('locked-out')).toContainText('LOCKED OUT', { timeout: 30_000 })
    await expect(page.getByTestId('locked-out')).toContainText('until the session after')
    await isPaper(desk)
  })

  await test.step('nothing can be accepted, and order keys cannot be armed', async () => {
    await expect(cockpit.accept).toBeDisabled()
    await expect(page.getByText('Locked out until the next session. Closing still works.')).toBeVisible()
    await expect(cockpit.orderKeys).toContainText('Blocked')
    await expect(cockpit.orderKeys).toBeDisabled()
    const answered = await cockpit.journalRows.filter({ hasText: 'Accepted' }).count()
    await page.keyboard.press('ControlOrMeta+Shift+A')
    await expect(cockpit.toast('order keys stay blocked')).toBeVisible()
    await page.keyboard.press('a')
    await expect(cockpit.toast('order keys must be armed first')).toBeVisible()
    await expect(cockpit.journalRows.filter({ hasText: 'Accepted' })).toHaveCount(answered)
  })

  await test.step('a wider limit does not open it, nor does a restart', async () => {
    await setDayLossLimit(desk, 10_000)
    await expect(page.getByTestId('locked-out')).toBeVisible()
    await desk.restart()
    cockpit = desk.cockpit
    await cockpit.isLive()
    await expect(desk.page.getByTestId('locked-out')).toContainText('LOCKED OUT')
    await expect(cockpit.orderKeys).toContainText('Blocked')
    await isPaper(desk)
  })

  await test.step('what is held can be closed', async () => {
    await cockpit
      .pane('positions')
      .getByRole('button', { name: /^Close/ })
      .first()
      .click()
    await expect(cockpit.positions).toHaveCount(0, { timeout: 30_000 })
  })
  expect(desk.complaints).toEqual([])
})

/** Accepts the first trade that is suggested, and waits until it is held. */
async function holdSomething({ cockpit }: RunningCockpit): Promise<void> {
  await cockpit.isLive()
  await cockpit.nextTrade()
  await cockpit.accept.click()
  await expect(cockpit.positions.first()).toBeVisible({ timeout: 30_000 })
}

async function setDayLossLimit({ cockpit, page }: RunningCockpit, dollars: number): Promise<void> {
  await cockpit.doByPalette('Risk limits')
  const dialog = page.getByRole('dialog', { name: 'Risk limits' })
  await dialog.getByLabel('Day loss that locks trading').fill(String(dollars))
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
}

/** On every page it stands in sight that this is the paper account. */
async function isPaper({ page }: RunningCockpit): Promise<void> {
  for (const name of [/^Day/, /^Health/, /^Cockpit/]) {
    await page.getByRole('button', { name }).click()
    await expect(page.locator('.account')).toHaveText(/^PAPER/)
    await expect(page.locator('.account')).toBeInViewport({ ratio: 1 })
  }
}
