import { expect, test, type RunningCockpit } from './fixtures/cockpit.ts'
import { Panels, type PanelGroup } from './pages/Panels.ts'

/** A layout is remembered a moment after its last change; the moment is longer than that. */
const REMEMBERED = 900

const SIZES = {
  small: { width: 1280, height: 800 },
  base: { width: 1920, height: 1080 },
  wide: { width: 3440, height: 1440 },
} as const

test('panels that were moved and sized are found again after a reload and a restart, until they are reset', async ({
  desk,
}) => {
  await desk.cockpit.isLive()
  const fresh = await new Panels(desk.page).groups()

  await test.step('a tab is dragged into another group, and a group is widened by its sash', async () => {
    const panels = new Panels(desk.page)
    await panels.dragInto('Smile', 'Positions')
    await expect.poll(() => panels.together('Positions')).toEqual(['Positions', 'Smile'])
    await expect(desk.cockpit.pane('smile')).toBeVisible()
    await expect(desk.cockpit.pane('positions')).toBeHidden()
    const before = await panels.groupOf('Chain')
    await panels.widen('Chain', -120)
    const after = await panels.groupOf('Chain')
    expect(before.width - after.width).toBeGreaterThan(110)
    expect(before.width - after.width).toBeLessThan(130)
  })

  const left = await leaveInPlace(desk)
  await test.step('a reload changes nothing', async () => {
    await desk.page.reload()
    await desk.cockpit.isLive()
    await standsAt(desk, left)
  })

  await test.step('nor does a restart of the program', async () => {
    await desk.restart()
    await desk.cockpit.isLive()
    await standsAt(desk, left)
    await expect(desk.cockpit.pane('smile')).toBeVisible()
  })

  await test.step('the palette puts every panel back, also for the next start', async () => {
    await desk.cockpit.doByPalette('Reset the panels')
    await standsAt(desk, fresh)
    await leaveInPlace(desk)
    await desk.page.reload()
    await desk.cockpit.isLive()
    await standsAt(desk, fresh)
  })
  expect(desk.complaints).toEqual([])
})

test('a small, a usual and a wide window keep a layout each', async ({ desk }) => {
  await desk.cockpit.isLive()
  const panels = new Panels(desk.page)
  const moves = { small: ['Alerts', 'Chain'], base: ['Payoff', 'Chart'], wide: ['Smile', 'Alerts'] } as const
  const left = new Map<string, readonly PanelGroup[]>()
  for (const [display, [title, target]] of Object.entries(moves)) {
    await desk.page.setViewportSize(SIZES[nameOf(display)])
    await expect.poll(() => panels.together(title)).toContain(title)
    await isWithin(desk)
    expect(await panels.together(title)).not.toContain(target)
    await panels.dragInto(title, target)
    await expect.poll(() => panels.together(target)).toContain(title)
    left.set(display, await leaveInPlace(desk))
  }
  for (const display of ['base', 'small', 'wide']) {
    await desk.page.setViewportSize(SIZES[nameOf(display)])
    await standsAt(desk, left.get(display) ?? [])
  }
  await desk.page.reload()
  await desk.cockpit.isLive()
  await standsAt(desk, left.get('wide') ?? [])
  expect(desk.complaints).toEqual([])
})

test('words of the strip are shortened before anything of them is cut', async ({ desk }) => {
  const { cockpit, page } = desk
  await cockpit.isLive()
  const cut = () =>
    page
      .locator('.strip :is(span, b, small)')
      .evaluateAll(parts =>
        parts
          .filter(part => part.clientWidth > 0 && part.scrollWidth > part.clientWidth)
          .map(part => part.textContent),
      )
  for (const width of [1280, 1366, 1440, 1512, 1600, 1728, 1920, 2560]) {
    await page.setViewportSize({ width, height: 900 })
    await expect.poll(cut, `at ${width}`).toEqual([])
    await expect(page.getByRole('timer', { name: 'Session phases' })).toContainText('Last trade 16:15')
  }
})

/** Where everything stands now, once it is remembered. */
async function leaveInPlace({ page }: RunningCockpit): Promise<PanelGroup[]> {
  await page.waitForTimeout(REMEMBERED)
  return new Panels(page).groups()
}

/** Every group holds the same tabs at the same place, a rounded pixel aside. */
async function standsAt({ page }: RunningCockpit, expected: readonly PanelGroup[]): Promise<void> {
  expect(expected).not.toEqual([])
  await expect(async () => {
    const found = await new Panels(page).groups()
    expect(found.map(({ tabs, front }) => ({ tabs, front }))).toEqual(
      expected.map(({ tabs, front }) => ({ tabs, front })),
    )
    for (const [index, group] of found.entries()) {
      for (const side of ['left', 'top', 'width', 'height'] as const) {
        expect(Math.abs(group[side] - (expected[index]?.[side] ?? Number.NaN))).toBeLessThanOrEqual(2)
      }
    }
  }).toPass({ timeout: 5000 })
}

/** No panel reaches over the edge of the window. */
async function isWithin({ page }: RunningCockpit): Promise<void> {
  const width = page.viewportSize()?.width ?? 0
  await expect
    .poll(async () => Math.max(...(await new Panels(page).groups()).map(group => group.left + group.width)))
    .toBeLessThanOrEqual(width)
}

function nameOf(display: string): keyof typeof SIZES {
  if (display === 'small' || display === 'base' || display === 'wide') return display
  throw new Error(`no display is called "${display}"`)
}
