import { diffLines } from 'diff'

/** How a change to Python code looks: what the new lines have more than the old ones. */
export interface CodeShape {
  /** Lines that were added and removed. */
  readonly added: number
  readonly removed: number
  /** Lines of code more than before, without comments and empty ones. */
  readonly lines: number
  /** Uses of each library more than before. */
  readonly numpy: number
  readonly pandas: number
  readonly scipy: number
  readonly comprehensions: number
  readonly generators: number
  readonly caches: number
  /** Modules imported more than before, and definitions at the left edge. */
  readonly imports: number
  readonly definitions: number
  /** Uses of narrow number types more than before. */
  readonly narrow: number
  /** Of a line of code on average, more than before: levels of indentation, tokens. */
  readonly depth: number
  readonly tokens: number
  /** Characters of the longest line beyond those that PEP 8 allows, more than before. */
  readonly width: number
  /** Share of names of one or two letters, more than before. */
  readonly shortNames: number
}

/** How `after` looks against `before`, whole files; measured on the lines that differ, so the rest of the file costs nothing. */
export function codeShape(before: string, after: string): CodeShape {
  const parts = diffLines(before, after)
  const counted = (isKind: (part: (typeof parts)[number]) => boolean) =>
    parts.filter(isKind).reduce((sum, { count }) => sum + count, 0)
  const textOf = (isKind: (part: (typeof parts)[number]) => boolean) =>
    parts
      .filter(isKind)
      .map(({ value }) => value)
      .join('')
  const libraries = importedNames(after)
  const old = measure(
    textOf(part => part.removed),
    libraries,
  )
  const made = measure(
    textOf(part => part.added),
    libraries,
  )
  const more = (count: (measured: Measured) => number) => count(made) - count(old)
  // An average of no line says nothing
  const perLine = (count: (measured: Measured) => number) =>
    made.lines === 0 || old.lines === 0 ? 0 : count(made) / made.lines - count(old) / old.lines
  return {
    added: counted(part => part.added),
    removed: counted(part => part.removed),
    lines: more(it => it.lines),
    numpy: more(it => it.numpy),
    pandas: more(it => it.pandas),
    scipy: more(it => it.scipy),
    comprehensions: more(it => it.comprehensions),
    generators: more(it => it.generators),
    caches: more(it => it.caches),
    imports: more(it => it.imports),
    definitions: more(it => it.definitions),
    narrow: more(it => it.narrow),
    depth: perLine(it => it.depth),
    tokens: perLine(it => it.tokens),
    width: more(it => it.width),
    shortNames: made.names === 0 || old.names === 0 ? 0 : more(it => it.shortNames / it.names),
  }
}

/** What is counted in the lines of one side, and how many names there are. */
type Measured = Omit<CodeShape, 'added' | 'removed'> & { readonly names: number }

const SPACES_A_LEVEL = 4
/** https://peps.python.org/pep-0008/#maximum-line-length */
const LONGEST_LINE = 79
const COMPREHENSION = /[[{][^[\]{}\n]*\bfor\b[^[\]{}\n]*\bin\b/g
const GENERATOR = /\([^()[\]{}\n]*(?:\([^()]*\)[^()[\]{}\n]*)*\bfor\b[^()\n]*\bin\b|\byield\b/g
const CACHE = /\b(?:lru_cache|cache|memo\w*|_cache|cached\w*)\b/g
const IMPORT = /^[ \t]*(?:import|from)[ \t]+\w/gm
const DEFINITION = /^(?:async[ \t]+def|def|class|[A-Za-z_]\w*[ \t]*=)/gm
const NARROW = /\b(?:float32|float16|int32|int16|int8)\b/g
const TOKEN = /\w+|[^\s\w]/g
const NAME = /\b[A-Za-z_]\w*\b/g

function measure(text: string, libraries: Libraries): Measured {
  const code = withoutTexts(text)
  const lines = code.split('\n').filter(line => line.trim() !== '')
  const names = code.match(NAME) ?? []
  const count = (pattern: RegExp) => code.match(pattern)?.length ?? 0
  const uses = (aliases: readonly string[]) => names.filter(name => aliases.includes(name)).length
  return {
    lines: lines.length,
    numpy: uses(libraries.numpy),
    pandas: uses(libraries.pandas),
    scipy: uses(libraries.scipy),
    comprehensions: count(COMPREHENSION),
    generators: count(GENERATOR),
    caches: count(CACHE),
    imports: count(IMPORT),
    definitions: count(DEFINITION),
    narrow: count(NARROW),
    depth: sum(lines.map(line => indentation(line) / SPACES_A_LEVEL)),
    width: Math.max(0, ...lines.map(line => line.length - LONGEST_LINE)),
    tokens: count(TOKEN),
    names: names.length,
    shortNames: names.filter(name => name.length <= 2 && !libraries.all.includes(name)).length,
  }
}

interface Libraries {
  readonly numpy: readonly string[]
  readonly pandas: readonly string[]
  readonly scipy: readonly string[]
  readonly all: readonly string[]
}

/** The names that each library goes by in a file, its own and those of what is taken from it. */
function importedNames(text: string): Libraries {
  const found: Record<'numpy' | 'pandas' | 'scipy', string[]> = { numpy: [], pandas: [], scipy: [] }
  for (const [, module = '', alias] of text.matchAll(
    /^[ \t]*import[ \t]+([\w.]+)(?:[ \t]+as[ \t]+(\w+))?/gm,
  )) {
    const library = libraryOf(module)
    if (library) found[library].push(alias ?? library)
  }
  for (const [, module = '', taken = ''] of text.matchAll(
    /^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+([^\n#]+)/gm,
  )) {
    const library = libraryOf(module)
    if (library)
      found[library].push(
        ...taken.split(',').map(name =>
          name
            .trim()
            .replace(/^.*\sas\s+/, '')
            .replaceAll(/[()\s]/g, ''),
        ),
      )
  }
  return { ...found, all: Object.values(found).flat() }
}

function libraryOf(module: string): 'numpy' | 'pandas' | 'scipy' | undefined {
  const top = module.split('.')[0]
  return top === 'numpy' || top === 'pandas' || top === 'scipy' ? top : undefined
}

/** Code without what stands in texts and comments. */
function withoutTexts(text: string): string {
  return text
    .replaceAll(/("""|''')[\s\S]*?\1/g, "''")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, "''")
    .replaceAll(/#[^\n]*/g, '')
}

function indentation(line: string): number {
  const [blank = ''] = /^[ \t]*/.exec(line) ?? []
  return blank.replaceAll('\t', '    ').length
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
