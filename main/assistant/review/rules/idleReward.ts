import type { Rule, Trial } from '../rule.ts'
import { callText } from '../sampling.ts'
import { parameterOf, type Subject, type SubjectParameter } from '../subject.ts'
import { hasWord } from '../words.ts'

/** A reward that is never better than for doing nothing, or that lets a loss be held for ever unpaid. */
export const idleReward: Rule = {
  id: 'idle-reward',
  severity: 'loss',
  title: 'The reward is best served by doing nothing',
  look: subject => {
    const lines = subject.function.lines
    const action = parameterOf(subject, 'action')
    const profit = parameterOf(subject, 'profit')
    if (!lines || !action || !profit || !hasWord(subject.words, 'reward', 'rewards')) return []
    return [
      {
        lines,
        reason:
          'However much a trade makes, doing nothing is paid as well: what is trained on this learns to stand still.',
        trials: idleTrials(subject, action, profit),
        fix: undefined,
        isGuess: false,
      },
      {
        lines,
        reason:
          'A loss is felt only when it is closed: what is trained on this learns to hold losers for ever.',
        trials: heldTrials(subject, action, profit),
        fix: undefined,
        isGuess: false,
      },
    ]
  },
}

/** The actions as they are written, the idle one first. */
function actionsOf({ kind }: SubjectParameter): readonly string[] {
  if (kind.kind !== 'string') return ['0', '1', '2']
  const idle = kind.options.find(option => /^(hold|flat|none|wait|idle|nothing|skip)/i.test(option)) ?? 'hold'
  return [
    idle,
    ...kind.options.filter(option => option !== idle),
    ...(kind.options.length > 1 ? [] : ['buy']),
  ].map(option => JSON.stringify(option))
}

function idleTrials(subject: Subject, action: SubjectParameter, profit: SubjectParameter): readonly Trial[] {
  const [idle = '0', ...others] = actionsOf(action)
  const still = callText(subject, {}, { [action.name]: idle, [profit.name]: '0.0' })
  const active = others.flatMap(other =>
    ['0.5', '5.0', '50.0', '5000.0'].flatMap(
      gain => callText(subject, {}, { [action.name]: other, [profit.name]: gain }) ?? [],
    ),
  )
  if (still === undefined || active.length === 0) return []
  return [
    {
      topic: 'idle',
      input: `${subject.function.name} for every trade that makes 0.5 to 5,000, against ${subject.function.name}(${still})`,
      actual: `max(${active.map(call => `$f(${call})`).join(', ')}) > $f(${still})`,
      expected: ['True'],
      tolerance: 0,
    },
  ]
}

function heldTrials(subject: Subject, action: SubjectParameter, profit: SubjectParameter): readonly Trial[] {
  const [idle = '0', ...others] = actionsOf(action)
  const at = (of: string): string | undefined =>
    callText(subject, {}, { [action.name]: of, [profit.name]: '-50.0' })
  const held = at(idle)
  const closing = others.find(other => /close|exit|sell/i.test(other))
  const closed = closing === undefined ? undefined : at(closing)
  if (held === undefined || closed === undefined) return []
  return [
    {
      topic: 'held',
      input: `${subject.function.name}(${held}) against ${subject.function.name}(${closed})`,
      actual: `$f(${held}) <= $f(${closed})`,
      expected: ['True'],
      tolerance: 0,
    },
  ]
}
