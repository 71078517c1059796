import type { FunctionStatement, PythonModule, Statement } from '../syntax/python/tree.ts'

/** What a transformation saves, for the cost model, the taste and the words. */
export type TransformFamily =
  | 'vectorise'
  | 'batch'
  | 'hoist'
  | 'share'
  | 'memoise'
  | 'reduce'
  | 'comprehend'
  | 'algorithm'
  | 'columns'
  | 'parameter'

/** A function in the middle of being rewritten. */
export interface Draft {
  readonly function: FunctionStatement
  /** Statements of the module that were added above the function: imports, helpers, caches. */
  readonly added: readonly Statement[]
}

/** What a transformation may know of the surroundings. */
export interface DraftContext {
  /** The module as it is. */
  readonly module: PythonModule
  /** Name of the function with its classes. */
  readonly path: string
  /** What is known of each parameter, from annotations, docstring, defaults and call sites. */
  readonly parameters: Readonly<Record<string, ParameterKnowledge>>
  /** The names that modules go by here, `numpy` as `np`; a module that is not imported is not in it. */
  readonly modules: Readonly<Record<string, string>>
  /** Packages beside the standard library that his interpreter can import; empty where that is not known. */
  readonly packages: readonly string[]
}

/** What is known of a parameter; an empty list says nothing is. */
export interface ParameterKnowledge {
  readonly types: readonly (
    | 'float'
    | 'integer'
    | 'boolean'
    | 'string'
    | 'list'
    | 'tuple'
    | 'dict'
    | 'array'
    | 'dataframe'
    | 'series'
    | 'callable'
    | 'generator'
  )[]
  /** The type of what is in it, where it holds many. */
  readonly elements: readonly ParameterKnowledge['types'][number][]
}

/** One place where a transformation applies. */
export interface TransformSite {
  /** Where, for telling sites of one function apart: the line, or a path in the tree. */
  readonly at: string
  /** Makes the rewritten function. Never fails: a site that cannot be rewritten is not a site. */
  apply(): Draft
}

/** A rewriting that keeps the meaning under its condition; the verifier has the last word. */
export interface Transform {
  readonly name: string
  readonly family: TransformFamily
  /** What a card is called: "One NumPy expression for the loop". */
  readonly title: string
  /** Why it means the same and what it saves. */
  readonly why: string
  /** Whether results may differ in the last digits. */
  readonly reorders: boolean
  /** Every place where its condition holds. */
  sites(draft: Draft, context: DraftContext): readonly TransformSite[]
}
