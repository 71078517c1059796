import { isSameShape, sizeOf, type Recording, type Shape, type Value } from './tape.ts'

/**
 * Operations that move, repeat, add up and part numbers. Their pullbacks are each other: what repeats pulls back by
 * adding up, what cuts out pulls back by filling up with zeros.
 */

/** The only output of an operation that has one. */
export function recordOne(value: Value, recording: Omit<Recording, 'shapes'> & { shape: Shape }): Value {
  const { shape, ...rest } = recording
  const [output] = value.tape.record({ ...rest, shapes: [shape] })
  if (!output) throw new RangeError(`${recording.operation} must have an output`)
  return output
}

/** The same numbers in another shape of the same size. */
export function reshape(value: Value, shape: Shape): Value {
  if (isSameShape(value.shape, shape)) return value
  if (sizeOf(shape) !== sizeOf(value.shape)) {
    throw new RangeError(`a shape of ${sizeOf(value.shape)} numbers must stay one, was [${shape.join(', ')}]`)
  }
  return recordOne(value, {
    operation: 'Reshape',
    inputs: [value],
    // The outermost size is worked out when it runs, so that a graph may be written for any number of rows
    numbers: [shape.map((size, axis) => (axis === 0 ? -1 : size))],
    shape,
    pullback: ([gradient]) => [gradient && reshape(gradient, value.shape)],
  })
}

/** The shape that two shapes repeat to, aligned at their last axes; throws where they do not fit. */
export function broadcastShape(one: Shape, other: Shape): Shape {
  const axes = Math.max(one.length, other.length)
  return Array.from({ length: axes }, (_, axis) => {
    const first = one[one.length - axes + axis] ?? 1
    const second = other[other.length - axes + axis] ?? 1
    if (first !== second && first !== 1 && second !== 1) {
      throw new RangeError(`shapes must fit each other, were [${one.join(', ')}] and [${other.join(', ')}]`)
    }
    return first === 1 ? second : first
  })
}

/** Repeats a value along its axes of size 1 to a shape. */
export function expand(value: Value, shape: Shape): Value {
  if (isSameShape(value.shape, shape)) return value
  if (!isSameShape(broadcastShape(value.shape, shape), shape)) {
    throw new RangeError(`[${value.shape.join(', ')}] must repeat to [${shape.join(', ')}]`)
  }
  return recordOne(value, {
    operation: 'Expand',
    inputs: [value],
    numbers: [shape],
    shape,
    pullback: ([gradient]) => [gradient && reduceTo(gradient, value.shape)],
  })
}

/** Adds up what was repeated, so that the result has the shape it had before. */
export function reduceTo(value: Value, shape: Shape): Value {
  if (isSameShape(value.shape, shape)) return value
  const surplus = value.shape.length - shape.length
  const axes = value.shape.flatMap((size, axis) =>
    axis < surplus || (shape[axis - surplus] === 1 && size !== 1) ? [axis] : [],
  )
  return reshape(axes.length > 0 ? sum(value, axes, true) : value, shape)
}

/** The sum along axes (all of them where none are given), which are kept with size 1 or go. */
export function sum(
  value: Value,
  axes: readonly number[] = value.shape.map((_, axis) => axis),
  isKept = false,
): Value {
  if (axes.length === 0) return value
  const kept = value.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
  const shape = isKept ? kept : value.shape.filter((_, axis) => !axes.includes(axis))
  return recordOne(value, {
    operation: 'ReduceSum',
    inputs: [value],
    numbers: [axes],
    attributes: { keepdims: isKept ? 1 : 0 },
    shape,
    pullback: ([gradient]) => [gradient && expand(reshape(gradient, kept), value.shape)],
  })
}

/** The axes in another order: axis `i` of the result is axis `order[i]` of the value. */
export function transpose(value: Value, order: readonly number[]): Value {
  const back = order.map((_, axis) => order.indexOf(axis))
  if (back.includes(-1) || order.length !== value.shape.length) {
    throw new RangeError(
      `an order of ${value.shape.length} axes must name each once, was [${order.join(', ')}]`,
    )
  }
  return recordOne(value, {
    operation: 'Transpose',
    inputs: [value],
    attributes: { perm: order },
    shape: order.map(axis => value.shape[axis] ?? 1),
    pullback: ([gradient]) => [gradient && transpose(gradient, back)],
  })
}

/** The last two axes exchanged. */
export function transposeLast(value: Value): Value {
  const last = value.shape.length - 1
  const order = value.shape.map((_, axis) => (axis === last ? last - 1 : axis === last - 1 ? last : axis))
  return transpose(value, order)
}

/** What lies from `start` up to `end` on an axis. */
export function slice(value: Value, axis: number, start: number, end: number): Value {
  const size = sizeAt(value.shape, axis)
  if (start < 0 || end > size || start >= end) {
    throw new RangeError(`a slice must lie within 0 and ${size}, was ${start} to ${end}`)
  }
  return recordOne(value, {
    operation: 'Slice',
    inputs: [value],
    numbers: [[start], [end], [axis]],
    shape: value.shape.with(axis, end - start),
    pullback: ([gradient]) => [gradient && pad(gradient, axis, start, size - end)],
  })
}

/** Zeros before and after on an axis. */
export function pad(value: Value, axis: number, before: number, after: number): Value {
  if (before === 0 && after === 0) return value
  const size = sizeAt(value.shape, axis)
  const pads = [before, after].flatMap(count => value.shape.map((_, each) => (each === axis ? count : 0)))
  return recordOne(value, {
    operation: 'Pad',
    inputs: [value],
    numbers: [pads],
    shape: value.shape.with(axis, before + size + after),
    pullback: ([gradient]) => [gradient && slice(gradient, axis, before, before + size)],
  })
}

/** Parts of the given sizes along an axis. One operation, so that its gradient is one concatenation. */
export function split(value: Value, axis: number, sizes: readonly number[]): readonly Value[] {
  const total = sizes.reduce((all, size) => all + size, 0)
  const size = sizeAt(value.shape, axis)
  if (total !== size) throw new RangeError(`parts must add up to ${size}, were ${total}`)
  const shapes = sizes.map(part => value.shape.with(axis, part))
  return value.tape.record({
    operation: 'Split',
    inputs: [value],
    numbers: [sizes],
    attributes: { axis },
    shapes,
    pullback: gradients => {
      const parts = shapes.map((shape, index) => gradients[index] ?? zeros(value, shape))
      return [concatenate(parts, axis)]
    },
  })
}

/** Values one after the other along an axis. */
export function concatenate(values: readonly Value[], axis: number): Value {
  const [first] = values
  if (!first) throw new RangeError('there must be something to concatenate')
  if (values.length === 1) return first
  const sizes = values.map(value => sizeAt(value.shape, axis))
  return recordOne(first, {
    operation: 'Concat',
    inputs: values,
    attributes: { axis },
    shape: first.shape.with(
      axis,
      sizes.reduce((all, size) => all + size, 0),
    ),
    pullback: ([gradient]) => (gradient ? split(gradient, axis, sizes) : []),
  })
}

/** Zeros of a shape on the tape of a value. */
export function zeros({ tape }: Value, shape: Shape): Value {
  return expand(tape.constant(0), shape)
}

function sizeAt(shape: Shape, axis: number): number {
  const size = shape[axis]
  if (size === undefined) throw new RangeError(`an axis must be below ${shape.length}, was ${axis}`)
  return size
}
