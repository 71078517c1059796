import { formulaTrials } from '../formulaTrials.ts'
import { quantitiesOf } from '../quantity.ts'
import { rightText } from '../rightText.ts'
import type { Role } from '../roles.ts'
import type { Rule, Trial } from '../rule.ts'
import { callText } from '../sampling.ts'
import type { Subject, SubjectParameter } from '../subject.ts'

/** Two values that must not give the same answer, by what the parameter stands for. */
const TOLD_APART: Readonly<Partial<Record<Role, readonly [string, string]>>> = {
  right: ['"C"', '"P"'],
  isCall: ['True', 'False'],
  isPut: ['True', 'False'],
  fee: ['0.0', '25.0'],
  multiplier: ['1', '100'],
  contracts: ['1', '7'],
  strike: ['90.0', '110.0'],
  isShort: ['True', 'False'],
  side: ['"long"', '"short"'],
}

/** A parameter that must matter and is never read: a put priced as a call, fees that cost nothing. */
export const ignoredArgument: Rule = {
  id: 'ignored-argument',
  severity: 'loss',
  title: 'An argument that must matter is ignored',
  look: subject =>
    subject.parameters
      .filter(({ isRead, role, name }) =>
        isRead ? isRight(role) && depends(subject) : role in TOLD_APART && !name.startsWith('_'),
      )
      .flatMap(parameter => {
        const trials = trialsFor(subject, parameter)
        const lines = subject.function.lines
        if (trials.length === 0 || !lines || !givesSomething(subject)) return []
        return [
          {
            lines: { first: lines.first, last: lines.first },
            reason: `\`${parameter.name}\` is asked for and ${parameter.isRead ? 'changes nothing' : 'never used'}: the answer is the same whatever it is.`,
            trials,
            fix: undefined,
            isGuess: false,
          },
        ]
      }),
}

function isRight(role: Role): boolean {
  return role === 'right' || role === 'isCall' || role === 'isPut'
}

/** Whether it gives something that differs between call and put. */
function depends(subject: Subject): boolean {
  return quantitiesOf(subject).some(({ quantity }) =>
    ['price', 'delta', 'theta', 'payoff'].includes(quantity),
  )
}

function trialsFor(subject: Subject, { name, role, kind, isRead }: SubjectParameter): readonly Trial[] {
  const formula = isRead ? [] : formulaTrials(subject, quantitiesOf(subject))
  if (formula.length > 0) return formula
  const options = kind.kind === 'string' ? kind.options : []
  const rights = [rightText(options, 'call'), rightText(options, 'put')]
  const [one = '0', other = '1'] = role === 'right' ? rights : (TOLD_APART[role] ?? [])
  const first = callText(subject, {}, { [name]: one })
  const second = callText(subject, {}, { [name]: other })
  if (first === undefined || second === undefined) return []
  return [
    {
      topic: '',
      input: `${subject.function.name}(${first}) and ${subject.function.name}(${second})`,
      actual: `reference.told_apart(lambda: $f(${first}), lambda: $f(${second}))`,
      expected: ['"two different answers"'],
      tolerance: 0,
    },
  ]
}

/** Whether it computes: an abstract method or one that only raises is no answer. */
function givesSomething({ statements }: Subject): boolean {
  return (
    statements.some(({ kind }) => kind === 'return') &&
    !statements.some(({ kind }) => kind === 'raise' && statements.length === 1)
  )
}
