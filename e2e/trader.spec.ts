import { expect, test } from './fixtures/cockpit.ts'

test('a trader lives through a part of a day', async ({ desk }) => {
  // How long no trade is suggested is the market's affair
  test.setTimeout(300_000)
  const { page } = desk
  let { cockpit } = desk

  await test.step('opens the cockpit and watches quotes move', async () => {
    await cockpit.isLive()
    await expect(page.locator('.account')).toHaveText(/PAPER/)
    const before = await cockpit.spot.textContent()
    await expect(cockpit.spot).not.toHaveText(before ?? '')
  })

  await test.step('is not heard on an order key before it is armed', async () => {
    await cockpit.nextTrade()
    await cockpit.pause()
    await page.keyboard.press('a')
    await expect(cockpit.toast('order keys must be armed first')).toBeVisible()
    await expect(cockpit.suggestion).toHaveAttribute('data-status', 'open')
  })

  await test.step('accepts by key, and the order is filled or works', async () => {
    await cockpit.armKeys()
    await page.keyboard.press('a')
    await expect(cockpit.journalRows.filter({ hasText: 'Accepted' })).toHaveCount(1)
    await cockpit.goOn()
    await expect(cockpit.positions.first()).toBeVisible({ timeout: 30_000 })
    await expect(page.getByTestId('day-profit')).not.toHaveText('$0')
  })

  await test.step('rejects with a reason; while the session stands still the next suggestion is there and knows it', async () => {
    await cockpit.nextTrade()
    await cockpit.pause()
    const number = await page.getByTestId('decision-number').textContent()
    const liking = page.getByTestId('would-accept')
    const before = Number(await liking.textContent())
    await page.getByRole('button', { name: 'Too close' }).click()
    await expect(cockpit.journalRows.filter({ hasText: 'too close' })).toHaveCount(1)
    await expect(page.getByTestId('decision-number')).not.toHaveText(number ?? '')
    expect(Number(await liking.textContent())).toBeLessThan(before)
    await cockpit.goOn()
  })

  await test.step('modifies the size and accepts as changed', async () => {
    await cockpit.nextTrade()
    await cockpit.pause()
    await page.keyboard.press('m')
    const form = page.getByTestId('modify')
    await expect(form).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(form).toBeHidden()
    await page.keyboard.press('m')
    await form.getByLabel('Size').press('Home')
    await expect(form).toContainText('1 of 3')
    await form.getByRole('button', { name: 'Accept as changed' }).click()
    await expect(cockpit.journalRows.filter({ hasText: 'Modified' })).toHaveCount(1)
    await cockpit.goOn()
  })

  await test.step('finds it all in the journal, also after a restart', async () => {
    await expect(cockpit.journalRows).not.toHaveCount(0)
    const accepted = cockpit.journalRows.filter({ hasText: 'Accepted' })
    await expect(accepted).toHaveCount(1)
    await desk.restart()
    cockpit = desk.cockpit
    await cockpit.isLive()
    await expect(cockpit.journalRows.filter({ hasText: 'Accepted' })).toHaveCount(1)
    await expect(cockpit.journalRows.filter({ hasText: 'too close' })).toHaveCount(1)
  })

  await test.step('hits the kill switch: everything is closed, nothing is left', async () => {
    await cockpit.killSwitch.click()
    await expect(cockpit.positions).toHaveCount(0, { timeout: 30_000 })
    await expect(cockpit.pane('positions')).toContainText('Nothing is held')
    await expect(cockpit.killSwitch).toContainText('Flatten all')
  })
  expect(desk.complaints).toEqual([])
})
