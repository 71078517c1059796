import { dotted } from '../../syntax/python/modules.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { mapStatement } from '../../syntax/python/visit.ts'
import { attribute, binary, call, integer, tuple } from '../build.ts'
import type { Draft, Transform, TransformSite } from '../transform.ts'
import { arrayFormsIn, changed, isWrittenInto } from './forms.ts'

/** Windows over an array are laid over its memory without the function that prepares for every kind of array. */
export const layWindows: Transform = {
  name: 'lay-windows',
  family: 'reduce',
  title: 'Windows laid over the numbers straight',
  why: 'The windows are the same numbers seen in rows, each a step further on. An array that has more than one axis, or whose numbers do not lie side by side, is left to the loop.',
  reorders: false,
  sites: draft =>
    arrayFormsIn(draft).flatMap((form): readonly TransformSite[] => {
      const { body } = form.arrays
      const made = body.map(statement =>
        mapStatement(statement, part => laid(part, form.numpy, draft) ?? part),
      )
      if (made.every((statement, at) => statement === body[at])) return []
      return [
        {
          at: `line ${form.statement.lines?.first ?? form.place.way.map(({ at }) => at).join('.')}`,
          apply: () => ({ ...draft, function: changed(draft, form, { arrays: made }) }),
        },
      ]
    }),
}

/** `np.ndarray((len(x) - window + 1, window), x.dtype, x, 0, x.strides * 2)` for `sliding_window_view(x, window)`. */
function laid(expression: Expression, numpy: string, draft: Draft): Expression | undefined {
  if (expression.kind !== 'call' || expression.arguments.length !== 2) return undefined
  if (dotted(expression.callee) !== `${numpy}.lib.stride_tricks.sliding_window_view`) return undefined
  const [array, window] = expression.arguments.map(({ form, value }) =>
    form === 'positional' && (value.kind === 'name' || value.kind === 'constant') ? value : undefined,
  )
  // What is laid over an array can be written to, and would write into it
  if (array?.kind !== 'name' || !window || isWrittenInto(draft.function.body, array.id)) return undefined
  const rows = binary(binary(call('len', [array]), '-', window), '+', integer(1))
  const strides = binary(attribute(array, 'strides'), '*', integer(2))
  return call(`${numpy}.ndarray`, [
    tuple([rows, window]),
    attribute(array, 'dtype'),
    array,
    integer(0),
    strides,
  ])
}
