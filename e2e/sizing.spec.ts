import { expect, test } from './fixtures/cockpit.ts'

test.use({ options: ['--date', '2026-11-20', '--seed', '2', '--speed', '20'] })

test('sizes go by Kelly from the next suggestion on once that is chosen, also after a restart', async ({
  desk,
}) => {
  const chosen = async () => {
    await desk.cockpit.isLive()
    await desk.cockpit.show('Day')
    return desk.page.getByRole('region', { name: 'Limits' })
  }
  await expect(await chosen()).toContainText('by the limits')
  await desk.page.getByRole('button', { name: 'Change sizes' }).click()
  const dialog = desk.page.getByRole('dialog', { name: 'Size of a trade' })
  await dialog.getByRole('button', { name: /^By Kelly/ }).click()
  await expect(dialog).toContainText('It does not know whether the odds are right')
  await dialog.getByLabel(/^Bankroll/).fill('40000')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect(desk.page.getByRole('region', { name: 'Limits' })).toContainText('by Kelly, $40,000')
  await desk.cockpit.show('Cockpit')
  const sentence = () => desk.cockpit.pane('suggestion').getByText(/^Sizing: /)
  await expect(sentence()).toBeVisible({ timeout: 60_000 })

  await desk.restart()
  await expect(await chosen()).toContainText('by Kelly, $40,000')
  await desk.cockpit.show('Cockpit')
  await expect(sentence()).toBeVisible({ timeout: 60_000 })
  expect(desk.complaints).toEqual([])
})
