import { at } from '../../core/base/assert.ts'
import type { Random } from '../../core/base/random.ts'

/**
 * The planted signal: somewhere in the last sixteen steps one event stood out of the order flow, and what a trade pays
 * is the state of the price at that very step, if the context says that the market cares. Neither stream alone tells.
 */
export const EVENT_STEPS = 16

/** Days of the planted world, row by row. */
export interface EventDays {
  /** [rows, steps, 2]: the state of the price, and a state that means nothing. */
  readonly price: Float32Array
  /** [rows, steps, 2]: the flow, and a flow that means nothing. */
  readonly flow: Float32Array
  /** [rows, steps, 2]: whether the market cares, and the time, the same at every step. */
  readonly context: Float32Array
  /** [rows]: what selling puts pays; selling calls pays the opposite. */
  readonly pays: Float32Array
  /** [rows]: the step of the event. */
  readonly steps: Int32Array
}

const EVENT_SIZE = 3
const FLOW_NOISE = 0.5
const PAY_NOISE = 0.5

/** Draws days. */
export function drawEventDays(rows: number, random: Random): EventDays {
  const size = rows * EVENT_STEPS * 2
  const days = {
    price: Float32Array.from({ length: size }, () => random.normal()),
    flow: Float32Array.from({ length: size }, () => FLOW_NOISE * random.normal()),
    context: new Float32Array(size),
    pays: new Float32Array(rows),
    steps: Int32Array.from({ length: rows }, () => random.below(EVENT_STEPS)),
  }
  for (let row = 0; row < rows; row += 1) {
    const event = (row * EVENT_STEPS + at(days.steps, row)) * 2
    days.flow[event] = at(days.flow, event) + EVENT_SIZE
    const cares = random.uniform() < 0.5 ? 0.5 : 1.5
    const time = random.uniform()
    for (let step = 0; step < EVENT_STEPS; step += 1) {
      days.context.set([cares, time], (row * EVENT_STEPS + step) * 2)
    }
    days.pays[row] = cares * at(days.price, event) + PAY_NOISE * random.normal()
  }
  return days
}
