import { call, method, NONE, text } from '../../transform/build.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression, FunctionStatement, Statement } from '../../syntax/python/tree.ts'
import type { Rule, Trial } from '../rule.ts'
import { looseCallText } from '../sampling.ts'
import type { Subject } from '../subject.ts'
import { linesOf, withExpression } from '../walk.ts'
import { hasWord } from '../words.ts'

/** The market's hours asked of the machine's clock, which is New York's only by chance. */
export const machineClock: Rule = {
  id: 'machine-clock',
  severity: 'loss',
  title: "Market hours are read off the machine's own clock",
  look: subject => {
    const isAboutMarket =
      hasWord(
        subject.words,
        'market',
        'close',
        'open',
        'session',
        'expiry',
        'expired',
        'expires',
        '0dte',
        'expiration',
        'dte',
        'trading',
        'hours',
      ) ||
      subject.expressions.some(
        ({ expression }) =>
          expression.kind === 'attribute' && /^(hour|minute|time|weekday)$/.test(expression.attribute),
      )
    if (!isAboutMarket) return []
    return subject.expressions.flatMap(({ expression, statement }) =>
      isClock(expression)
        ? [
            {
              lines: linesOf(statement),
              reason: `\`${printExpression(expression)}\` is the time where the machine stands. In the cloud that is UTC, and the close comes four or five hours early.`,
              trials: trialsOf(subject),
              fix: inNewYork(subject, expression),
              isGuess: false,
            },
          ]
        : [],
    )
  },
}

function isClock(expression: Expression): boolean {
  if (expression.kind !== 'call' || expression.arguments.length > 0) return false
  return /^(datetime|dt|date|datetime\.datetime|datetime\.date|dt\.datetime|dt\.date)\.(now|utcnow|today)$/.test(
    printExpression(expression.callee),
  )
}

/** The same instant must give the same answer on a machine that keeps UTC and on one in New York. */
function trialsOf(subject: Subject): readonly Trial[] {
  const given = looseCallText(subject)
  const rest = given === '' ? '' : `, ${given}`
  return ['2025-06-16T19:30:00', '2025-06-16T13:45:00', '2025-06-17T01:30:00'].map(instant => ({
    topic: instant,
    input: `${subject.function.name}(${given}) at ${instant}Z on a machine that keeps UTC`,
    actual: `reference.clocked($f, "${instant}", 0, 0${rest})`,
    expected: [`reference.clocked($f, "${instant}", -4, -4${rest})`],
    tolerance: 1e-9,
  }))
}

/** The clock asked for New York's time, without the zone so that it is compared as before. */
function inNewYork(subject: Subject, clock: Expression): FunctionStatement | undefined {
  if (clock.kind !== 'call' || clock.callee.kind !== 'attribute') return undefined
  const base = printExpression(clock.callee.value)
  const isDay = base.endsWith('date')
  if (isDay) return undefined
  const zone = call('ZoneInfo', [text('America/New_York')])
  const now = method(call(`${base}.now`, [zone]), 'replace', [], { tzinfo: NONE })
  const mended = withExpression(subject.function, clock, now)
  const needed: Statement = {
    kind: 'importFrom',
    module: 'zoneinfo',
    names: [{ name: 'ZoneInfo', alias: '' }],
    above: [],
    beside: '',
    lines: undefined,
  }
  return { ...mended, body: mended.body.toSpliced(subject.docstring === '' ? 0 : 1, 0, needed) }
}
