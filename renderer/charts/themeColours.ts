/** Colours of the theme as the canvas needs them: canvases do not read custom properties. */
export interface ThemeColours {
  readonly panel: string
  readonly text: string
  readonly text2: string
  readonly text3: string
  readonly gain: string
  readonly loss: string
  readonly model: string
  readonly grid: string
  readonly control: string
  readonly bar: string
  readonly line: string
  readonly move1: string
  readonly move2: string
}

/** The colours that hold on the page at the moment. */
export function themeColours(): ThemeColours {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  return {
    panel: colour('--panel'),
    text: colour('--text'),
    text2: colour('--text-2'),
    text3: colour('--text-3'),
    gain: colour('--gain'),
    loss: colour('--loss'),
    model: colour('--model'),
    grid: colour('--grid'),
    control: colour('--control'),
    bar: colour('--bar'),
    line: colour('--line-strong'),
    move1: colour('--em-1'),
    move2: colour('--em-2'),
  }
}
