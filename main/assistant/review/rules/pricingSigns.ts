import type { Expression } from '../../syntax/python/tree.ts'
import { editsOf, guesses, otherArgument, otherSign, pairsOf, type Edit } from '../edits.ts'
import { formulaTrials } from '../formulaTrials.ts'
import { quantitiesOf, type Quantity } from '../quantity.ts'
import type { Rule, Suspicion } from '../rule.ts'
import type { Subject } from '../subject.ts'

const FORMULAS: readonly Quantity[] = ['price', 'delta', 'gamma', 'vega', 'theta', 'rho', 'd1', 'd2']
const PARITIES: readonly Quantity[] = ['parity_put', 'parity_call']

/** A wrong sign inside d1, d2 or around them. */
export const d1Sign: Rule = {
  id: 'd1-sign',
  severity: 'loss',
  title: 'A sign of the Black-Scholes formula is wrong',
  look: subject =>
    edited(
      subject,
      FORMULAS,
      () => [...editsOf(subject, otherSign), ...pairsOf(subject, otherArgument)],
      ({ was, now }) =>
        `The formula has \`${now}\` where this has \`${was}\`: the price leans to one side and so do all hedges.`,
    ),
}

/** d1 for d2, or spot for strike. */
export const swappedNames: Rule = {
  id: 'swapped-names',
  severity: 'loss',
  title: 'Two terms of the Black-Scholes formula are swapped',
  look: subject =>
    edited(
      subject,
      [...FORMULAS, 'payoff', 'profit'],
      () => editsOf(subject, swapped),
      ({ was, now }) => `The formula has \`${now}\` where this has \`${was}\`.`,
    ),
}

/** A wrong sign in call − put = spot − strike · e^(−rate · years). */
export const paritySign: Rule = {
  id: 'parity-sign',
  severity: 'loss',
  title: 'Put-call parity with a wrong sign',
  look: subject =>
    edited(
      subject,
      PARITIES,
      () => [...editsOf(subject, otherSign), ...pairsOf(subject, otherSign)],
      ({ was, now }) =>
        `Call less put is spot less the strike discounted; \`${was}\` should be \`${now}\`. An arbitrage that is seen here is not there.`,
    ),
}

/** The edits of a function that gives one of the quantities, as suspicions. */
function edited(
  subject: Subject,
  ours: readonly Quantity[],
  edits: () => readonly Edit[],
  reason: (edit: Edit) => string,
): readonly Suspicion[] {
  const given = quantitiesOf(subject).filter(({ quantity }) => ours.includes(quantity))
  return given.length === 0 ? [] : guesses(edits(), formulaTrials(subject, given), reason)
}

function swapped(expression: Expression): readonly Expression[] {
  if (expression.kind === 'name') {
    const other = { d1: 'd2', d2: 'd1', d_1: 'd_2', d_2: 'd_1', nd1: 'nd2', nd2: 'nd1' }[expression.id]
    return other === undefined ? [] : [{ kind: 'name', id: other }]
  }
  return expression.kind === 'binary' && (expression.operator === '/' || expression.operator === '-')
    ? [{ ...expression, left: expression.right, right: expression.left }]
    : []
}
