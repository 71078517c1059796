import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takePictures } from './fixtures/pictures.ts'
import { expect, test, TOP, type RunningCockpit } from './fixtures/cockpit.ts'
import { CodePage } from './pages/CodePage.ts'

/** What the whole walk may take on a slow machine; a quiet one needs under 90 s. */
const WALK = 600_000

/** What one search for variants, or one review, may take there. */
const WORK = 120_000

let code: string

test.beforeEach(() => {
  code = mkdtempSync(join(tmpdir(), 'zerodte-code-'))
  cpSync(join(TOP, 'main/fixtures/tradingCode/cases'), code, { recursive: true })
})

test.afterEach(() => rmSync(code, { recursive: true, force: true }))

test('his code is read, searched, made faster, changed, put back and ranked anew', async ({ desk }) => {
  test.setTimeout(WALK)
  const { cockpit, page } = desk
  const file = join(code, 'order_book.py')
  const before = readFileSync(file, 'utf8')
  const assistant = new CodePage(page)
  await cockpit.isLive()

  await test.step('the page is a key away, and the cockpit did not load its editor', async () => {
    await page.keyboard.press('/')
    await expect(assistant.box).toBeFocused()
    await expect(assistant.mode).toContainText('search and rules, no language model')
    await expect(assistant.mode).toContainText('numpy')
    expect(await assistant.loadedEditors()).toEqual([])
    await takePicture(desk, 'code-empty')
  })

  await test.step('a folder is read', async () => {
    await assistant.addFolder(code)
    await expect(assistant.folder).toContainText(/[1-9]\d* functions, read (now|\d)/, { timeout: WORK })
  })

  await test.step('search finds places with their lines and why', async () => {
    await assistant.box.fill('dealer gamma by strike')
    await assistant.box.press('ControlOrMeta+Enter')
    await expect(assistant.hits.first()).toContainText('gamma')
    await expect(assistant.hits.filter({ hasText: 'gamma_by_strike' })).toBeVisible()
    await expect(page.locator('.code-lines mark').first()).toBeVisible()
    await takePicture(desk, 'code-found')
  })

  await test.step('a sentence is asked, and its progress is seen', async () => {
    await assistant.box.fill('make unmatched_fills faster')
    await assistant.box.press('Enter')
    await expect(assistant.tasks.filter({ hasText: 'unmatched_fills' })).toBeVisible()
    await expect(assistant.tasks.getByRole('progressbar').first()).toBeVisible()
    await takePicture(desk, 'code-running')
    await expect(assistant.sentence).toHaveAttribute('data-done', 'true', { timeout: WORK })
    await expect(assistant.variants.first()).toHaveAttribute('data-state', 'faster')
    await expect(assistant.tasks).toHaveCount(0)
  })

  await test.step('the evidence says on what it is the same, and how much faster at which sizes', async () => {
    await expect(assistant.equality).toContainText(/on \d+ inputs/)
    await expect(assistant.timing.getByRole('row').nth(1)).toContainText(/×\d/)
    await expect(assistant.timing).toContainText('○')
    await expect(assistant.diff).toContainText('def unmatched_fills')
    await takePictures(desk, 'code-variants', 'light')
  })

  const judged = await assistant.judgements()
  await test.step('it is applied, and the file on disk is the new one; undone, it is the old one to the byte', async () => {
    await assistant.button(/^Apply to order_book.py/).click()
    await expect(assistant.changeBar).toHaveAttribute('data-applied', 'applied')
    expect(readFileSync(file, 'utf8')).not.toBe(before)
    await assistant.button('Undo').click()
    await expect(assistant.changeBar).toHaveAttribute('data-applied', 'undone')
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  await test.step('where the file changed in the same lines nothing is written, and that is said', async () => {
    const changed = before.replace('missing = []', 'missing = list()')
    writeFileSync(file, changed)
    await assistant.button(/^Apply to order_book.py/).click()
    await expect(assistant.changeBar.getByRole('alert')).toContainText('The file is as it was.')
    expect(readFileSync(file, 'utf8')).toBe(changed)
    writeFileSync(file, before)
  })

  await test.step('where the file changed elsewhere it is proven again in its new text, and that is said', async () => {
    const moved = `# mine\n${before}`
    writeFileSync(file, moved)
    await assistant.button(/^Apply to order_book.py/).click()
    await expect(assistant.changeBar).toHaveAttribute('data-applied', 'applied', { timeout: WORK })
    await expect(assistant.changeBar).toContainText('it was proven again in its new text')
    expect(readFileSync(file, 'utf8')).toMatch(/^# mine\n/)
    await assistant.button('Undo').click()
    await expect(assistant.changeBar).toHaveAttribute('data-applied', 'undone')
    expect(readFileSync(file, 'utf8')).toBe(moved)
    writeFileSync(file, before)
  })

  await test.step('his choices count at once: the list is judged anew, by what he takes and refuses', async () => {
    const applied = await assistant.judgements()
    expect(applied).not.toEqual(judged)
    await assistant.button('Hard to read').click()
    await expect.poll(() => assistant.judgements()).not.toEqual(applied)
    await expect(assistant.variants.filter({ hasText: 'you said no' })).toHaveCount(1)
    await assistant.list('Choices')
    await expect(assistant.choices).toHaveCount(5)
    await expect(assistant.choices.first()).toContainText('Hard to read')
  })

  expect(desk.complaints).toEqual([])
})

test('his code is reviewed and mended, and the work of the night is read in the morning', async ({
  desk,
}) => {
  test.setTimeout(WALK)
  const { cockpit, page } = desk
  const assistant = new CodePage(page)
  cpSync(join(TOP, 'main/fixtures/tradingCode/defects'), join(code, 'defects'), { recursive: true })
  await cockpit.isLive()
  await page.keyboard.press('/')
  await assistant.addFolder(code)
  await expect(assistant.folder).toContainText(/functions, read/, { timeout: WORK })

  await test.step('a review lists what a trader pays for, and mends it', async () => {
    await assistant.button('Review').click()
    await expect(assistant.findings.first()).toBeVisible({ timeout: WORK })
    await expect(page.getByTestId('failing')).toContainText('Is right')
    await takePictures(desk, 'code-findings', 'light')
    await assistant.button('Mend').click()
    await expect(assistant.button('✓ Mended')).toBeVisible()
    await assistant.button('Undo').click()
    await expect(assistant.button('Mend')).toBeEnabled()
  })

  await test.step('the work of the night is begun now; what was done until he cancels stands in its report', async () => {
    await assistant.list('Morning')
    await assistant.button('Do it now').click()
    await expect(assistant.night.getByRole('row').nth(2)).toBeVisible({ timeout: WORK })
    await assistant.button(/^Cancel/).click()
    await expect(assistant.tasks).toHaveCount(0)
    await expect(assistant.night.getByRole('row').first()).toContainText('✓')
    await takePictures(desk, 'code-morning', 'light')
  })
  expect(desk.complaints).toEqual([])
})

test('a search for variants is cancelled, and nothing of it runs on', async ({ desk }) => {
  test.setTimeout(WALK)
  const { cockpit, page } = desk
  const assistant = new CodePage(page)
  await cockpit.isLive()
  await page.keyboard.press('/')
  await assistant.addFolder(code)
  await expect(assistant.folder).toContainText(/functions, read/, { timeout: WORK })
  await assistant.box.fill('optimise rsi')
  await assistant.box.press('Enter')
  await expect(assistant.tasks.filter({ hasText: 'rsi' })).toBeVisible()
  await assistant.button(/^Cancel .*rsi/).click()
  await expect(assistant.tasks).toHaveCount(0, { timeout: WORK })
  await expect(assistant.sentence).toContainText('Cancelled')
  expect(desk.complaints).toEqual([])
})

/** One picture in the size that the window has. */
async function takePicture({ page }: RunningCockpit, name: string): Promise<void> {
  await page.screenshot({ path: join(TOP, 'out/screenshots', `dark-1920-${name}.png`) })
}
