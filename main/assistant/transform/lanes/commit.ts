import type { Expression, Statement } from '../../syntax/python/tree.ts'
import type { Effect } from './frame.ts'
import {
  augment,
  assign,
  binary,
  call,
  clause,
  compare,
  comprehension,
  method,
  name,
  perform,
  raise,
  subscript,
  when,
} from '../build.ts'
import { isSimple } from './shape.ts'
import type { Loom } from './loom.ts'
import { grouped } from './group.ts'
import type { LaneArray, LaneType } from './value.ts'

/** What is done once all is computed; undefined where the order of what the lanes do cannot be kept. */
export function committed(loom: Loom, effects: readonly Effect[]): readonly Statement[] | undefined {
  const lists = effects.flatMap(effect => (effect.kind === 'append' ? [effect.list] : []))
  const names = effects.flatMap(effect => (effect.kind === 'extreme' ? [effect.name] : []))
  if (new Set(lists).size < lists.length || new Set(names).size < names.length) return undefined
  const made = effects.map(effect => commit(loom, effect))
  return made.every(statements => statements !== undefined) ? made.flat() : undefined
}

function commit(loom: Loom, effect: Effect): readonly Statement[] | undefined {
  switch (effect.kind) {
    case 'store':
      return undefined
    case 'add':
      return added(loom, effect)
    case 'append':
      return appended(loom, effect)
    case 'group':
      return grouped(loom, effect)
    case 'extreme':
      return extreme(loom, effect)
  }
}

function added(
  loom: Loom,
  { name: to, operator, value, mask }: Effect & { kind: 'add' },
): readonly Statement[] | undefined {
  if (value.rank === 2 || (mask && mask.rank !== 1)) return undefined
  if (value.rank === 0 && value.code.kind === 'constant' && value.type === 'whole') {
    const count = mask ? call(`${loom.moduleName('numpy')}.count_nonzero`, [mask.code]) : loom.count
    const times = value.code.text === '1' ? count : binary(count, '*', value.code)
    return [augment(name(to), operator, mask ? loom.emit(`${to}_count`, times) : times)]
  }
  if (value.rank === 0) return undefined
  const kept = mask ? subscript(value.code, mask.code) : value.code
  const sum = method(kept, 'sum')
  if (value.type === 'free' && !value.isNumpy) requireFloats(loom)
  const total = value.isNumpy ? sum : call(value.type === 'whole' ? 'int' : 'float', [sum])
  return [augment(name(to), operator, loom.emit(`${to}_sum`, total))]
}

function appended(
  loom: Loom,
  { list, value, mask }: Effect & { kind: 'append' },
): readonly Statement[] | undefined {
  if (value.kind === 'array') {
    const values = listOf(loom, value, mask)
    return values && [perform(method(name(list), 'extend', [values]))]
  }
  if (value.kind !== 'group') return undefined
  const columns = value.elements.map(element =>
    element.rank === 0 ? undefined : listOf(loom, element, mask),
  )
  const lists = columns.filter(column => column !== undefined)
  if (lists.length === 0 || columns.some((column, at) => !column && value.elements[at]?.rank !== 0))
    return undefined
  if (value.form === 'tuple' && lists.length === columns.length)
    return [perform(method(name(list), 'extend', [call('zip', lists)]))]
  const parts = columns.map((column, at) => (column ? loom.fresh(`part_${at + 1}`) : ''))
  const element: Expression = {
    kind: value.form,
    elements: parts.map((part, at) =>
      part === '' ? (value.elements[at]?.code ?? name('None')) : name(part),
    ),
  }
  const bound = parts.filter(part => part !== '').map(name)
  const [only] = bound
  const [source] = lists
  const each =
    bound.length === 1 && only && source
      ? clause(only, source)
      : clause({ kind: 'tuple', elements: bound }, call('zip', lists))
  return [perform(method(name(list), 'extend', [comprehension(element, [each])]))]
}

/** The elements as Python's own numbers, or as NumPy's where the loop would have had those. */
function listOf(loom: Loom, value: LaneArray, mask: LaneArray | undefined): Expression | undefined {
  if (mask && mask.rank !== 1) return undefined
  if (value.rank === 0) {
    if (!mask) return binary({ kind: 'list', elements: [value.code] }, '*', loom.count)
    return binary(
      { kind: 'list', elements: [value.code] },
      '*',
      call(`${loom.moduleName('numpy')}.count_nonzero`, [mask.code]),
    )
  }
  if (value.isShared === true) return undefined
  if (value.type === 'free' && !value.isNumpy) requireFloats(loom)
  const named =
    mask || !isSimple(value.code)
      ? loom.emit('values', mask ? subscript(value.code, mask.code) : value.code)
      : value.code
  return value.isNumpy && value.rank === 1 ? call('list', [named]) : method(named, 'tolist')
}

function extreme(
  loom: Loom,
  { name: to, operator, value, others }: Effect & { kind: 'extreme' },
): readonly Statement[] | undefined {
  const numpy = loom.moduleName('numpy')
  const values = isSimple(value.code) ? value.code : loom.emit(`${to}_values`, value.code)
  if (value.type === 'free' && !value.isNumpy) requireFloats(loom)
  // A comparison with NaN never holds, the largest of an array with one is NaN
  loom.perform(when(call(`${numpy}.isnan`, [method(values, 'sum')]), [raise(name('ValueError'))]))
  const place = loom.emit(`${to}_at`, method(values, operator === '>' ? 'argmax' : 'argmin'))
  const found = loom.emit(`${to}_found`, taken(values, place, value.type, value.isNumpy))
  const better = compare(found, operator, name(to))
  const kept = others.map(([other, given]) => {
    if (given.type === 'free' && !given.isNumpy) requireFloats(loom)
    return assign(other, loom.emit(`${other}_found`, taken(given.code, place, given.type, given.isNumpy)))
  })
  return [when(better, [assign(to, found), ...kept])]
}

function taken(values: Expression, place: Expression, type: LaneType, isNumpy: boolean): Expression {
  const read = subscript(values, place)
  return isNumpy ? read : call(type === 'whole' ? 'int' : type === 'truth' ? 'bool' : 'float', [read])
}

/** Results follow their inputs: these must be floats, since whole numbers would stay whole in the loop. */
function requireFloats(loom: Loom): void {
  loom.needsFloats = true
}
