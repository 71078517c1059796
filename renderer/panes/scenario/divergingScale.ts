/** Red, green and blue from 0 to 255. */
export type Rgb = readonly [number, number, number]

/** Colours around zero: of losses, of nothing, of gains. */
export interface DivergingColours {
  readonly loss: Rgb
  readonly nothing: Rgb
  readonly gain: Rgb
}

/** The share of the full colour that the largest figure has; text and lines over it stay readable. */
const STRONGEST = 0.82

/**
 * The colour of a figure on a scale that is as long on both sides of zero: it grows with the square root, so that a
 * small gain is seen beside a large loss. Nothing at zero, and nothing for what is not known.
 */
export function divergingColour(value: number, largest: number, colours: DivergingColours): Rgb {
  const strength = shareOfColour(value, largest)
  const full = value < 0 ? colours.loss : colours.gain
  const mixed = (from: number, to: number) => Math.round(from + (to - from) * strength)
  const [red, green, blue] = colours.nothing
  return [mixed(red, full[0]), mixed(green, full[1]), mixed(blue, full[2])]
}

/** How much of the full colour a figure has, from 0 to less than 1. */
export function shareOfColour(value: number, largest: number): number {
  if (!Number.isFinite(value) || !(largest > 0)) return 0
  return STRONGEST * Math.sqrt(Math.min(1, Math.abs(value) / largest))
}

/** A colour as it stands in the tokens, of three or six digits; builds shorten where they can. Anything else is black. */
export function parseColour(text: string): Rgb {
  const digits = /^#([\da-f]{6}|[\da-f]{3})$/i.exec(text.trim())?.[1] ?? '000'
  const size = digits.length / 3
  const channel = (place: number) => {
    const part = digits.slice(place * size, (place + 1) * size)
    return Number.parseInt(size === 1 ? part + part : part, 16)
  }
  return [channel(0), channel(1), channel(2)]
}
