import { ANY_FLOAT, ANY_INTEGER, ANY_NUMBER, domainOf } from './domains.ts'
import type { Use } from './facts.ts'
import type { SequenceForm, Shape, ShapeContext } from './shape.ts'

const SEQUENCES: Readonly<Record<string, readonly SequenceForm[]>> = {
  list: ['list'],
  sequence: ['list', 'tuple'],
  iterable: ['list', 'iterator'],
  collection: ['list', 'tuple'],
  mutablesequence: ['list'],
  iterator: ['iterator'],
  generator: ['iterator'],
  set: ['set'],
  frozenset: ['set'],
  deque: ['deque'],
  ndarray: ['array'],
  array: ['array'],
  ndarray1d: ['array'],
  arraylike: ['array', 'list'],
  floatarray: ['array'],
  series: ['series'],
}

/** The shapes that an annotation asks for; none where it is not understood. */
export function shapeOfAnnotation(text: string, use: Use, context: ShapeContext): readonly Shape[] {
  const plain = text.trim().replace(/^(['"])(.*)\1$/, '$2')
  const united = splitTop(plain, '|')
  if (united.length > 1)
    return united.flatMap(part => (part === 'None' ? [] : shapeOfAnnotation(part, use, context)))
  const [, head = '', inside = ''] = /^([\w.]+)(?:\[(.*)\])?$/s.exec(plain) ?? []
  const name = head.split('.').at(-1) ?? ''
  const parts = inside === '' ? [] : splitTop(inside, ',')
  if (/^(Optional|Union|Final|Annotated|ClassVar)$/.test(name))
    return (name === 'Union' ? parts : parts.slice(0, 1)).flatMap(part =>
      part === 'None' ? [] : shapeOfAnnotation(part, use, context),
    )
  if (name === 'Literal')
    return [{ of: 'choice', values: parts.map(part => part.replace(/^(['"])(.*)\1$/, '$2')) }]
  const facts = context.classes[name]
  if (facts !== undefined) return [context.ofClass(name, facts, use)]
  const forms = SEQUENCES[name.toLowerCase()]
  if (forms !== undefined) return sequences(forms, parts[0], use, context)
  return named(name.toLowerCase(), parts, use, context)
}

function sequences(
  forms: readonly SequenceForm[],
  inner: string | undefined,
  use: Use,
  context: ShapeContext,
): readonly Shape[] {
  const isArray = forms[0] === 'array' || forms[0] === 'series'
  const used = context
    .ofUse({ ...use, annotations: [] }, 0)
    .find(shape => shape.of === 'sequence' || shape.of === 'matrix')
  if (isArray && used?.of === 'matrix') return [{ ...used, as: 'array' }]
  const fromUse = used?.of === 'sequence' ? used : undefined
  const within = use.element ?? { ...use, done: [], element: null, keys: {}, attributes: {} }
  const names = { ...within, names: [...use.names.map(it => it.replace(/s$/, '')), ...within.names] }
  const [element] = isArray || inner === undefined ? [] : shapeOfAnnotation(inner, names, context)
  const found = element ?? fromUse?.element ?? ANY_NUMBER
  if (found.of === 'sequence' && found.as === 'list')
    return [{ of: 'matrix', as: 'lists', element: found.element }]
  const order =
    found.of === 'float' && found.low > 20
      ? { order: 'walk' as const }
      : found.of === 'datetime'
        ? { order: 'sorted' as const }
        : {}
  return forms.map((form): Shape => ({ of: 'sequence', as: form, element: found, ...order }))
}

function named(name: string, parts: readonly string[], use: Use, context: ShapeContext): readonly Shape[] {
  const domain = domainOf(use.names)
  switch (name) {
    case 'float':
    case 'floating':
    case 'float64':
    case 'real':
    case 'number':
      return [{ ...(isNumber(domain) ? asFloat(domain) : ANY_FLOAT), isFloat: true }]
    case 'int':
      return [
        domain?.of === 'integer'
          ? domain
          : domain?.of === 'float' && domain.high >= 20
            ? { of: 'integer', low: Math.ceil(domain.low), high: Math.floor(domain.high) }
            : ANY_INTEGER,
      ]
    case 'bool':
      return [{ of: 'boolean' }]
    case 'str':
      return [{ of: 'choice', values: textsOf(use, domain) }]
    case 'tuple':
      return parts.at(-1) === '...' || parts.length === 0
        ? sequences(['tuple'], parts[0], use, context)
        : [
            {
              of: 'record',
              as: 'tuple',
              fields: Object.fromEntries(
                parts.map((part, number): [string, Shape] => [
                  `#${number}`,
                  shapeOfAnnotation(
                    part,
                    use.keys[`#${number}`] ?? { ...use, done: [], keys: {} },
                    context,
                  )[0] ?? ANY_NUMBER,
                ]),
              ),
            },
          ]
    case 'dict':
    case 'mapping':
    case 'defaultdict':
    case 'mutablemapping':
      return dictionaries(parts, use, context)
    case 'dataframe':
      return context
        .ofUse({ ...use, annotations: [], done: [...use.done, 'table:loc'] }, 0)
        .filter(({ of }) => of === 'frame')
    case 'datetime':
    case 'timestamp':
      return [{ of: 'datetime' }]
    case 'date':
      return [{ of: 'date' }]
    case 'callable':
      return [{ of: 'function' }]
    case 'randomstate':
      return [{ of: 'generator', isOld: true }]
    case 'random':
      return [{ of: 'random' }]
    default:
      return []
  }
}

function dictionaries(parts: readonly string[], use: Use, context: ShapeContext): readonly Shape[] {
  const byUse = context
    .ofUse({ ...use, annotations: [] }, 0)
    .filter(shape => shape.of === 'mapping' || (shape.of === 'record' && shape.as === 'dict'))
  const [key = '', value = ''] = parts
  const keyUse = use.keys['*'] ?? { ...use, done: [], keys: {}, element: null }
  const keyed = shapeOfAnnotation(key, keyUse, context)[0]
  const valued = shapeOfAnnotation(
    value,
    use.element ?? { ...use, done: [], keys: {}, element: null },
    context,
  )[0]
  const record = byUse.find(({ of }) => of === 'record')
  if (record !== undefined) return [record]
  return keyed !== undefined && valued !== undefined ? [{ of: 'mapping', key: keyed, value: valued }] : byUse
}

function isNumber(shape: Shape | undefined): shape is Shape & { readonly of: 'float' | 'integer' } {
  return shape?.of === 'float' || shape?.of === 'integer'
}

function asFloat(shape: Shape & { readonly of: 'float' | 'integer' }): Shape & { readonly of: 'float' } {
  return shape.of === 'float' ? shape : { of: 'float', low: shape.low, high: shape.high, digits: 2 }
}

function textsOf(use: Use, domain: Shape | undefined): readonly (string | number)[] {
  const usual = domain?.of === 'choice' ? domain.values : []
  if (use.texts.length === 0) return usual.length > 0 ? usual : ['SPY', 'call', 'a b c', '']
  return usual.some(it => typeof it === 'string' && use.texts.includes(it))
    ? [...new Set([...use.texts, ...usual])]
    : [...use.texts, 'other']
}

/** A text cut at a sign outside of brackets. */
export function splitTop(text: string, sign: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? ''
    if ('[({'.includes(letter)) depth += 1
    else if ('])}'.includes(letter)) depth -= 1
    else if (letter === sign && depth === 0) {
      parts.push(text.slice(start, at).trim())
      start = at + 1
    }
  }
  return [...parts, text.slice(start).trim()]
}
