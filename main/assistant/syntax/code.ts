import type { LineRange } from '../../contract/assistant.ts'

/** The languages that are read; Python is what is searched for faster forms. */
export type CodeLanguage = 'python' | 'typescript' | 'cpp'

/** One parameter as it is written. */
export interface CodeParameter {
  readonly name: string
  /** The text of its type; empty where none is written. */
  readonly annotation: string
  /** The text of its default; undefined where it has none. */
  readonly fallback: string | undefined
}

/** One function, method or lambda with a name. */
export interface CodeFunction {
  /** Name with its classes and enclosing functions, `Book.greeks`. */
  readonly name: string
  readonly lines: LineRange
  /** The head as it is written, on one line: `def greeks(spot: float, strikes) -> Greeks`. */
  readonly signature: string
  /** Its docstring, or the comment straight above it; empty where there is none. */
  readonly docstring: string
  readonly parameters: readonly CodeParameter[]
  /** The names it calls, dotted as written, each once. */
  readonly calls: readonly string[]
  readonly source: string
}

/** One place where a function is called. */
export interface CallSite {
  /** What is called, dotted as written. */
  readonly callee: string
  readonly line: number
  /** The texts of the arguments, `name=text` for those by name. */
  readonly arguments: readonly string[]
}

/** What one file holds. */
export interface CodeFile {
  readonly language: CodeLanguage
  /** Modules that are imported, dotted or as the path that is written. */
  readonly imports: readonly string[]
  readonly functions: readonly CodeFunction[]
  readonly callSites: readonly CallSite[]
  /** Whether the parser had to skip something. */
  readonly hasErrors: boolean
}
