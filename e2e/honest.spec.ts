import { expect, test } from './fixtures/cockpit.ts'

test.use({ options: ['--date', '2026-11-20', '--seed', '1', '--speed', '20'] })
test.skip(({ shell }) => shell === 'electron', 'a stopped Electron stops its window with it')

const BEATS = ['feed', 'broker', 'database', 'ai'] as const

test('a window whose program stands still or is gone does not look alive, and comes back where it can', async ({
  desk,
}) => {
  const { cockpit, page, program } = desk
  const beat = (name: string) => page.getByTestId(`beat-${name}`)
  await cockpit.isLive()
  await cockpit.nextTrade()
  await cockpit.setSpeed(1)
  await expect(cockpit.accept).toBeEnabled()

  await test.step('while the program stands still nothing looks alive, and Accept waits', async () => {
    program.kill('SIGSTOP')
    await page.waitForTimeout(3000)
    for (const name of BEATS) await expect(beat(name)).toHaveAttribute('data-state', 'gone')
    await expect(cockpit.accept).toBeDisabled()
    await expect(page.getByText('The window lost the engine. Accept returns with it.')).toBeVisible()
  })

  await test.step('it comes back by itself, with quotes that move', async () => {
    program.kill('SIGCONT')
    await expect(beat('feed')).toHaveAttribute('data-state', 'alive')
    await expect(cockpit.accept).toBeEnabled()
    const spot = (await cockpit.spot.textContent()) ?? ''
    await expect(cockpit.spot).not.toHaveText(spot)
  })

  await test.step('when the program is killed the window says that it is gone, and takes no order', async () => {
    program.kill('SIGKILL')
    for (const name of BEATS) await expect(beat(name)).toHaveAttribute('data-state', 'gone')
    await expect(cockpit.accept).toBeDisabled()
    await expect(page.locator('.account')).toHaveText(/^PAPER/)
    await cockpit.killSwitch.click()
    await expect(cockpit.toast('Zerodte is not connected')).toBeVisible()
  })

  await test.step('a new start takes up the session where it stood', async () => {
    await desk.restart()
    await desk.cockpit.isLive()
    await expect(desk.page.getByTestId('beat-feed')).toHaveAttribute('data-state', 'alive')
    await expect(desk.cockpit.accept).toBeEnabled()
  })
})
