import { expect, test, type RunningCockpit } from './fixtures/cockpit.ts'

test.use({ options: ['--date', '2026-11-20', '--seed', '1', '--speed', '20'] })

test('an alert he asked for is told once, in the window and on the desktop, until he has seen it', async ({
  desk,
}) => {
  const { cockpit, page } = desk
  const bell = page.getByRole('button', { name: /^Alerts, \d+ not seen$/ })
  const rows = cockpit.pane('alerts').getByTestId('alert')
  await page.context().grantPermissions(['notifications'])
  await page.addInitScript(noteNotifications)
  await page.reload()
  await cockpit.isLive()
  await cockpit.nextTrade()
  await cockpit.accept.click()
  await expect(cockpit.positions.first()).toBeVisible({ timeout: 30_000 })
  await page.locator('.dv-tab').filter({ hasText: 'Alerts' }).click()

  await test.step('he asks to be told of a loss of a dollar, and of nothing else', async () => {
    const dialog = await openRules(desk)
    for (const box of await dialog.getByRole('checkbox').all()) await box.setChecked(false)
    await dialog.getByRole('checkbox', { name: 'Open loss of a position' }).setChecked(true)
    await dialog.getByRole('textbox', { name: 'Open loss of a position' }).fill('1')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(dialog).toBeHidden()
  })

  await test.step('it is told in a notice, in the pane, by the counter and on the desktop', async () => {
    const told = cockpit.toast('Open loss of $').first()
    await expect(told).toBeVisible({ timeout: 30_000 })
    await expect(rows.filter({ hasText: 'Open loss of $' }).first()).toContainText('▲')
    await expect(bell).toContainText(/^[1-9]/)
    expect(await notified(desk)).toContain(await told.locator('.b').textContent())
  })

  await test.step('two minutes of the session later it was not told again', async () => {
    const since = await cockpit.clock.textContent()
    await expect.poll(async () => minutesFrom(since, await cockpit.clock.textContent())).toBeGreaterThan(1)
    await expect(rows.filter({ hasText: 'Open loss of $' })).toHaveCount(1)
    expect((await notified(desk)).filter(title => title.startsWith('Open loss'))).toHaveLength(1)
  })

  await test.step('it counts as seen once its list was opened and closed, also after a reload', async () => {
    await cockpit.pause()
    await bell.click()
    await expect(page.locator('.popover')).toContainText('Open loss of $')
    await page.keyboard.press('Escape')
    await expect(bell).toHaveAccessibleName('Alerts, 0 not seen')
    await expect(rows.filter({ hasText: '▲' })).toHaveCount(0)
    await page.reload()
    await expect(bell).toHaveAccessibleName('Alerts, 0 not seen')
    await expect(rows.filter({ hasText: 'Open loss of $' }).first()).not.toContainText('▲')
    await expect(page.locator('.toast')).toHaveCount(0)
  })

  await test.step('his rule is found again', async () => {
    const dialog = await openRules(desk)
    await expect(dialog.getByRole('textbox', { name: 'Open loss of a position' })).toHaveValue('1')
    await expect(dialog.getByRole('checkbox', { name: 'Lockout' })).not.toBeChecked()
  })
  expect(desk.complaints).toEqual([])
})

async function openRules({ cockpit, page }: RunningCockpit) {
  await cockpit.doByPalette('Alert rules')
  const dialog = page.getByRole('dialog', { name: 'Alert rules' })
  await expect(dialog).toBeVisible()
  return dialog
}

/** In the page: keeps the title of every notification that is shown. */
function noteNotifications(): void {
  const titles: string[] = []
  Reflect.set(window, 'notified', titles)
  window.Notification = class extends Notification {
    constructor(title: string, options?: NotificationOptions) {
      super(title, options)
      titles.push(title)
    }
  }
}

function notified({ page }: RunningCockpit): Promise<string[]> {
  return page.evaluate(() => Reflect.get(window, 'notified') as string[])
}

/** Minutes on the clock of the session from one time of the same morning to another. */
function minutesFrom(since: string | null, now: string | null): number {
  const minutes = (clock: string | null) => Number(clock?.slice(0, 2)) * 60 + Number(clock?.slice(3, 5))
  return minutes(now) - minutes(since)
}
