import type { Locator, Page } from '@playwright/test'

/** The page of the code assistant as its trader uses it. */
export class CodePage {
  readonly page: Page
  readonly box: Locator
  readonly mode: Locator
  readonly folder: Locator
  readonly tasks: Locator
  readonly hits: Locator
  readonly variants: Locator
  readonly sentence: Locator
  readonly equality: Locator
  readonly timing: Locator
  readonly diff: Locator
  readonly changeBar: Locator
  readonly findings: Locator
  readonly choices: Locator
  readonly night: Locator

  constructor(page: Page) {
    this.page = page
    this.box = page.getByRole('textbox', { name: 'Request' })
    this.mode = page.getByTestId('mode')
    this.folder = page.getByTestId('folder')
    this.tasks = page.getByTestId('task')
    this.hits = page.getByTestId('hit')
    this.variants = page.getByTestId('variant')
    this.sentence = page.getByTestId('optimise-sentence')
    this.equality = page.getByTestId('equality')
    this.timing = page.getByTestId('timing')
    this.diff = page.getByTestId('diff')
    this.changeBar = page.getByTestId('change-bar')
    this.findings = page.getByTestId('finding')
    this.choices = page.getByTestId('choice')
    this.night = page.getByTestId('night')
  }

  button(name: string | RegExp): Locator {
    return this.page.locator('.code-page').getByRole('button', { name, exact: true })
  }

  async addFolder(path: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Path of a folder' }).fill(path)
    await this.button('Add folder').click()
  }

  /** Shows one of the lists by its name. */
  async list(name: string): Promise<void> {
    await this.page.getByRole('group', { name: 'Answers' }).getByRole('button', { name }).click()
  }

  /** The proven variants in their order, each with how far his taste moves it. */
  async judgements(): Promise<string[]> {
    const proven = this.page.locator('[data-testid=variant]:not([data-state=unverified])')
    return proven.evaluateAll(variants =>
      variants.map(variant => `${variant.getAttribute('data-card')} ${variant.getAttribute('data-taste')}`),
    )
  }

  /** What of the editor the window has loaded. */
  async loadedEditors(): Promise<string[]> {
    const loaded = await this.page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name),
    )
    return loaded.filter(name => name.includes('DiffView'))
  }
}
