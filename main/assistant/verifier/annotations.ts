import { ANY_FLOAT, ANY_NUMBER, ANY_WHOLE, domainOf, PLACE } from './domains.ts'
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
  // NumPy's, as Python's own says what it yields
  if (name === 'Generator' && parts.length === 0) return [{ of: 'generator' }]
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

/** Annotations that say all by their name. */
const NAMED: Readonly<Record<string, Shape>> = {
  bool: { of: 'boolean' },
  datetime: { of: 'datetime' },
  timestamp: { of: 'datetime' },
  date: { of: 'date' },
  callable: { of: 'function' },
  randomstate: { of: 'generator', isOld: true },
  random: { of: 'random' },
}

const FLOATS = new Set(['float', 'floating', 'float64', 'real', 'number'])
const MAPPINGS = new Set(['dict', 'mapping', 'defaultdict', 'mutablemapping'])

function named(name: string, parts: readonly string[], use: Use, context: ShapeContext): readonly Shape[] {
  const plain = NAMED[name]
  if (plain !== undefined) return [plain]
  const domain = domainOf(use.names)
  if (FLOATS.has(name)) return [{ ...(isNumber(domain) ? asFloat(domain) : ANY_FLOAT), isFloat: true }]
  if (name === 'int') return [wholeNumber(domain, use)]
  if (name === 'str') return [{ of: 'choice', values: textsOf(use, domain) }]
  if (name === 'tuple') return tuples(parts, use, context)
  if (MAPPINGS.has(name)) return dictionaries(parts, use, context)
  if (name !== 'dataframe') return []
  return context
    .ofUse({ ...use, annotations: [], done: [...use.done, 'table:loc'] }, 0)
    .filter(({ of }) => of === 'frame')
}

function wholeNumber(domain: Shape | undefined, use: Use): Shape {
  if (use.done.includes('index')) return PLACE
  if (domain?.of === 'integer') return domain
  return domain?.of === 'float' && domain.high >= 20
    ? { of: 'integer', low: Math.ceil(domain.low), high: Math.floor(domain.high) }
    : { ...ANY_WHOLE, isCount: use.done.includes('count') }
}

/** A tuple of many of one kind, or of parts that each have their own. */
function tuples(parts: readonly string[], use: Use, context: ShapeContext): readonly Shape[] {
  if (parts.at(-1) === '...' || parts.length === 0) return sequences(['tuple'], parts[0], use, context)
  const fields = parts.map((part, number): [string, Shape] => {
    const own = use.keys[`#${number}`] ?? { ...use, done: [], keys: {} }
    return [`#${number}`, shapeOfAnnotation(part, own, context)[0] ?? ANY_NUMBER]
  })
  return [{ of: 'record', as: 'tuple', fields: Object.fromEntries(fields) }]
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
  const isKnown = usual.some(it => typeof it === 'string' && use.texts.includes(it))
  return [...new Set([...use.texts, ...(isKnown ? usual : []), 'other'])]
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
