import { binary, float } from '../../transform/build.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { editsOf, guesses } from '../edits.ts'
import { formulaTrials } from '../formulaTrials.ts'
import { quantitiesOf } from '../quantity.ts'
import type { Rule } from '../rule.ts'
import type { Subject } from '../subject.ts'

/** A Greek of another unit than it says: vega of a whole volatility for a point, theta of a year for a day. */
export const greekUnits: Rule = {
  id: 'greek-units',
  severity: 'loss',
  title: 'A Greek has another unit than it says',
  look: subject =>
    guesses(
      editsOf(subject, inOtherUnits(subject)),
      formulaTrials(
        subject,
        quantitiesOf(subject).filter(({ quantity }) => ['vega', 'theta', 'rho'].includes(quantity)),
      ),
      ({ now }) =>
        `In the unit that is said it is \`${now}\`; a hedge sized by it is many times too large or too small.`,
    ),
}

function inOtherUnits({ statements }: Subject): (expression: Expression) => readonly Expression[] {
  const returned = new Set<Expression>(
    statements.flatMap(statement =>
      statement.kind !== 'return' || !statement.value
        ? []
        : statement.value.kind === 'tuple'
          ? statement.value.elements
          : statement.value.kind === 'dict'
            ? statement.value.entries.map(({ value }) => value)
            : [statement.value],
    ),
  )
  return expression =>
    returned.has(expression)
      ? [100, 365, 252].flatMap(size => [
          binary(expression, '/', float(size)),
          ...(size === 100 ? [binary(expression, '*', float(size))] : []),
        ])
      : []
}
