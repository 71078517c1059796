import { ANY_NUMBER, ANY_WHOLE, domainOf, PLACE } from './domains.ts'
import type { ClassFacts, ModuleFacts, ParameterFacts, Use } from './facts.ts'
import type { SequenceForm, Shape, ShapeContext } from './shape.ts'
import { shapeOfAnnotation } from './annotations.ts'

const DEEPEST = 4
const MOST_ALTERNATIVES = 4

const SERIES =
  /^method:(rolling|ewm|shift|diff|pct_change|fillna|expanding|rank|idxmax|idxmin|resample|dropna|iloc)$|^table:(iloc|loc)$/
const ARRAY =
  /^method:(mean|sum|cumsum|std|var|min|max|reshape|astype|copy|argmax|argmin|dot|T|any|all|cumprod|clip)$|^table:(shape|size)$|^array$|^matrix$|^masked$/
const TEXT = /^method:(upper|lower|split|startswith|endswith|strip|format|replace|join|isdigit|encode)$/
const SEQUENCE =
  /^(iterated|sliced|indexed)$|^to:(len|sum|max|min|sorted|any|all|enumerate|zip|statistics\.\w+|np\.(array|asarray|sum|mean|std|diff|cumsum|sort|percentile|quantile|dot|median|var|max|min|corrcoef|log|prod|unique|argsort|histogram|average|searchsorted|concatenate))$|^method:(append|extend|pop|index|count|sort)$/
const GENERATOR =
  /^method:(normal|standard_normal|integers|uniform|choice|permutation|random|lognormal|exponential|shuffle)$/
const RANDOM = /^method:(gauss|randint|randrange|choices|sample|normalvariate|random|choice|shuffle)$/
const NUMBER = /^to:(math\.|float|int|abs|round|range|np\.(exp|sqrt))/

/** The context that shapes of a module are worked out in. */
export function shapeContext(classes: ModuleFacts['classes']): ShapeContext {
  const context: ShapeContext = {
    classes,
    ofUse: (use, depth) => shapesOfUse(use, context, depth),
    ofClass: (name, facts, use) => shapeOfClass(name, facts, use, context, 0),
  }
  return context
}

/** Shapes that an argument may have, the likeliest first; only a run shows which of them the function takes. */
export function shapesOf(parameter: ParameterFacts, context: ShapeContext): readonly Shape[] {
  const { annotation, fallback, use } = parameter
  const annotated = annotation === '' ? [] : shapeOfAnnotation(annotation, use, context)
  const found =
    annotated.length > 0 ? annotated : [...fallbackShapes(fallback, use), ...shapesOfUse(use, context, 0)]
  const whole = fallback === 'None' || annotation.includes('None') || annotation.includes('Optional')
  return distinct(whole ? [...found, { of: 'none' }] : found).slice(0, MOST_ALTERNATIVES)
}

/** What a default says of a parameter: a number or text of its kind. */
function fallbackShapes(fallback: string | null, use: Use): readonly Shape[] {
  if (fallback === null || fallback === 'None') return []
  if (fallback === 'True' || fallback === 'False') return [{ of: 'boolean' }]
  if (/^-?\d+$/.test(fallback)) {
    const value = Math.abs(Number(fallback))
    const isCount = value > 1
    return [
      domainWhole(use) ?? {
        of: 'integer',
        low: isCount ? 1 : 0,
        high: Math.max(3, Math.min(2 * value, 60)),
        isCount,
      },
    ]
  }
  if (/^-?(\d+\.\d*|\.\d+|\d+)(e[+-]?\d+)?$/i.test(fallback)) {
    const value = Number(fallback)
    const reach = Math.abs(value) > 0 ? Math.abs(value) : 0.1
    return [{ of: 'float', low: value - reach * 0.9, high: value + reach }]
  }
  if (/^(['"]).*\1$/.test(fallback)) {
    const own = fallback.slice(1, -1)
    return [{ of: 'choice', values: [...new Set([own, ...use.texts, 'other'])] }]
  }
  return [{ of: 'expression', text: fallback }]
}

function domainWhole(use: Use): Shape | undefined {
  const found = domainOf(use.names)
  return found?.of === 'integer' ? found : undefined
}

/** Shapes by what is done with a value; the likeliest first, never none. */
function shapesOfUse(use: Use, context: ShapeContext, depth: number): readonly Shape[] {
  const annotated = use.annotations.flatMap(it => shapeOfAnnotation(it, use, context))
  if (annotated.length > 0) return annotated
  if (depth > DEEPEST) return [ANY_NUMBER]
  const does = (pattern: RegExp) => use.done.some(it => pattern.test(it))
  const called = use.done.some(it => it.startsWith('called:'))
  if (called) return [{ of: 'function' }]
  const keyed = Object.keys(use.keys).filter(key => !key.startsWith('#') && key !== '*')
  if (keyed.length > 0) return keyedShapes(use, keyed, context, depth)
  if (isUnpacked(use)) return [unpackedShape(use, context, depth)]
  const fields = Object.keys(use.attributes).filter(name => !use.done.includes(`method:${name}`))
  if (fields.length > 0 && !does(SERIES)) return attributeShapes(use, fields, context, depth)
  if (does(/^method:(items|values|keys|setdefault)$/) || use.keys['*'] !== undefined)
    return [mappingShape(use, context, depth)]
  if (does(TEXT))
    return [{ of: 'choice', values: use.texts.length > 0 ? [...use.texts, 'other'] : ['SPY', 'a b', ''] }]
  if (does(GENERATOR) && !does(SEQUENCE))
    return [{ of: 'generator' }, { of: 'generator', isOld: true }, { of: 'random' }]
  if (does(RANDOM)) return [{ of: 'random' }]
  if (use.texts.length > 0) return [{ of: 'choice', values: choices(use) }]
  if (does(SERIES)) return sequenceShapes(use, context, depth, ['series', 'array', 'list'])
  if (does(ARRAY)) return sequenceShapes(use, context, depth, ['array', 'list', 'series'])
  if (use.element !== null || does(SEQUENCE))
    return sequenceShapes(use, context, depth, ['list', 'array', 'tuple'])
  return scalarShapes(use, does)
}

/** A texts that is compared: those of the code, and one that is not among them. */
function choices(use: Use): readonly string[] {
  const named = domainOf(use.names)
  const usual = named?.of === 'choice' ? named.values.filter(it => typeof it === 'string') : []
  const isKnown = usual.some(it => use.texts.includes(it))
  return [...new Set([...use.texts, ...(isKnown ? usual : []), 'other'])]
}

function isUnpacked(use: Use): boolean {
  return Object.keys(use.keys).some(key => key.startsWith('#')) && use.done.every(it => it !== 'iterated')
}

function unpackedShape(use: Use, context: ShapeContext, depth: number): Shape {
  const fields = Object.fromEntries(
    Array.from({ length: use.unpacked }, (_, number): [string, Shape] => {
      const part = use.keys[`#${number}`]
      return [`#${number}`, part === undefined ? ANY_NUMBER : likeliest(part, context, depth + 1)]
    }),
  )
  return { of: 'record', as: 'tuple', fields }
}

/** A value that is asked by keys: rows of a frame where it is used as one, else a record, and the other way round after it. */
function keyedShapes(
  use: Use,
  keyed: readonly string[],
  context: ShapeContext,
  depth: number,
): readonly Shape[] {
  const fields = Object.fromEntries(
    keyed.map((key): [string, Shape] => [key, likeliest(withName(use.keys[key], key), context, depth + 1)]),
  )
  const record: Shape = { of: 'record', as: 'dict', fields }
  const isTable = use.done.some(it =>
    /^method:(iterrows|itertuples|apply|groupby|copy|rolling|sort_values|merge|assign|dropna|reset_index|iloc|loc)$|^table:|^masked$|^to:len$/.test(
      it,
    ),
  )
  const columns = Object.fromEntries(
    keyed.map((key): [string, Shape] => [key, columnShape(withName(use.keys[key], key), context, depth)]),
  )
  const frames: readonly Shape[] = [
    { of: 'frame', columns },
    { of: 'frame', columns, index: 'minutes' },
  ]
  const asColumns = keyed.some(
    key => use.keys[key]?.done.some(it => SERIES.test(it) || ARRAY.test(it) || it === 'grouped') === true,
  )
  return isTable || asColumns ? [...frames, record] : depth === 0 ? [record, ...frames] : [record]
}

/** What a column holds: what is done with the column's values, or with each of them. */
function columnShape(use: Use, context: ShapeContext, depth: number): Shape {
  const inner = use.element === null ? use : { ...use.element, names: [...use.names, ...use.element.names] }
  const found = likeliest(
    {
      ...inner,
      done: inner.done.filter(it => !SERIES.test(it) && !ARRAY.test(it) && !SEQUENCE.test(it)),
      element: null,
    },
    context,
    depth + 1,
  )
  return found.of === 'float' && /price|close|open|high|low|mid|spot/.test(use.names.join(' '))
    ? { ...found, order: 'walk' }
    : found
}

/** An object whose fields are read: a class of the module that has them all, else anything with them. */
function attributeShapes(
  use: Use,
  fields: readonly string[],
  context: ShapeContext,
  depth: number,
): readonly Shape[] {
  if (fields.every(it => /^(year|month|day|hour|minute|second|weekday|date)$/.test(it)))
    return [{ of: 'datetime' }]
  const owners = Object.entries(context.classes).filter(([, facts]) => {
    const known = new Set([...facts.fields, ...facts.parameters].map(({ name }) => name))
    return fields.every(name => known.has(name) || known.has(name.replace(/^_/, '')))
  })
  const owned = owners.map(([name, facts]) => shapeOfClass(name, facts, use, context, depth))
  const plain = Object.fromEntries(
    fields.map((name): [string, Shape] => [
      name,
      likeliest(withName(use.attributes[name], name), context, depth + 1),
    ]),
  )
  const columns = Object.fromEntries(
    fields.map((name): [string, Shape] => [
      name,
      columnShape(withName(use.attributes[name], name), context, depth),
    ]),
  )
  const isTable = use.done.some(it => /^method:(iterrows|itertuples)$/.test(it))
  const rest: readonly Shape[] = isTable
    ? [{ of: 'frame', columns }]
    : [{ of: 'record', as: 'namespace', fields: plain }]
  return [...owned, ...rest]
}

/** An instance of a class of the module, made by its fields or its constructor. */
function shapeOfClass(
  name: string,
  facts: ClassFacts,
  use: Use,
  context: ShapeContext,
  depth: number,
): Shape {
  if (facts.kind === 'Enum') return { of: 'member', class: name }
  const fields: Record<string, Shape> = {}
  for (const field of facts.parameters.length > 0 ? [] : facts.fields) {
    const used = withName(use.attributes[field.name], field.name)
    const [shape] = shapesOf(
      { name: field.name, form: 'plain', annotation: field.annotation, fallback: field.fallback, use: used },
      context,
    )
    // A default that is made anew each time (field(default_factory=…)) is left to the class
    if (shape !== undefined && !(field.fallback?.startsWith('field(') === true && shape.of === 'expression'))
      fields[field.name] = shape
  }
  for (const parameter of facts.parameters) {
    if (parameter.form === 'star' || parameter.form === 'doubleStar') continue
    const [shape] = depth > DEEPEST ? [ANY_NUMBER] : shapesOf(parameter, context)
    if (shape !== undefined) fields[parameter.name] = shape
  }
  return { of: 'record', as: facts.kind === 'TypedDict' ? 'dict' : name, fields }
}

function mappingShape(use: Use, context: ShapeContext, depth: number): Shape {
  const key = use.keys['*']
  const value = use.element
  return {
    of: 'mapping',
    key: key === undefined ? { of: 'text' } : likeliest(key, context, depth + 1),
    value: value === null ? ANY_NUMBER : likeliest(value, context, depth + 1),
  }
}

function sequenceShapes(
  use: Use,
  context: ShapeContext,
  depth: number,
  forms: readonly SequenceForm[],
): readonly Shape[] {
  const inner = use.element ?? { ...EMPTY, names: [] }
  const names = [...use.names.map(singular), ...inner.names]
  const rows = inner.element !== null || use.done.includes('matrix')
  if (rows && !isRecord(inner)) {
    const element = likeliest(inner.element ?? inner, context, depth + 1)
    const matrices: readonly Shape[] = [
      { of: 'matrix', as: 'array', element: numeric(element) },
      { of: 'matrix', as: 'lists', element: numeric(element) },
    ]
    return use.done.includes('matrix') ? matrices : matrices.toReversed()
  }
  const element = likeliest({ ...inner, names }, context, depth + 1)
  const walks =
    element.of === 'float' && element.low > 20
      ? { order: 'walk' as const }
      : element.of === 'datetime'
        ? { order: 'sorted' as const }
        : {}
  const kept = isRecord(inner) ? (['list', 'tuple'] as const) : forms
  return kept.map((form): Shape => ({ of: 'sequence', as: form, element, ...walks }))
}

function isRecord(use: Use): boolean {
  const fields = Object.keys(use.attributes).filter(name => !use.done.includes(`method:${name}`))
  return Object.keys(use.keys).length > 0 || fields.length > 0
}

function scalarShapes(use: Use, does: (pattern: RegExp) => boolean): readonly Shape[] {
  if (does(/^index$/)) return [PLACE]
  const named = domainOf(use.names)
  if (named !== undefined) return withArrays(use, named, does)
  if (does(/^count$|^to:range$/)) return [{ ...ANY_WHOLE, isCount: true }]
  if (use.done.length === 1 && does(/^(tested|none)$/)) return [{ of: 'boolean' }, ANY_NUMBER]
  // A plural that nothing is done with here is handed on whole
  const isMany =
    use.names.some(name => /[a-z]{3,}s$/.test(name) && !/ss$|is$|us$/.test(name)) && !does(NUMBER)
  const many: Shape = { of: 'sequence', as: 'list', element: domainOf(use.names.map(singular)) ?? ANY_NUMBER }
  return isMany ? [many, { ...many, as: 'array' }, ANY_NUMBER] : withArrays(use, ANY_NUMBER, does)
}

/** A number; where nothing shows that it must be a single one, an array of them after it. */
function withArrays(use: Use, single: Shape, does: (pattern: RegExp) => boolean): readonly Shape[] {
  if (single.of !== 'float' || does(NUMBER)) return [single]
  const isPlural = use.names.some(name => /[a-z]{3,}s$/.test(name))
  const array: Shape = { of: 'sequence', as: 'array', element: single }
  const list: Shape = { of: 'sequence', as: 'list', element: single }
  return isPlural ? [list, array, single] : [single, array, list]
}

function likeliest(use: Use, context: ShapeContext, depth: number): Shape {
  return shapesOfUse(use, context, depth)[0] ?? ANY_NUMBER
}

function numeric(shape: Shape): Shape {
  return shape.of === 'float' || shape.of === 'integer' ? shape : ANY_NUMBER
}

const EMPTY: Use = {
  names: [],
  annotations: [],
  done: [],
  texts: [],
  unpacked: 0,
  attributes: {},
  keys: {},
  element: null,
}

function withName(use: Use | undefined, name: string): Use {
  const found = use ?? EMPTY
  return { ...found, names: [name, ...found.names] }
}

function singular(name: string): string {
  return name.length > 3 && name.endsWith('s') && !name.endsWith('ss') ? name.slice(0, -1) : name
}

function distinct(shapes: readonly Shape[]): Shape[] {
  const seen = new Set<string>()
  return shapes.filter(shape => {
    const text = JSON.stringify(shape)
    return !seen.has(text) && seen.add(text) !== undefined
  })
}
