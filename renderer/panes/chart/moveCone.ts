import type { AutoscaleInfo, Time } from 'lightweight-charts'
import type { ThemeColours } from '../../charts/themeColours.ts'
import { ChartPrimitive, type Target } from './chartPrimitive.ts'

/** What stands right of the last bar: how far the price is expected to go until the close. */
export interface Cone {
  readonly spot: number
  /** One expected move left, in dollars. */
  readonly move: number | undefined
  /** The move expected at the start of the session, around the price it started at. */
  readonly opening: { readonly price: number; readonly move: number } | undefined
  /** Levels of the open suggestion, named. */
  readonly levels: readonly { readonly price: number; readonly name: string }[]
  readonly closes: string
}

/** Draws the cone, the band of the opening and the levels of the suggestion into the room right of the last bar. */
export class MoveCone extends ChartPrimitive {
  #cone: Cone | undefined
  #colours: ThemeColours
  #lastTime: Time | undefined

  constructor(colours: ThemeColours) {
    super()
    this.#colours = colours
  }

  /** Takes what is to be drawn; it is painted with the next frame. */
  show(cone: Cone | undefined, lastTime: Time | undefined, colours: ThemeColours): void {
    this.#cone = cone
    this.#lastTime = lastTime
    this.#colours = colours
    this.repaint()
  }

  /** One expected move on both sides belongs to the picture. */
  autoscaleInfo(): AutoscaleInfo | null {
    const cone = this.#cone
    if (cone?.move === undefined) return null
    return { priceRange: { minValue: cone.spot - 1.05 * cone.move, maxValue: cone.spot + 1.05 * cone.move } }
  }

  zOrder(): 'bottom' {
    return 'bottom'
  }

  override draw(target: Target): void {
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      const from = this.#lastX()
      const cone = this.#cone
      if (!cone || from === undefined || from > mediaSize.width - 12) return
      context.save()
      context.font = '500 11px "SF Pro Text", "Inter Variable", sans-serif'
      this.#drawOpening(context, cone, from)
      this.#drawCone(context, cone, from, mediaSize)
      this.#drawLevels(context, cone, from, mediaSize.width)
      context.restore()
    })
  }

  #lastX(): number | undefined {
    const x =
      this.chart && this.#lastTime !== undefined
        ? this.chart.timeScale().timeToCoordinate(this.#lastTime)
        : null
    return x === null || x === undefined ? undefined : x + 8
  }

  #y(price: number): number {
    return this.series?.priceToCoordinate(price) ?? Number.NaN
  }

  #drawCone(
    context: CanvasRenderingContext2D,
    cone: Cone,
    from: number,
    { width, height }: { readonly width: number; readonly height: number },
  ): void {
    const { spot, move, closes } = cone
    if (move === undefined) return
    const steps = 28
    const edge = (factor: number) =>
      Array.from(
        { length: steps + 1 },
        (_, step) =>
          [
            from + ((width - from) * step) / steps,
            this.#y(spot + factor * move * Math.sqrt(step / steps)),
          ] as const,
      )
    for (const [factor, fill] of [
      [2, this.#colours.move2],
      [1, this.#colours.move1],
    ] as const) {
      context.beginPath()
      for (const [x, y] of edge(factor)) context.lineTo(x, y)
      for (const [x, y] of edge(-factor).reverse()) context.lineTo(x, y)
      context.fillStyle = fill
      context.globalAlpha = 0.5
      context.fill()
    }
    context.globalAlpha = 1
    context.strokeStyle = this.#colours.text3
    context.setLineDash([3, 3])
    for (const factor of [1, -1]) stroke(context, edge(factor))
    context.setLineDash([])
    context.strokeStyle = this.#colours.line
    stroke(context, [
      [from, 0],
      [from, height],
    ])
    context.fillStyle = this.#colours.text2
    context.textAlign = 'right'
    if (width - from > 70) context.fillText('±1 move left', width - 6, this.#y(spot + move * 0.62))
    context.fillStyle = this.#colours.text3
    context.fillText(closes, width - 3, height - 6)
  }

  #drawOpening(context: CanvasRenderingContext2D, cone: Cone, to: number): void {
    const { opening } = cone
    if (!opening) return
    context.strokeStyle = this.#colours.text3
    context.setLineDash([1, 4])
    for (const sign of [1, -1]) {
      const y = this.#y(opening.price + sign * opening.move)
      stroke(context, [
        [0, y],
        [to, y],
      ])
    }
    context.setLineDash([])
    context.fillStyle = this.#colours.text3
    context.textAlign = 'left'
    context.fillText(
      `move expected at the start +${opening.move.toFixed(2)}`,
      6,
      this.#y(opening.price + opening.move) - 5,
    )
  }

  #drawLevels(context: CanvasRenderingContext2D, cone: Cone, from: number, width: number): void {
    context.strokeStyle = this.#colours.model
    context.fillStyle = this.#colours.model
    context.lineWidth = 1.5
    context.setLineDash([2, 3])
    context.textAlign = 'left'
    for (const level of cone.levels) {
      const y = this.#y(level.price)
      stroke(context, [
        [from, y],
        [width, y],
      ])
      context.fillText(level.name, from + 6, y - 4)
    }
    context.setLineDash([])
  }
}

function stroke(context: CanvasRenderingContext2D, points: readonly (readonly [number, number])[]): void {
  context.beginPath()
  for (const [x, y] of points) context.lineTo(x, y)
  context.stroke()
}
