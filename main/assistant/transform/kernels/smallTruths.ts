import { assignmentOf } from '../assignment.ts'
import { freshName } from '../../syntax/python/names.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpressionIn } from '../../syntax/python/visit.ts'
import { assign, attribute, binary, compare, method, name } from '../build.ts'
import { changed } from '../arrays/forms.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { type ArrayFacts } from './arrayFacts.ts'
import { isTruth } from './truths.ts'
import { sitesInForms } from './rewriting.ts'

/** `np.where(up, 1, np.where(down, -1, 0))` as the difference of the two truths, in bytes. */
export const truthsAsSigns: Transform = {
  name: 'truths-as-signs',
  family: 'reduce',
  title: 'Signs as the difference of two tests',
  why: 'One, minus one and nought are one test less another; a truth is a byte, so that eight times less is written, and a list of whole numbers is made of it all the same.',
  reorders: false,
  sites,
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  return sitesInForms(draft, context, (form, facts, block) => {
    return block.flatMap((statement, at): readonly TransformSite[] => {
      const [signs, value] = assignmentOf(statement) ?? []
      const tests = value && testsIn(value, facts, { block, numpy: form.numpy })
      if (statement.kind !== 'assign' || signs === undefined || !tests || !isOnlyListed(signs, draft))
        return []
      const arrays = block.toSpliced(at, 1, ...signed(statement, tests, { numpy: form.numpy, draft }))
      return [
        {
          at: `signs ${form.place.way.map(place => place.at).join('.')} ${at}`,
          apply: () => ({ ...draft, function: changed(draft, form, { arrays }) }),
        },
      ]
    })
  })
}

interface Within {
  readonly block: readonly Statement[]
  readonly numpy: string
}

/** What is tested first, and what then, and whether the first is for one or for minus one. */
interface Tests {
  readonly first: Expression
  readonly second: Expression
  readonly isFirstUp: boolean
}

/** The tests of nested choices of 1, -1 and 0; undefined for other choices. */
function testsIn(expression: Expression, facts: ArrayFacts, { block, numpy }: Within): Tests | undefined {
  const outer = choiceOf(expression, numpy)
  const inner = outer && choiceOf(outer.other, numpy)
  if (!outer || !inner || outer.number === undefined || inner.number !== -outer.number) return undefined
  if (Math.abs(outer.number) !== 1 || numberOf(inner.other) !== 0) return undefined
  const areTruths = [outer.test, inner.test].every(test => isTruth(test, facts, block))
  return areTruths ? { first: outer.test, second: inner.test, isFirstUp: outer.number > 0 } : undefined
}

/** The assignment with the difference of the tests, below names for those that have none. */
function signed(
  statement: Statement & { kind: 'assign' },
  { first, second, isFirstUp }: Tests,
  { numpy, draft }: { readonly numpy: string; readonly draft: Draft },
): readonly Statement[] {
  const taken = new Set(draft.function.parameters.map(parameter => parameter.name))
  const made: Statement[] = []
  const named = (test: Expression, word: string): Expression => {
    if (test.kind === 'name') return test
    const id = freshName(word, draft.function.body, taken)
    made.push(assign(id, test))
    return name(id)
  }
  const one = named(first, 'first_holds')
  // The second test counts where the first does not hold
  const other = compare(named(second, 'second_holds'), '>', one)
  const bytes = (test: Expression) => method(test, 'view', [attribute(name(numpy), 'int8')])
  const [up, down] = isFirstUp ? [one, other] : [other, one]
  const value = binary(bytes(up), '-', bytes(down))
  return [...made, { ...statement, value }]
}

interface Chosen {
  readonly test: Expression
  readonly number: number | undefined
  readonly other: Expression
}

/** `np.where(test, 1, other)`. */
function choiceOf(expression: Expression, numpy: string): Chosen | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return undefined
  const { callee } = expression
  if (callee.attribute !== 'where' || callee.value.kind !== 'name' || callee.value.id !== numpy)
    return undefined
  const [test, chosen, other] = expression.arguments.map(({ value }) => value)
  return test && chosen && other ? { test, number: numberOf(chosen), other } : undefined
}

/** The whole number that is written there. */
function numberOf(expression: Expression): number | undefined {
  if (expression.kind === 'unary' && expression.operator === '-') {
    const number = numberOf(expression.operand)
    return number === undefined ? undefined : -number
  }
  return expression.kind === 'constant' && expression.type === 'integer' ? Number(expression.text) : undefined
}

/** Whether a name is read as `name.tolist()` alone, which gives Python's own numbers whatever their size was. */
function isOnlyListed(id: string, { function: { body } }: Draft): boolean {
  let [reads, listed] = [0, 0]
  for (const statement of body)
    eachExpressionIn(statement, part => {
      if (part.kind === 'name' && part.id === id) reads += 1
      if (part.kind !== 'call' || part.callee.kind !== 'attribute' || part.arguments.length > 0) return
      const { value, attribute: called } = part.callee
      if (called === 'tolist' && value.kind === 'name' && value.id === id) listed += 1
    })
  // Where it is bound counts as well
  return listed > 0 && reads === listed + 1
}
