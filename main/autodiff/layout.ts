import { reshape, split } from './shaping.ts'
import { sizeOf, type Shape, type Value } from './tape.ts'

/** Matrices and vectors by name, in the order in which they lie in one flat vector of parameters. */
export type Layout = readonly (readonly [name: string, shape: Shape])[]

/** The parameters of a network on a tape, by name. */
export type Weights = (name: string) => Value

/** How many numbers a layout has. */
export function layoutSize(layout: Layout): number {
  return layout.reduce((total, [, shape]) => total + sizeOf(shape), 0)
}

/** Where each part of a layout begins and ends in the flat vector. */
export function layoutRanges(layout: Layout): ReadonlyMap<string, readonly [start: number, end: number]> {
  let start = 0
  return new Map(
    layout.map(([name, shape]) => {
      const range = [start, start + sizeOf(shape)] as const
      start = range[1]
      return [name, range] as const
    }),
  )
}

/** The parts of a flat vector of parameters, each in its shape. */
export function unpack(flat: Value, layout: Layout): Weights {
  const parts = split(
    flat,
    0,
    layout.map(([, shape]) => sizeOf(shape)),
  )
  const byName = new Map(
    layout.map(([name, shape], index) => {
      const part = parts[index]
      return [name, part && reshape(part, shape)] as const
    }),
  )
  return name => {
    const weights = byName.get(name)
    if (!weights) throw new RangeError(`there must be parameters of that name, was ${name}`)
    return weights
  }
}

/** The parts of a flat vector of numbers, as views of it. */
export function viewsOf(flat: Float32Array, layout: Layout): (name: string) => Float32Array {
  const ranges = layoutRanges(layout)
  if (flat.length !== layoutSize(layout)) {
    throw new RangeError(`parameters must be ${layoutSize(layout)} numbers, were ${flat.length}`)
  }
  return name => {
    const range = ranges.get(name)
    if (!range) throw new RangeError(`there must be parameters of that name, was ${name}`)
    return flat.subarray(...range)
  }
}
