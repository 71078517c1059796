import { add } from './elementwise.ts'
import { expand, zeros } from './shaping.ts'
import type { Origin, Value } from './tape.ts'

/**
 * The gradients of a single number with respect to values, by reverse accumulation: operations of the same tape, so that
 * they can be differentiated again. A value that the loss does not depend on has zeros.
 */
export function gradient(loss: Value, wrt: readonly Value[]): readonly Value[] {
  if (loss.shape.some(size => size !== 1)) {
    throw new RangeError(`a gradient is of a single number, not of [${loss.shape.join(', ')}]`)
  }
  const wanted = new Set(wrt)
  const found = new Map<Value, Value>([[loss, expand(loss.tape.constant(1), loss.shape)]])
  for (const origin of originsBetween(loss, wanted)) {
    const gradients = origin.outputs.map(output => found.get(output))
    if (!origin.pullback || gradients.every(each => each === undefined)) continue
    const pulled = origin.pullback(gradients)
    origin.inputs.forEach((input, index) => {
      const addition = pulled[index]
      if (!addition) return
      const before = found.get(input)
      found.set(input, before ? add(before, addition) : addition)
    })
  }
  return wrt.map(value => found.get(value) ?? zeros(loss, value.shape))
}

/** The operations through which wanted values act on the loss, the last one first. */
function originsBetween(loss: Value, wanted: ReadonlySet<Value>): readonly Origin[] {
  const known = new Map<Origin, boolean>()
  // Not by recursion: a graph of many inner steps is deeper than a stack
  const pending: Origin[] = loss.origin ? [loss.origin] : []
  while (pending.length > 0) {
    const origin = pending.at(-1)
    if (!origin || known.has(origin)) {
      pending.pop()
      continue
    }
    const open = origin.inputs.flatMap(({ origin: from }) => (from && !known.has(from) ? [from] : []))
    if (open.length > 0) {
      pending.push(...open)
      continue
    }
    const leads = origin.inputs.some(
      input => wanted.has(input) || (input.origin !== undefined && known.get(input.origin) === true),
    )
    known.set(origin, leads)
    pending.pop()
  }
  return [...known]
    .filter(([, leads]) => leads)
    .map(([origin]) => origin)
    .toSorted((one, other) => other.order - one.order)
}
