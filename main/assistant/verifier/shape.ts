import type { ClassFacts, ModuleFacts, Use } from './facts.ts'

/** What an argument looks like, as `draw.py` makes it. */
export type Shape =
  | {
      readonly of: 'float'
      readonly low: number
      readonly high: number
      readonly digits?: number
      readonly isFloat?: boolean
      readonly order?: 'walk' | 'sorted'
    }
  | {
      readonly of: 'integer'
      readonly low: number
      readonly high: number
      readonly isCount?: boolean
      /** It is the size that is asked for. */
      readonly isSize?: boolean
      /** It is a place in what has that size. */
      readonly isPlace?: boolean
      readonly order?: 'sorted'
    }
  | { readonly of: 'boolean' | 'none' | 'date' | 'random' | 'text' }
  | { readonly of: 'datetime'; readonly order?: 'sorted' }
  | { readonly of: 'choice'; readonly values: readonly (string | number)[] }
  /** A text as it stands in his code. */
  | { readonly of: 'expression'; readonly text: string }
  | { readonly of: 'either'; readonly options: readonly Shape[] }
  | {
      readonly of: 'sequence'
      readonly as: SequenceForm
      readonly element: Shape
      readonly order?: 'walk' | 'sorted'
      /** How many more than the size that is asked for. */
      readonly more?: number
    }
  | {
      readonly of: 'matrix'
      readonly as: 'array' | 'lists'
      readonly element: Shape
      readonly columns?: number
    }
  /** `as` is the name of a class of the module, or one of these. */
  | {
      readonly of: 'record'
      readonly as: 'dict' | 'namespace' | 'tuple' | (string & {})
      readonly fields: Readonly<Record<string, Shape>>
    }
  | { readonly of: 'member'; readonly class: string }
  | { readonly of: 'mapping'; readonly key: Shape; readonly value: Shape }
  | {
      readonly of: 'frame'
      readonly columns: Readonly<Record<string, Shape>>
      readonly index?: 'minutes'
    }
  | { readonly of: 'generator'; readonly isOld?: boolean }
  | { readonly of: 'function' }
  /** A value that was recorded, as `record.py` writes it down. */
  | { readonly of: 'kept'; readonly value: readonly unknown[] }

export type SequenceForm = 'list' | 'tuple' | 'set' | 'deque' | 'array' | 'series' | 'iterator'

/** What shapes are worked out with: the classes of the module, and the two ways from a use back to shapes. */
export interface ShapeContext {
  readonly classes: ModuleFacts['classes']
  ofUse(use: Use, depth: number): readonly Shape[]
  ofClass(name: string, facts: ClassFacts, use: Use): Shape
}

/** Whether the size that is asked for changes it. */
export function isSized(shape: Shape): boolean {
  switch (shape.of) {
    case 'sequence':
    case 'matrix':
    case 'mapping':
    case 'frame':
      return true
    case 'integer':
      return shape.isSize === true
    case 'record':
      return Object.values(shape.fields).some(isSized)
    case 'either':
      return shape.options.some(isSized)
    default:
      return false
  }
}
