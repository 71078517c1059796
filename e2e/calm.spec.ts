import type { Page } from '@playwright/test'
import { expect, test } from './fixtures/cockpit.ts'

/** How long the window is watched at each size. */
const WATCHED = 10_000

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const

/** What was seen of a page while quotes streamed. */
interface Watch {
  readonly shifts: { readonly value: number; readonly nodes: readonly string[] }[]
  readonly frames: number[]
  readonly longest: number[]
}

for (const size of SIZES) {
  test.describe(() => {
    test.use({ size })

    test(`while quotes stream at ${size.width} × ${size.height} nothing moves and no frame is late`, async ({
      desk,
    }) => {
      const { cockpit, page } = desk
      await cockpit.isLive()
      // Fonts, first suggestion and first curves have their places by then
      await expect(cockpit.suggestion).toBeVisible()
      await expect(cockpit.pane('smile').or(cockpit.pane('payoff')).first()).toBeVisible()
      await page.waitForTimeout(1500)
      const spots = new Set<string>()
      const boxes: string[][] = []
      await page.evaluate(startWatch)
      for (let look = 0; look < 5; look += 1) {
        await page.waitForTimeout(WATCHED / 5)
        spots.add((await cockpit.spot.textContent()) ?? '')
        boxes.push(await placesOfFigures(page))
      }
      const { shifts, frames, longest } = await page.evaluate(() => Reflect.get(window, 'watch') as Watch)
      expect(spots.size).toBeGreaterThan(2)
      for (const later of boxes.slice(1)) expect(later).toEqual(boxes[0])
      expect(shifts).toEqual([])
      // A gate for regressions on a machine that paints without a graphics card, not the aim
      const sorted = frames.toSorted((one, other) => one - other)
      expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(20)
      expect(frames.filter(interval => interval > 50).length / frames.length).toBeLessThan(0.05)
      expect(Math.max(0, ...longest)).toBeLessThan(250)
      expect(desk.complaints).toEqual([])
    })
  })
}

/** In the page: notes layout shifts, the time between frames, and long tasks from now on. */
function startWatch(): void {
  const watch: Watch = { shifts: [], frames: [], longest: [] }
  Reflect.set(window, 'watch', watch)
  const nameOf = (node: Node | null) => (node instanceof Element ? `${node.tagName}.${node.className}` : '')
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      if (Reflect.get(entry, 'hadRecentInput') === true) continue
      const sources = Reflect.get(entry, 'sources') as { readonly node: Node | null }[]
      watch.shifts.push({
        value: Number(Reflect.get(entry, 'value')),
        nodes: sources.map(({ node }) => nameOf(node)),
      })
    }
  }).observe({ type: 'layout-shift' })
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) watch.longest.push(entry.duration)
  }).observe({ type: 'longtask' })
  let before = performance.now()
  const look = (now: number) => {
    watch.frames.push(now - before)
    before = now
    requestAnimationFrame(look)
  }
  requestAnimationFrame(now => {
    before = now
    requestAnimationFrame(look)
  })
}

/** Where the cells of the status strip, of the risk bar and of the chain's head stand, and how wide they are. */
function placesOfFigures(page: Page): Promise<string[]> {
  return page
    .locator('.strip > *, .strip .beat, .risk > *, .title > *, [data-testid=pane-chain] thead th')
    .evaluateAll(cells =>
      cells.map(cell => {
        const { x, width } = cell.getBoundingClientRect()
        const name = cell.querySelector('.label')?.textContent ?? cell.textContent
        return `${name.slice(0, 24)} at ${x.toFixed(1)}, ${width.toFixed(1)} wide`
      }),
    )
}
