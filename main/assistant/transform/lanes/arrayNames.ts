import type { DraftContext } from '../transform.ts'
import type { Expression, PythonModule } from '../../syntax/python/tree.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'

// What a scalar function is called for arrays. NumPy's functions are told to raise where `math` raises (`np.errstate`).

/** Functions of one or two numbers whose array form gives `float` for every number. */
export const ARRAY_FORMS: ReadonlyMap<string, string> = new Map([
  ...[
    'sqrt',
    'exp',
    'log',
    'log2',
    'log10',
    'log1p',
    'expm1',
    'sin',
    'cos',
    'tan',
    'sinh',
    'cosh',
    'tanh',
  ].map(plain => [`math.${plain}`, plain] as const),
  ['math.asin', 'arcsin'],
  ['math.acos', 'arccos'],
  ['math.atan', 'arctan'],
  ['math.atan2', 'arctan2'],
  ['math.asinh', 'arcsinh'],
  ['math.acosh', 'arccosh'],
  ['math.atanh', 'arctanh'],
  ['math.hypot', 'hypot'],
  ['math.fabs', 'abs'],
  ['math.pow', 'power'],
  ['math.copysign', 'copysign'],
])

/** Functions that `scipy.special` has for arrays. */
export const SPECIAL_FORMS: ReadonlyMap<string, string> = new Map([
  ['math.erf', 'erf'],
  ['math.erfc', 'erfc'],
  ['math.gamma', 'gamma'],
  ['math.lgamma', 'gammaln'],
  ['scipy.stats.norm.cdf', 'ndtr'],
  ['scipy.stats.norm.ppf', 'ndtri'],
  ['scipy.special.ndtr', 'ndtr'],
  ['scipy.special.erf', 'erf'],
])

/** Functions of NumPy that take arrays as they take numbers; their results are NumPy's own scalars. */
export const ELEMENTWISE: ReadonlySet<string> = new Set(
  'sqrt exp log log2 log10 log1p expm1 sin cos tan tanh abs absolute fabs sign square power maximum minimum where isnan isfinite isinf arctan hypot clip'
    .split(' ')
    .map(plain => `numpy.${plain}`),
)

/** Functions without an array form that may be called for each number. */
export const ONE_BY_ONE: ReadonlySet<string> = new Set([
  'math.erf',
  'math.erfc',
  'math.gamma',
  'math.lgamma',
  'round',
])

/** Functions that are pure, for values that are the same in all lanes. */
const PURE_BUILTINS = /^(abs|min|max|len|float|int|bool|round|sum|sorted|range|tuple|list|str|divmod|pow)$/

/** Whether calling it changes nothing and gives the same every time. */
export function isPure(path: string): boolean {
  return (
    PURE_BUILTINS.test(path) || path.startsWith('math.') || ELEMENTWISE.has(path) || SPECIAL_FORMS.has(path)
  )
}

/** The full path of what is called, `math.exp` for `exp` of `from math import exp`; the words as written for everything else. */
export function pathOf(callee: Expression, context: DraftContext): string {
  const written = printExpression(callee)
  const [first = '', ...rest] = written.split('.')
  for (const [module, alias] of Object.entries(context.modules)) {
    if (alias === written) return module
    if (written.startsWith(`${alias}.`)) return `${module}${written.slice(alias.length)}`
  }
  const origin = importedFrom(context.module, first)
  return origin === undefined ? written : [origin, ...rest].join('.')
}

function importedFrom(module: PythonModule, called: string): string | undefined {
  for (const statement of module.body) {
    if (statement.kind !== 'importFrom') continue
    const found = statement.names.find(({ name, alias }) => (alias || name) === called)
    if (found) return `${statement.module}.${found.name}`
  }
  return undefined
}
