import { expect, test } from './fixtures/cockpit.ts'

test('everything is found by some of its words and done by Enter', async ({ desk }) => {
  const { cockpit, page } = desk
  const { palette } = cockpit
  await cockpit.isLive()

  await test.step('it opens by its key and by its button, and closes by Escape without doing anything', async () => {
    await page.keyboard.press('ControlOrMeta+K')
    await expect(palette).toBeFocused()
    await palette.fill('light theme')
    await page.keyboard.press('Escape')
    await expect(palette).toBeHidden()
    await expect(page.locator('html')).not.toHaveAttribute('data-theme', 'light')
    await page.getByRole('button', { name: /Find or do/ }).click()
    await expect(palette).toBeFocused()
    await palette.fill('no such thing')
    await expect(page.getByText('Nothing is called that.')).toBeVisible()
    await page.getByRole('button', { name: 'Close' }).focus()
    await page.keyboard.press('Enter')
    await expect(palette).toBeHidden()
  })

  await test.step('the keys that are pressed in it are words, not actions', async () => {
    await page.keyboard.press('ControlOrMeta+K')
    await page.keyboard.type('arm')
    await expect(page.getByRole('option')).not.toHaveCount(0)
    await expect(page.getByRole('option').first()).toContainText('Arm order keys')
    await page.keyboard.press('Enter')
    await expect(palette).toBeHidden()
    await expect(cockpit.orderKeys).toContainText('Armed')
    await cockpit.doByPalette('arm order')
    await expect(cockpit.orderKeys).toContainText('Safe')
  })

  await test.step('theme, columns and pages', async () => {
    const background = () => page.locator('body').evaluate(body => getComputedStyle(body).backgroundColor)
    const dark = await background()
    await cockpit.doByPalette('light theme')
    await expect.poll(background).not.toBe(dark)
    await cockpit.doByPalette('dark theme')
    await expect.poll(background).toBe(dark)
    await cockpit.doByPalette('chain sizes')
    await expect(page.getByRole('button', { name: 'Sizes' })).toHaveAttribute('aria-pressed', 'true')
    await cockpit.doByPalette('health')
    await expect(page.getByRole('button', { name: /^Health/ })).toHaveAttribute('aria-current', 'page')
    await cockpit.doByPalette('cockpit')
    await expect(cockpit.pane('chain')).toBeVisible()
  })

  await test.step('a decision of the day is found by its number', async () => {
    await cockpit.nextTrade()
    await cockpit.pause()
    const number = (await page.getByTestId('decision-number').textContent())?.trim() ?? ''
    await page.keyboard.press('ControlOrMeta+K')
    await palette.fill(/\d+/.exec(number)?.[0] ?? '')
    await expect(page.getByRole('option', { name: /condor|spread|butterfly/i }).first()).toBeVisible()
    await page.keyboard.press('Escape')
  })

  await test.step('what gives an order is refused until order keys are armed', async () => {
    await cockpit.doByPalette('accept the suggestion')
    await expect(cockpit.toast('order keys must be armed first')).toBeVisible()
    await expect(cockpit.suggestion).toHaveAttribute('data-status', 'open')
    await cockpit.armKeys()
    await cockpit.doByPalette('accept the suggestion')
    await expect(cockpit.suggestion).not.toHaveAttribute('data-status', 'open')
    await expect(cockpit.journalRows.filter({ hasText: 'Accepted' })).toHaveCount(1)
  })
  expect(desk.complaints).toEqual([])
})
