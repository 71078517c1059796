import { functionNamed } from '../syntax/python/functions.ts'
import { modulesOf } from '../syntax/python/modules.ts'
import { printExpression } from '../syntax/python/printExpression.ts'
import type { Expression, FunctionStatement, PythonModule } from '../syntax/python/tree.ts'
import type { DraftContext, ParameterKnowledge } from './transform.ts'

type Type = ParameterKnowledge['types'][number]

/**
 * What a transformation may know of a function and its surroundings. `given` has for each parameter the texts that call sites give for
 * it, `packages` what his interpreter can import beside the standard library. An annotation says most, then the docstring (NumPy, Google or reST style), then what callers give, then the default.
 */
export function draftContext(
  module: PythonModule,
  path: string,
  given: Readonly<Record<string, readonly string[]>> = {},
  packages: readonly string[] = [],
): DraftContext {
  const statement = functionNamed(module, path)
  if (!statement) throw new Error(`the module has no function ${path}`)
  const documented = documentedTypes(docstringOf(statement))
  const parameters = statement.parameters
    .filter(({ form }) => form !== 'marker')
    .map(({ name, form, annotation, fallback }): [string, ParameterKnowledge] => {
      if (form === 'star')
        return [
          name,
          { types: ['tuple'], elements: annotation ? ofAnnotation(printExpression(annotation)).types : [] },
        ]
      if (form === 'doubleStar') return [name, { types: ['dict'], elements: [] }]
      const sources = [
        annotation ? ofAnnotation(unquoted(annotation)) : NOTHING,
        ofAnnotation(documented[name] ?? ''),
        together((given[name] ?? []).map(ofValue)),
        fallback ? ofValue(printExpression(fallback)) : NOTHING,
      ]
      return [name, sources.find(({ types }) => types.length > 0) ?? NOTHING]
    })
  return { module, path, parameters: Object.fromEntries(parameters), modules: modulesOf(module), packages }
}

/** The text of the docstring of a function, without quotes; empty where it has none. */
export function docstringOf({ body }: FunctionStatement): string {
  const [first] = body
  if (first?.kind !== 'expression' || first.value.kind !== 'constant' || first.value.type !== 'string')
    return ''
  return first.value.text.replace(/^[a-z]*("""|'''|"|')/i, '').replace(/("""|'''|"|')$/, '')
}

const NOTHING: ParameterKnowledge = { types: [], elements: [] }

/** What words of annotations and docstrings stand for; the words of a type are looked for from the left. */
const WORDS: readonly (readonly [RegExp, Type])[] = [
  [/^(?:float|np\.float64|numpy\.float64|real|Decimal)$/, 'float'],
  [/^(?:int|integer|np\.int64)$/, 'integer'],
  [/^(?:bool|boolean)$/, 'boolean'],
  [/^(?:str|string)$/, 'string'],
  [/^(?:list|List|Sequence|MutableSequence|Collection)$/, 'list'],
  [/^(?:tuple|Tuple)$/, 'tuple'],
  [/^(?:dict|Dict|Mapping|MutableMapping|defaultdict|OrderedDict)$/, 'dict'],
  [/^(?:ndarray|array|np\.ndarray|numpy\.ndarray|NDArray|npt\.NDArray|array_like|ArrayLike)$/, 'array'],
  [/^(?:DataFrame|pd\.DataFrame|pandas\.DataFrame)$/, 'dataframe'],
  [/^(?:Series|pd\.Series|pandas\.Series)$/, 'series'],
  [/^(?:Callable|callable|function)$/, 'callable'],
  [/^(?:Iterator|Generator|Iterable|iterable|iterator|generator)$/, 'generator'],
]

/** What an annotation, or the type part of a docstring, says. */
function ofAnnotation(text: string): ParameterKnowledge {
  const whole = text.trim().replace(/^(?:typing\.)?Optional\[(.*)\]$/s, '$1')
  const types = new Set<Type>()
  let elements: ParameterKnowledge['elements'] = []
  for (const part of alternatives(whole)) {
    const [, head = '', inner = ''] =
      /^(?:typing\.|collections\.abc\.)?([\w.]+)\s*(?:\[(.*)\]|.*)$/s.exec(part.trim()) ?? []
    const type = WORDS.find(([word]) => word.test(head))?.[1]
    if (!type) continue
    types.add(type)
    const plural = /\bof (\w+?)s?\b/.exec(part)?.[1] ?? ''
    const last = type === 'dict' ? (splitTop(inner, ',')[1] ?? '') : (splitTop(inner, ',')[0] ?? '')
    elements = ofAnnotationTypes(inner === '' ? plural : last)
  }
  return { types: [...types], elements }
}

function ofAnnotationTypes(text: string): ParameterKnowledge['types'] {
  return text.trim() === '' ? [] : ofAnnotation(text).types
}

/** The parts of a union: `int | None`, `Union[int, float]`, `list or array`. */
function alternatives(text: string): readonly string[] {
  const union = /^(?:typing\.)?Union\[(.*)\]$/s.exec(text)?.[1]
  if (union !== undefined) return splitTop(union, ',')
  return splitTop(text.replaceAll(/ or |, ?optional\b/g, '|'), '|')
}

/** Splits at a separator outside of all brackets. */
function splitTop(text: string, separator: string): readonly string[] {
  const parts: string[] = ['']
  let depth = 0
  for (const character of text) {
    if ('([{'.includes(character)) depth += 1
    if (')]}'.includes(character)) depth -= 1
    if (character === separator && depth === 0) parts.push('')
    else parts.push((parts.pop() ?? '') + character)
  }
  return parts.map(part => part.trim()).filter(part => part !== '' && part !== 'None')
}

/** An annotation in quotes is what is in them. */
function unquoted(annotation: Expression): string {
  const text = printExpression(annotation)
  return annotation.kind === 'constant' ? text.replaceAll(/^["']|["']$/g, '') : text
}

/** What the text of a value says: a default, or an argument at a call site. */
function ofValue(text: string): ParameterKnowledge {
  const value = text.trim()
  const type = VALUES.find(([form]) => form.test(value))?.[1]
  if (!type) return NOTHING
  const [first] = type === 'list' || type === 'tuple' ? splitTop(value.slice(1, -1), ',') : []
  return { types: [type], elements: first === undefined ? [] : ofValue(first).types }
}

const VALUES: readonly (readonly [RegExp, Type])[] = [
  [/^[-+]?\d[\d_]*$/, 'integer'],
  [/^[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[-+]?\d+)?$/i, 'float'],
  [/^(?:True|False)$/, 'boolean'],
  [/^[rbu]?(["'])[^]*\1$/i, 'string'],
  [/^\[[^]*\]$/, 'list'],
  [/^\([^]*,[^]*\)$/, 'tuple'],
  [/^\{(?:[^]*:[^]*)?\}$/, 'dict'],
  [/^(?:np|numpy)\.(?:array|asarray|zeros|ones|full|empty|linspace|arange|random\.[\w.]+)\(/, 'array'],
  [/^(?:pd|pandas)\.DataFrame\(/, 'dataframe'],
  [/^(?:pd|pandas)\.Series\(/, 'series'],
  [/^lambda\b/, 'callable'],
]

/** What callers agree on, in the order in which it was met; whole numbers and others together are numbers with a fraction. */
function together(known: readonly ParameterKnowledge[]): ParameterKnowledge {
  const types = [...new Set(known.flatMap(({ types }) => types))]
  const isNumber = types.length === 2 && types.includes('float') && types.includes('integer')
  return {
    types: isNumber ? ['float'] : types,
    elements: [...new Set(known.flatMap(({ elements }) => elements))],
  }
}

/** The text of each parameter's type in a docstring. */
function documentedTypes(docstring: string): Readonly<Record<string, string>> {
  const types: Record<string, string> = {}
  const forms = [
    /^[ \t]*(\w+) ?: ?([^\n]+)$/gm,
    /^[ \t]*(\w+) ?\(([^\n)]+)\) ?:/gm,
    /:type (\w+): ?([^\n]+)$/gm,
  ]
  for (const form of forms)
    for (const [, name = '', type = ''] of docstring.matchAll(form)) types[name] ??= type
  for (const [, type = '', name = ''] of docstring.matchAll(/:param ([^\n:]+) (\w+):/g)) types[name] ??= type
  return types
}
