import type { Surroundings } from '../../syntax/python/effects.ts'
import { kindOf } from '../../syntax/python/kinds.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import type { Transform } from '../transform.ts'
import { everywhere } from './strength.ts'

/** Pieces of text put behind each other become one f-string. */
export const formatText: Transform = {
  name: 'format-text',
  family: 'reduce',
  title: 'One f-string instead of pieces of text added up',
  why: 'All pieces are text, so putting them behind each other gives the same at once as one after the other, without a new text for every plus.',
  reorders: false,
  sites: (draft, context) => everywhere(draft, context, asText),
}

/** Pieces below which an f-string saves nothing. */
const FEWEST = 3

/** `symbol + ": " + format(profit, ".2f")` as `f"{symbol}: {profit:.2f}"`; undefined where it is no such sum. */
function asText(expression: Expression, around: Surroundings): Expression | undefined {
  if (expression.kind !== 'binary' || expression.operator !== '+') return undefined
  const pieces = piecesOf(expression)
  if (pieces.length < FEWEST && !pieces.some(piece => insideOf(piece))) return undefined
  const written = pieces.map(piece => fieldOf(piece, around))
  if (written.some(field => field === undefined)) return undefined
  return { kind: 'verbatim', text: `f"${written.join('')}"` }
}

function piecesOf(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'binary' || expression.operator !== '+') return [expression]
  return [...piecesOf(expression.left), ...piecesOf(expression.right)]
}

/** What a piece of text is inside of an f-string; undefined where it may be no text or cannot stand there. */
function fieldOf(piece: Expression, around: Surroundings): string | undefined {
  if (piece.kind === 'constant') return literalOf(piece)
  if (piece.kind === 'verbatim') return insideOf(piece)
  if (kindOf(piece, around.kinds, around.callables.modules) !== 'string') return undefined
  if (piece.kind !== 'call') return field(piece, '')
  const [value, how, ...others] = piece.arguments
  const called = piece.callee.kind === 'name' && !around.locals.has(piece.callee.id) ? piece.callee.id : ''
  if (!value || value.form !== 'positional' || others.length > 0) return undefined
  if (called === 'str' && !how) return field(value.value, '!s')
  if (called !== 'format' || how?.form !== 'positional') return undefined
  const form = how.value.kind === 'constant' ? literalOf(how.value) : undefined
  return form === undefined || /[{}\\]/.test(form) ? undefined : field(value.value, `:${form}`)
}

/** What is between the quotes of an f-string, which may have been made of pieces before. */
function insideOf(piece: Expression): string | undefined {
  return piece.kind === 'verbatim' ? /^f"([^"\n]*)"$/.exec(piece.text)?.[1] : undefined
}

/** The text of a plain literal as it stands between double quotes. */
function literalOf(piece: Expression & { kind: 'constant' }): string | undefined {
  const [, quote = '', inside = ''] =
    /^(["'])([^\n]*)\1$/.exec(piece.type === 'string' ? piece.text : '') ?? []
  if (quote === '' || inside.startsWith(quote) || inside.includes('\\N') || inside.includes('"'))
    return undefined
  return inside.replaceAll(/[{}]/g, brace => brace + brace)
}

const PLAIN: ReadonlySet<Expression['kind']> = new Set<Expression['kind']>([
  'name',
  'attribute',
  'subscript',
  'binary',
])

function field(value: Expression, form: string): string | undefined {
  const text = printExpression(value)
  return PLAIN.has(value.kind) && !/["\\\n{}!:]/.test(text) ? `{${text}${form}}` : undefined
}
