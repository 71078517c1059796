import type { Locator } from '@playwright/test'
import { expect, test, type RunningCockpit } from './fixtures/cockpit.ts'

test.use({ options: ['--date', '2026-11-20', '--seed', '2', '--speed', '20'] })

test('strikes are tried out under the payoff, by hand and by key, and carried over into the form', async ({
  desk,
}) => {
  const { cockpit, page } = desk
  const payoff = cockpit.pane('payoff')
  await cockpit.isLive()
  await cockpit.nextTrade()
  await cockpit.pause()
  const handles = payoff.getByRole('slider', { name: /^Short (put|call) strike$/ })
  const handle = handles.first()
  await expect(handle).toBeVisible()
  const suggested = await strikeOf(handle)
  const odds = page.getByText(/P\(profit\)/).first()
  const before = await odds.textContent()

  await test.step('a strike is dragged to the next listed one, and everything is told anew', async () => {
    const worst = await payoff.getByText('at worst').textContent()
    await drag(desk, handle, 24)
    await expect.poll(() => strikeOf(handle)).toBeGreaterThan(suggested)
    await expect(payoff.getByText(/(credit|debit) .* at mid/)).toBeVisible()
    await expect(odds).not.toHaveText(before ?? '')
    await expect(payoff.getByText('at worst')).not.toHaveText(worst ?? '')
  })

  await test.step('Escape takes it back', async () => {
    await handle.focus()
    await page.keyboard.press('Escape')
    await expect.poll(() => strikeOf(handle)).toBe(suggested)
    await expect(odds).toHaveText(before ?? '')
  })

  await test.step('an arrow key steps to the next listed strike; one click carries it over', async () => {
    await handle.focus()
    await page.keyboard.press('ArrowLeft')
    await expect(handle).toHaveAttribute('aria-valuetext', `${suggested - 1}, suggested ${suggested}`)
    await payoff.getByRole('button', { name: 'Use these strikes' }).click()
    const form = page.getByTestId('modify')
    await expect(form).toBeVisible()
    await expect(form.getByRole('slider', { name: /^Short (put|call)$/ }).first()).toHaveAttribute(
      'aria-valuenow',
      String(suggested - 1),
    )
    await form.getByRole('button', { name: 'Back' }).click()
    await expect.poll(() => strikeOf(handle)).toBe(suggested)
  })

  await test.step('the line before the close is moved in time and volatility', async () => {
    await payoff.getByRole('slider', { name: 'Time' }).press('End')
    await expect(payoff.getByText(/dashed at 16:00/)).toBeVisible()
    await payoff.getByRole('slider', { name: 'Time' }).press('Home')
    await payoff.getByRole('slider', { name: 'Volatility' }).press('ArrowRight')
    await expect(payoff.getByText(/dashed now, volatility \+5 %/)).toBeVisible()
  })
  expect(desk.complaints).toEqual([])
})

test('the scenarios of a suggestion and of the book are read by pointer, by key and as a table', async ({
  desk,
}) => {
  const { cockpit, page } = desk
  const pane = cockpit.pane('scenario')
  const readout = pane.locator('.heat-readout > span').first()
  await cockpit.isLive()
  await expect(pane).toContainText('Nothing is held.')
  await cockpit.nextTrade()
  await cockpit.pause()
  await page.getByRole('button', { name: 'Trade', exact: true }).last().click()
  const map = pane.getByRole('group', { name: /^Profit by price/ })

  await test.step('it is drawn, and says who computed it', async () => {
    await expect(map).toBeVisible()
    await expect(page.getByText(/condor|spread|vertical/).first()).toBeVisible()
    await expect(pane.getByTitle('Who computed it, and in what time')).toHaveText(/ (µs|ms)/)
    expect(await colours(map)).toBeGreaterThan(20)
  })

  await test.step('the pointer reads a cell, arrow keys the next', async () => {
    const box = await boxOf(map)
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.5)
    await expect(readout).toHaveText(/^[+−]?\$[\d,.]+ at \d{3}\.\d\d, /)
    await page.mouse.move(0, 0)
    await map.focus()
    const at = await readout.textContent()
    await page.keyboard.press('ArrowRight')
    await expect(readout).not.toHaveText(at ?? '')
    await page.keyboard.press('ArrowUp')
    await expect(readout).toHaveText(/\+5 %/)
  })

  await test.step('the slider moves the map to the close, where volatility has no say', async () => {
    await pane.getByRole('slider', { name: 'Time' }).press('End')
    await expect(pane.getByRole('slider', { name: 'Time' })).toHaveAttribute('aria-valuetext', '16:00')
    await map.focus()
    const figure = async () => (await readout.textContent())?.split(' at ')[0]
    const now = await figure()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    expect(await figure()).toBe(now)
    await pane.getByRole('slider', { name: 'Time' }).press('Home')
  })

  await test.step('a Greek, times down the rows, and the table of the same', async () => {
    await pane.getByRole('button', { name: 'Δ' }).click()
    await expect(readout).toHaveText(/ shares at /)
    await pane.getByRole('button', { name: 'By time' }).click()
    await expect(readout).toHaveText(/, now$/)
    await pane.getByRole('group', { name: /^Delta by price/ }).press('t')
    await expect(pane.getByRole('rowheader', { name: '16:00' })).toBeVisible()
    await expect(pane.getByRole('columnheader')).not.toHaveCount(0)
  })
  expect(desk.complaints).toEqual([])
})

test('columns of the chain are chosen one by one, and found again', async ({ desk }) => {
  const { cockpit, page } = desk
  const heads = cockpit.pane('chain').locator('thead')
  await cockpit.isLive()
  await expect(heads).not.toContainText('Vanna')

  await test.step('vanna and charm stand beside the other Greeks, with figures', async () => {
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByRole('checkbox', { name: /^Vanna/ }).check()
    await page.getByRole('checkbox', { name: /^Charm/ }).check()
    await page.getByRole('checkbox', { name: /^OI/ }).uncheck()
    await page.keyboard.press('Escape')
    await expect(heads).toContainText('Vanna')
    await expect(heads).toContainText('Charm')
    await expect(heads).not.toContainText('OI')
    await expect(heads.getByTitle('Charm, delta an hour')).toHaveCount(2)
  })

  await test.step('the choice is there again after a reload, and by the palette', async () => {
    await page.waitForTimeout(900)
    await page.reload()
    await cockpit.isLive()
    await expect(heads).toContainText('Vanna')
    await cockpit.doByPalette('chain greeks')
    await expect(heads).not.toContainText('Vanna')
    await cockpit.doByPalette('choose columns')
    await expect(page.getByRole('checkbox', { name: /^Vanna/ })).toBeVisible()
    await page.keyboard.press('Escape')
    await cockpit.doByPalette('own columns')
    await expect(heads).toContainText('Vanna')
  })
  expect(desk.complaints).toEqual([])
})

test('the machine says who computes what, and measures again when it is asked', async ({ desk }) => {
  const { cockpit, page } = desk
  await cockpit.isLive()
  await page.keyboard.press('ControlOrMeta+4')
  const serving = page.getByRole('region', { name: 'Who serves' })
  const machine = page.getByRole('region', { name: 'Machine' })
  const button = page.getByRole('button', { name: /^Measur/ })

  await test.step('decisions, jobs, backends and the policy have their places', async () => {
    await expect(serving).toContainText('Decisions')
    await expect(serving).toContainText('onnxruntime')
    await expect(page.getByTestId('backend-reference')).toHaveAttribute('data-state', /serves|available/)
    for (const name of ['native1', 'nativeN', 'gpu'])
      await expect(page.getByTestId(`backend-${name}`)).toHaveAttribute(
        'data-state',
        /serves|available|absent|refused/,
      )
  })

  await test.step('it was measured by itself, and is measured again by the button', async () => {
    await expect(machine).toContainText(/ET, in \d+ ms/, { timeout: 30_000 })
    const when = await machine.getByRole('row', { name: /^Measured/ }).textContent()
    await page.waitForTimeout(1100)
    await button.click()
    await expect(machine.getByRole('row', { name: /^Measured/ })).not.toHaveText(when ?? '')
    await expect(button).toBeEnabled()
    await expect(page.locator('path.speed')).not.toHaveCount(0)
  })

  await test.step('the strip leads here too', async () => {
    await cockpit.doByPalette('cockpit')
    await page.getByTestId('beat-pricing').click()
    await expect(serving).toBeVisible()
  })
  expect(desk.complaints).toEqual([])
})

async function strikeOf(handle: Locator): Promise<number> {
  return Number(await handle.getAttribute('aria-valuenow'))
}

/** Drags a handle so many pixels to the right, as a hand does. */
async function drag({ page }: RunningCockpit, handle: Locator, by: number): Promise<void> {
  const box = await boxOf(handle)
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + by / 2, y, { steps: 3 })
  await page.mouse.move(x + by, y, { steps: 3 })
  await page.mouse.up()
}

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox()
  if (!box) throw new Error('what is pointed at must be visible')
  return box
}

/** How many colours the canvas of a map has. */
function colours(map: Locator): Promise<number> {
  return map.locator('canvas').evaluate(canvas => {
    if (!(canvas instanceof HTMLCanvasElement)) return 0
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
    const found = new Set<number>()
    for (let place = 0; place + 2 < pixels.length; place += 4)
      found.add(((pixels[place] ?? 0) << 16) | ((pixels[place + 1] ?? 0) << 8) | (pixels[place + 2] ?? 0))
    return found.size
  })
}
