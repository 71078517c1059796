import type { Locator, Page } from '@playwright/test'

/** A group of panels: the titles of its tabs, the one in front, and where it stands. */
export interface PanelGroup {
  readonly tabs: readonly string[]
  readonly front: string
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The panels of the cockpit as they are moved with the mouse. */
export class Panels {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  tab(title: string): Locator {
    return this.#page.locator('.dv-tab').filter({ hasText: new RegExp(`^${title}$`) })
  }

  /** Every group, from left to right and from top to bottom, in whole pixels. */
  async groups(): Promise<PanelGroup[]> {
    const found = await this.#page.locator('.dv-groupview').evaluateAll(groups =>
      groups.map(group => {
        const { x, y, width, height } = group.getBoundingClientRect()
        const tabs = [...group.querySelectorAll('.dv-tab')]
        const front = tabs.find(tab => tab.classList.contains('dv-active-tab'))
        const titles = tabs.map(tab => tab.textContent.trim())
        const [left = 0, top = 0, wide = 0, high = 0] = [x, y, width, height].map(Math.round)
        return { tabs: titles, front: front?.textContent.trim() ?? '', left, top, width: wide, height: high }
      }),
    )
    return found.toSorted((one, other) => one.left - other.left || one.top - other.top)
  }

  /** The titles that share a group with a panel, in the order of their tabs; none while panels are being laid out. */
  async together(title: string): Promise<readonly string[]> {
    return (await this.groups()).find(({ tabs }) => tabs.includes(title))?.tabs ?? []
  }

  async groupOf(title: string): Promise<PanelGroup> {
    const group = (await this.groups()).find(({ tabs }) => tabs.includes(title))
    if (!group) throw new Error(`no panel is called "${title}"`)
    return group
  }

  /** Drags a tab into the middle of the group of another panel. */
  async dragInto(title: string, target: string): Promise<void> {
    const tab = await boxOf(this.tab(title))
    const group = await this.groupOf(target)
    const { mouse } = this.#page
    await mouse.move(tab.x + 10, tab.y + tab.height / 2)
    await mouse.down()
    // A drag begins with the first few pixels and learns of its target while it moves over it
    await mouse.move(tab.x + 30, tab.y + tab.height / 2, { steps: 4 })
    await mouse.move(group.left + group.width / 2, group.top + group.height / 2, { steps: 10 })
    await mouse.up()
  }

  /** Drags the sash at the right edge of a panel's group. */
  async widen(title: string, by: number): Promise<void> {
    const { left, top, width, height } = await this.groupOf(title)
    const { mouse } = this.#page
    await mouse.move(left + width, top + height / 2)
    await mouse.down()
    await mouse.move(left + width + by, top + height / 2, { steps: 8 })
    await mouse.up()
  }
}

async function boxOf(
  locator: Locator,
): Promise<{ readonly x: number; readonly y: number; readonly height: number }> {
  const box = await locator.boundingBox()
  if (!box) throw new Error('what is dragged must be visible')
  return box
}
