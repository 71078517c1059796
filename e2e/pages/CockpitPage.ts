import { expect, type Locator, type Page } from '@playwright/test'

/** The cockpit as its trader uses it. */
export class CockpitPage {
  readonly page: Page
  readonly spot: Locator
  readonly suggestion: Locator
  readonly journalRows: Locator
  readonly positions: Locator
  readonly orderKeys: Locator
  readonly killSwitch: Locator
  readonly palette: Locator
  readonly accept: Locator
  readonly clock: Locator

  constructor(page: Page) {
    this.page = page
    this.spot = page.getByTestId('spot')
    this.suggestion = page.getByTestId('suggestion')
    this.journalRows = page.getByTestId('journal-row')
    this.positions = page.getByTestId('position')
    this.orderKeys = page.getByTestId('order-keys')
    this.killSwitch = page.getByTestId('kill-switch')
    this.palette = page.getByPlaceholder('Find or do')
    this.accept = page.getByTestId('actions').getByRole('button', { name: /^Accept/ })
    this.clock = page.locator('.title .end > .b')
  }

  pane(name: string): Locator {
    return this.page.getByTestId(`pane-${name}`)
  }

  /** Waits until the session is live on the page: price, chain and chart are there. */
  async isLive(): Promise<void> {
    await expect(this.spot).toHaveText(/^\d{3}\.\d\d$/)
    await expect(this.pane('chain').locator('tbody tr').first()).toBeVisible()
    await expect(this.pane('chart').locator('canvas').first()).toBeVisible()
  }

  /** Waits for a suggested trade that is open. */
  async nextTrade(): Promise<void> {
    const trade = this.page.locator('[data-testid=suggestion][data-status=open]:not([data-action=noTrade])')
    await expect(trade).toBeVisible({ timeout: 150_000 })
  }

  /** Holds the session still. */
  async pause(): Promise<void> {
    await this.page.getByRole('button', { name: 'Pause' }).click()
    await expect(this.page.getByRole('button', { name: 'Go on' })).toBeVisible()
  }

  async goOn(): Promise<void> {
    await this.page.getByRole('button', { name: 'Go on' }).click()
    await expect(this.page.getByRole('button', { name: 'Pause' })).toBeVisible()
  }

  async setSpeed(speed: number): Promise<void> {
    await this.page.getByLabel('Speed of the session').selectOption(String(speed))
  }

  async armKeys(): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+Shift+A')
    await expect(this.orderKeys).toContainText('Armed')
  }

  /** Finds an action in the palette by some of its words and runs it. */
  async doByPalette(words: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+K')
    await this.palette.fill(words)
    await this.page.keyboard.press('Enter')
    await expect(this.palette).toBeHidden()
  }

  /** Shows a page by its name in the title row. */
  async show(name: 'Cockpit' | 'Day' | 'Health' | 'Learning' | 'Backtest' | 'Code'): Promise<void> {
    const tab = this.page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name })
    await tab.click()
    await expect(tab).toHaveAttribute('aria-current', 'page')
  }

  /** A card of the page that is shown. */
  card(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true })
  }

  toast(words: string | RegExp): Locator {
    return this.page.locator('.toast').filter({ hasText: words })
  }
}
