import type { NamedFacts } from './facts.ts'

/** Modules that compute and nothing else: every candidate may import them. */
export const PURE: ReadonlySet<string> = new Set([
  'math',
  'cmath',
  'itertools',
  'functools',
  'operator',
  'collections',
  'collections.abc',
  'bisect',
  'heapq',
  'statistics',
  'decimal',
  'fractions',
  'numbers',
  'array',
  'struct',
  'dataclasses',
  'typing',
  'enum',
  'copy',
  're',
  'datetime',
  'calendar',
  '__future__',
  'numpy',
  'numpy.lib',
  'numpy.lib.stride_tricks',
  'numpy.linalg',
  'numpy.fft',
  'numpy.random',
  'pandas',
  'scipy',
  'scipy.special',
  'scipy.stats',
  'scipy.signal',
  'scipy.ndimage',
  'scipy.optimize',
])

/** Names that reach past the arguments of a function; a candidate has them only where the original has them. */
const REACHING = new Set(
  (
    'eval exec compile open input print breakpoint exit quit globals locals vars ' +
    'setattr delattr getattr memoryview id super help dir'
  ).split(' '),
)

/** Attributes that lead to files, frames, other modules or other processes. */
const LEADING =
  /^(__\w+__|_getframe|f_(back|globals|locals|code|builtins)|tb_\w+|gi_\w+|cr_\w+|ag_\w+|co_\w+|func_\w+|settrace|setprofile|modules|environ|system|popen|ctypes|ctypeslib|_ctypes|memmap|load|save|savez|savetxt|loadtxt|genfromtxt|fromfile|tofile|DataSource|datasource|read_\w+|to_(csv|pickle|parquet|sql|hdf|feather|excel|json|html|clipboard|stata|gbq|orc|xml|latex|markdown)|eval|query|set_option|option_context|seterr|seterrcall|seed|setstate|set_state|setrecursionlimit|getrefcount|byteswap|setflags|data|base|interface|testing|distutils|f2py|compat|io|core|attrgetter|methodcaller|get_type_hints|make_dataclass|as_strided|exec|compile|builtins|sys|os|inspect|importlib|import_module|currentframe|getargvalues|getouterframes|getinnerframes|FrameInfo|FunctionType|CodeType|gc|_\w+)$/

/** Attributes with two underscores that compute and nothing else. */
const HARMLESS = new Set([
  '__name__',
  '__doc__',
  '__len__',
  '__annotations__',
  '__version__',
  '__init__',
  '__post_init__',
])

/**
 * Why a candidate is not even run, or undefined where it may be. It may name what the original names, and beside that only what
 * computes: no new library but those that are pure, no way to files, frames, other modules or the clock, no change of a library.
 * The sandbox stands behind this; the gate is there because code that shares a process with its own observation must not reach it.
 */
export function gate(original: NamedFacts, candidate: NamedFacts): string | undefined {
  return (
    newImport(original, candidate) ??
    first(
      added(original.names, candidate.names),
      isReachingName,
      name => `it uses ${name}, which the original does not`,
    ) ??
    first(
      added(original.attributes, candidate.attributes),
      name => LEADING.test(name) && !isHarmless(name, candidate) && !candidate.defined.includes(name),
      name => `it reaches for .${name}, which the original does not`,
    ) ??
    first(
      added(original.far, candidate.far),
      () => true,
      name => `it reaches ${name}, which the original does not`,
    ) ??
    first(
      added(original.dotted, candidate.dotted),
      name => /\.lib\.(?!stride_tricks(\.sliding_window_view)?$)/.test(name),
      name => `it uses ${name}, which the original does not`,
    ) ??
    first(
      added(original.texts, candidate.texts),
      text => text.includes('__'),
      text => `it spells ${text}, which the original does not`,
    ) ??
    impureUse(original, candidate) ??
    patch(original, candidate) ??
    first(
      added(original.globals, candidate.globals),
      () => true,
      name => `it changes the global ${name}, which the original does not`,
    )
  )
}

/** Whether an attribute that looks as if it led somewhere does not here. */
function isHarmless(name: string, { dotted }: NamedFacts): boolean {
  // Patterns are compiled, and so is code
  if (name === 'compile') return dotted.filter(it => it.endsWith('.compile')).every(it => it === 're.compile')
  return HARMLESS.has(name)
}

function isReachingName(name: string): boolean {
  return REACHING.has(name) || (name.startsWith('__') && name.endsWith('__') && name !== '__name__')
}

function newImport(original: NamedFacts, candidate: NamedFacts): string | undefined {
  const known = new Set(original.imports)
  const wrong = candidate.imports.find(name => !known.has(name) && !PURE.has(name))
  if (wrong !== undefined) return `it imports ${wrong}, which the original does not`
  const names = new Set(original.imported)
  const reaching = candidate.imported.find(name => {
    const [last = ''] = name.split('.').slice(-1)
    const isOfPure = PURE.has(name.slice(0, -last.length - 1))
    return !names.has(name) && (!isOfPure || LEADING.test(last) || last === '*')
  })
  return reaching === undefined ? undefined : `it imports ${reaching}, which the original does not`
}

/** Of a library that does more than compute, only what the original uses. */
function impureUse(original: NamedFacts, candidate: NamedFacts): string | undefined {
  const impure = new Set(candidate.imports.filter(name => !PURE.has(name)).map(rootOf))
  return first(
    added(original.dotted, candidate.dotted),
    name => impure.has(rootOf(name)),
    name => `it uses ${name}, which the original does not`,
  )
}

/** An attribute or item of a library set to something else. */
function patch(original: NamedFacts, candidate: NamedFacts): string | undefined {
  const libraries = new Set([
    ...candidate.imports.map(rootOf),
    ...candidate.imported.map(name => name.split('.').at(-1) ?? ''),
    'np',
    'pd',
    'numpy',
    'pandas',
    'math',
    'builtins',
  ])
  const stored = added([...original.stores, ...original.items], [...candidate.stores, ...candidate.items])
  return first(
    stored,
    name => libraries.has(rootOf(name)),
    name => `it changes ${name}, a library that others use`,
  )
}

function first(
  names: readonly string[],
  isWrong: (name: string) => boolean,
  say: (name: string) => string,
): string | undefined {
  const wrong = names.find(isWrong)
  return wrong === undefined ? undefined : say(wrong)
}

function added(before: readonly string[], after: readonly string[]): string[] {
  const known = new Set(before)
  return after.filter(name => !known.has(name))
}

function rootOf(name: string): string {
  return name.split('.')[0] ?? name
}
