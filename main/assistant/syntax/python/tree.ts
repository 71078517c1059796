// The tree of a Python module as transformations see it. Names follow the standard library's `ast`. Nodes are never changed:
// a transformation gives new nodes and shares the rest, so that what was not touched is printed as it was written, comments and all.

/** An expression. What no transformation looks into (f-strings, `await`, `yield`) is `verbatim`. */
export type Expression =
  | { readonly kind: 'name'; readonly id: string }
  /** A literal, exactly as it is written. */
  | {
      readonly kind: 'constant'
      readonly type: 'integer' | 'float' | 'string' | 'boolean' | 'none' | 'other'
      readonly text: string
    }
  | { readonly kind: 'attribute'; readonly value: Expression; readonly attribute: string }
  | { readonly kind: 'subscript'; readonly value: Expression; readonly index: Expression }
  | {
      readonly kind: 'slice'
      readonly lower: Expression | undefined
      readonly upper: Expression | undefined
      readonly step: Expression | undefined
    }
  | { readonly kind: 'call'; readonly callee: Expression; readonly arguments: readonly Argument[] }
  | { readonly kind: 'unary'; readonly operator: '-' | '+' | '~' | 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly kind: 'compare'
      readonly left: Expression
      readonly operators: readonly CompareOperator[]
      readonly comparators: readonly Expression[]
    }
  | { readonly kind: 'boolean'; readonly operator: 'and' | 'or'; readonly values: readonly Expression[] }
  | {
      readonly kind: 'conditional'
      readonly test: Expression
      readonly body: Expression
      readonly otherwise: Expression
    }
  | { readonly kind: 'tuple' | 'list' | 'set'; readonly elements: readonly Expression[] }
  /** An entry without a key is `**value`. */
  | {
      readonly kind: 'dict'
      readonly entries: readonly { readonly key: Expression | undefined; readonly value: Expression }[]
    }
  | {
      readonly kind: 'comprehension'
      readonly form: 'list' | 'set' | 'generator' | 'dict'
      /** The key where it makes a dict. */
      readonly key: Expression | undefined
      readonly element: Expression
      readonly clauses: readonly ComprehensionClause[]
    }
  | { readonly kind: 'lambda'; readonly parameters: readonly Parameter[]; readonly body: Expression }
  | { readonly kind: 'starred'; readonly value: Expression }
  | { readonly kind: 'named'; readonly target: Expression; readonly value: Expression }
  | { readonly kind: 'verbatim'; readonly text: string }

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '@' | '<<' | '>>' | '&' | '|' | '^'

export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'is' | 'is not' | 'in' | 'not in'

/** An argument of a call: by place, by name, `*value` or `**value`. */
export interface Argument {
  readonly form: 'positional' | 'keyword' | 'star' | 'doubleStar'
  /** The name where it is given by name, else empty. */
  readonly name: string
  readonly value: Expression
}

/** `for target in iterable if …` inside a comprehension. */
export interface ComprehensionClause {
  readonly target: Expression
  readonly iterable: Expression
  readonly conditions: readonly Expression[]
  readonly isAsync: boolean
}

/** A parameter; `/` and a lone `*` are `marker`s. */
export interface Parameter {
  readonly form: 'plain' | 'star' | 'doubleStar' | 'marker'
  readonly name: string
  readonly annotation: Expression | undefined
  readonly fallback: Expression | undefined
}

/** What every statement carries. */
export interface Placed {
  /** Comment lines and empty lines straight above it, without indentation; made ones have none. */
  readonly above: readonly string[]
  /** A comment at the end of its (first) line, with its `#`; empty where there is none. */
  readonly beside: string
  /** Its lines in the file that was read, counted from 1; undefined where it was made. */
  readonly lines: { readonly first: number; readonly last: number } | undefined
}

/** A statement. What no transformation looks into is `verbatim`. */
export type Statement = Placed & StatementForm

/** What a statement says, wherever it stands. */
export type StatementForm =
  | { readonly kind: 'expression'; readonly value: Expression }
  /** `a = b = value`; `annotation` only with one target; no value is a bare annotation. */
  | {
      readonly kind: 'assign'
      readonly targets: readonly Expression[]
      readonly annotation: Expression | undefined
      readonly value: Expression | undefined
    }
  | {
      readonly kind: 'augmented'
      readonly target: Expression
      readonly operator: BinaryOperator
      readonly value: Expression
    }
  | { readonly kind: 'return'; readonly value: Expression | undefined }
  /** `elif` is an `if` alone in `otherwise`. */
  | {
      readonly kind: 'if'
      readonly test: Expression
      readonly body: readonly Statement[]
      readonly otherwise: readonly Statement[]
    }
  | {
      readonly kind: 'for'
      readonly target: Expression
      readonly iterable: Expression
      readonly body: readonly Statement[]
      readonly otherwise: readonly Statement[]
    }
  | {
      readonly kind: 'while'
      readonly test: Expression
      readonly body: readonly Statement[]
      readonly otherwise: readonly Statement[]
    }
  | { readonly kind: 'break' | 'continue' | 'pass' }
  | {
      readonly kind: 'raise'
      readonly value: Expression | undefined
      readonly from: Expression | undefined
    }
  | { readonly kind: 'assert'; readonly test: Expression; readonly message: Expression | undefined }
  | { readonly kind: 'delete'; readonly targets: readonly Expression[] }
  | { readonly kind: 'global' | 'nonlocal'; readonly names: readonly string[] }
  /** `import a.b as c`. */
  | { readonly kind: 'import'; readonly names: readonly ImportedName[] }
  /** `from module import name as alias`; `from m import *` has one name `*`. */
  | { readonly kind: 'importFrom'; readonly module: string; readonly names: readonly ImportedName[] }
  | {
      readonly kind: 'with'
      readonly items: readonly { readonly value: Expression; readonly target: Expression | undefined }[]
      readonly body: readonly Statement[]
    }
  | {
      readonly kind: 'try'
      readonly body: readonly Statement[]
      readonly handlers: readonly {
        readonly type: Expression | undefined
        readonly name: string
        readonly body: readonly Statement[]
      }[]
      readonly otherwise: readonly Statement[]
      readonly last: readonly Statement[]
    }
  | FunctionDefinition
  | {
      readonly kind: 'class'
      readonly name: string
      readonly bases: readonly Argument[]
      readonly decorators: readonly Expression[]
      readonly body: readonly Statement[]
    }
  /** The text as it is written, its first line without indentation. */
  | { readonly kind: 'verbatim'; readonly text: string }

export interface FunctionDefinition {
  readonly kind: 'function'
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly returns: Expression | undefined
  readonly decorators: readonly Expression[]
  readonly isAsync: boolean
  readonly body: readonly Statement[]
}

/** A function with its place. */
export type FunctionStatement = Placed & FunctionDefinition

export interface ImportedName {
  readonly name: string
  readonly alias: string
}

/** A whole module. */
export interface PythonModule {
  readonly body: readonly Statement[]
  /** Comment and empty lines after the last statement. */
  readonly below: readonly string[]
}
