import { editsOf, guesses, otherComparison } from '../edits.ts'
import type { Rule, Trial } from '../rule.ts'
import { callText } from '../sampling.ts'
import { parameterOf, type Subject } from '../subject.ts'
import { hasWord } from '../words.ts'

const DAY = 'reference.datetime.date(2025, 6, 16)'

/** An option taken for dead on the day on which it still trades, the only day of a 0DTE one. */
export const expiryDay: Rule = {
  id: 'expiry-day',
  severity: 'loss',
  title: 'The option is dead on its last trading day',
  look: subject =>
    guesses(
      editsOf(subject, otherComparison),
      trialsOf(subject),
      ({ was, now }) =>
        `An option trades on its expiry day; with \`${was}\` it is gone that morning, with \`${now}\` not. For 0DTE that is the whole life.`,
    ),
}

function trialsOf(subject: Subject): readonly Trial[] {
  const [expiry, today] = [parameterOf(subject, 'expiry'), parameterOf(subject, 'today')]
  const isDead = hasWord(subject.nameWords, 'expired', 'dead')
  const isAlive = hasWord(subject.nameWords, 'alive', 'live', 'tradable', 'tradeable', 'active', 'listed')
  if (!expiry || !today || isDead === isAlive) return []
  const at = (day: string): string | undefined =>
    callText(subject, {}, { [expiry.name]: DAY, [today.name]: DAY.replace('16', day) })
  return [
    ['16', isAlive],
    ['15', isAlive],
    ['17', isDead],
  ].flatMap(([day, answer]) => {
    const call = at(String(day))
    return call === undefined
      ? []
      : [
          {
            topic: '',
            input: `${subject.function.name}(${call})`,
            actual: `bool($f(${call}))`,
            expected: [answer === true ? 'True' : 'False'],
            tolerance: 0,
          },
        ]
  })
}
