// How long the second start takes, from the spawn of the program to the first paint with live quotes on the page; the
// median of several. `npm run bench -- start [--times 5] [--json]`
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser } from '@playwright/test'
import { QUIET_CHROMIUM, findChromium, installChromium } from './chromium.ts'
import { end, startWeb } from './fixtures/startWeb.ts'

const SLOWEST = 1500
const times = process.argv.includes('--times') ? Number(process.argv[process.argv.indexOf('--times') + 1]) : 5

if (!installChromium()) throw new Error('no Chromium, and none could be installed')
const browser = await chromium.launch({
  executablePath: findChromium() ?? '',
  chromiumSandbox: false,
  args: QUIET_CHROMIUM,
})
const folder = mkdtempSync(join(tmpdir(), 'zerodte-start-'))
await startOnce(browser)
const taken: number[] = []
for (let round = 0; round < times; round += 1) taken.push(await startOnce(browser))
await browser.close()
rmSync(folder, { recursive: true, force: true })
const median = taken.toSorted((one, other) => one - other)[Math.floor(times / 2)] ?? Number.NaN
const figures = { starts: taken.map(Math.round), median: Math.round(median), limit: SLOWEST }
process.stdout.write(
  process.argv.includes('--json')
    ? `${JSON.stringify(figures)}\n`
    : `second starts: ${figures.starts.join(', ')} ms\nmedian: ${figures.median} ms, limit ${SLOWEST} ms\n`,
)
process.exitCode = median < SLOWEST ? 0 : 1

/** Starts the program and a page; gives the milliseconds until quotes were painted. */
async function startOnce(browser: Browser): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
  const page = await context.newPage()
  await page.addInitScript(noteFirstQuotes)
  const spawned = Date.now()
  const { address, program } = await startWeb(folder, ['--date', '2026-11-20', '--seed', '2'])
  await page.goto(address, { waitUntil: 'commit' })
  const painted = await page.waitForFunction(
    () => Reflect.get(window, 'quotesPaintedAt') as number | undefined,
  )
  const at = (await painted.jsonValue()) ?? Number.NaN
  await context.close()
  await end(program)
  return at - spawned
}

/** In the page: the time of the first frame after bids stand in the chain and a price in the strip. */
function noteFirstQuotes(): void {
  const look = () => {
    const spot = document.querySelector('[data-testid=spot]')?.textContent ?? ''
    const chain = document.querySelector('[data-testid=pane-chain] tbody')?.textContent ?? ''
    if (/^\d+\.\d\d$/.test(spot) && /\d\.\d\d/.test(chain)) {
      // The frame that shows them is painted before the next one begins
      requestAnimationFrame(() => Reflect.set(window, 'quotesPaintedAt', Date.now()))
    } else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}
