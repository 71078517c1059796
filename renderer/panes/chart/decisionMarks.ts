import type { Time } from 'lightweight-charts'
import type { MarkShape } from '../../ui/DecisionMark.tsx'
import { ChartPrimitive, type Target } from './chartPrimitive.ts'

/** A decision on the chart: above the bar in which it was made. */
export interface ChartMark {
  readonly time: Time
  readonly price: number
  readonly number: number
  readonly shape: MarkShape
  readonly colour: string
}

/** Room between two numbers; nearer ones stay unnumbered. */
const NUMBER_ROOM = 15

/** Draws the decisions of the day above their bars. */
export class DecisionMarks extends ChartPrimitive {
  #marks: readonly ChartMark[] = []
  #ink = ''
  #ground = ''

  /** Takes the marks; they are painted with the next frame. */
  show(marks: readonly ChartMark[], ink: string, ground: string): void {
    this.#marks = marks
    this.#ink = ink
    this.#ground = ground
    this.repaint()
  }

  override draw(target: Target): void {
    target.useMediaCoordinateSpace(({ context }) => {
      context.save()
      context.font = '500 11px "SF Pro Text", "Inter Variable", sans-serif'
      context.textAlign = 'center'
      let numberedAt = Number.NEGATIVE_INFINITY
      for (const mark of this.#marks) {
        const x = this.chart?.timeScale().timeToCoordinate(mark.time)
        const y = this.series?.priceToCoordinate(mark.price)
        if (x === null || x === undefined || y === null || y === undefined) continue
        drawShape(context, mark, x, y - 12, this.#ground)
        if (x - numberedAt < NUMBER_ROOM) continue
        numberedAt = x
        context.fillStyle = this.#ink
        context.fillText(String(mark.number), x, y - 20)
      }
      context.restore()
    })
  }
}

function drawShape(
  context: CanvasRenderingContext2D,
  mark: ChartMark,
  x: number,
  y: number,
  ground: string,
): void {
  const size = 4.5
  context.beginPath()
  context.lineWidth = 1.8
  context.strokeStyle = mark.colour
  context.fillStyle = mark.colour
  if (mark.shape === 'rejected') {
    context.moveTo(x - size + 1, y - size + 1)
    context.lineTo(x + size - 1, y + size - 1)
    context.moveTo(x + size - 1, y - size + 1)
    context.lineTo(x - size + 1, y + size - 1)
    context.stroke()
    return
  }
  if (mark.shape === 'modified') {
    context.moveTo(x, y - size - 1)
    context.lineTo(x + size + 1, y)
    context.lineTo(x, y + size + 1)
    context.lineTo(x - size - 1, y)
    context.closePath()
  } else {
    context.arc(x, y, mark.shape === 'accepted' ? size : size - 1, 0, Math.PI * 2)
  }
  if (mark.shape === 'noTrade' || mark.shape === 'lapsed') {
    context.lineWidth = 1.4
    context.stroke()
    return
  }
  context.fill()
  context.lineWidth = 1.5
  context.strokeStyle = ground
  context.stroke()
}
