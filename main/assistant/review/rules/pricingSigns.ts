import type { Expression } from '../../syntax/python/tree.ts'
import { editsOf, guesses, otherSign, type Edit } from '../edits.ts'
import { formulaTrials } from '../formulaTrials.ts'
import { quantitiesOf, type GivenQuantity } from '../quantity.ts'
import type { Rule } from '../rule.ts'
import { readSubject, type Subject } from '../subject.ts'

/** A wrong sign inside d1, d2 or around them. */
export const d1Sign: Rule = {
  id: 'd1-sign',
  severity: 'loss',
  title: 'A sign of the Black-Scholes formula is wrong',
  look: subject =>
    guesses(
      editsOf(subject, otherSign),
      trialsOf(
        subject,
        ({ quantity }) => !isParity(quantity) && quantity !== 'payoff' && quantity !== 'profit',
      ),
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
    guesses(
      editsOf(subject, swapped),
      trialsOf(subject, ({ quantity }) => !isParity(quantity)),
      ({ was, now }) => `The formula has \`${now}\` where this has \`${was}\`.`,
    ),
}

/** A wrong sign in call − put = spot − strike · e^(−rate · years). */
export const paritySign: Rule = {
  id: 'parity-sign',
  severity: 'loss',
  title: 'Put-call parity with a wrong sign',
  look: subject =>
    guesses(
      isParityFunction(subject) ? oneOrTwoEdits(subject) : [],
      trialsOf(subject, ({ quantity }) => isParity(quantity)),
      ({ was, now }) =>
        `Call less put is spot less the strike discounted; \`${was}\` should be \`${now}\`. An arbitrage that is seen here is not there.`,
    ),
}

function isParityFunction(subject: Subject): boolean {
  return quantitiesOf(subject).some(({ quantity }) => isParity(quantity))
}

/** Every sign turned, and every two: `call + spot - strike` is wrong in both. */
function oneOrTwoEdits(subject: Subject): readonly Edit[] {
  const ones = editsOf(subject, otherSign)
  const twos = ones.flatMap(edit =>
    editsOf(readSubject(subject.module, subject.path, edit.fix), otherSign).map(second => ({
      ...second,
      was: edit.was,
      lines: edit.lines,
    })),
  )
  return [...ones, ...twos]
}

function trialsOf(subject: Subject, isOurs: (given: GivenQuantity) => boolean) {
  return formulaTrials(subject, quantitiesOf(subject).filter(isOurs))
}

function isParity(quantity: GivenQuantity['quantity']): boolean {
  return quantity === 'parity_put' || quantity === 'parity_call'
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
