import { binary, float, integer } from '../../transform/build.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { editsOf, guesses } from '../edits.ts'
import { formulaTrials } from '../formulaTrials.ts'
import { quantitiesOf } from '../quantity.ts'
import type { Rule, Trial } from '../rule.ts'
import { callText } from '../sampling.ts'
import { parameterOf, type Subject, type SubjectParameter } from '../subject.ts'
import { hasWord } from '../words.ts'

/** Calendar and trading time mixed, a deviation annualised by days and not by their root, a theta of another day. */
export const timeUnits: Rule = {
  id: 'time-units',
  severity: 'loss',
  title: 'Units of time are mixed',
  look: subject =>
    guesses(
      [...editsOf(subject, otherYear), ...editsOf(subject, rooted(subject))],
      [
        ...formulaTrials(subject, quantitiesOf(subject)),
        ...yearTrials(subject),
        ...deviationTrials(subject),
        ...dailyTrials(subject),
      ],
      ({ was, now }) =>
        `\`${was}\` counts time in another unit than the rest; with \`${now}\` both sides of the formula mean the same time.`,
    ),
}

const YEARS: readonly (readonly string[])[] = [
  ['252', '365'],
  ['252.0', '365.0'],
]

/** Days of the year of the other calendar, and minutes of the trading day for those of a whole day. */
function otherYear(expression: Expression): readonly Expression[] {
  if (expression.kind === 'constant') {
    const pair = YEARS.find(texts => texts.includes(expression.text))
    return (pair ?? []).filter(text => text !== expression.text).map(text => ({ ...expression, text }))
  }
  if (expression.kind !== 'binary') return []
  const { operator, left, right } = expression
  if (operator === '*' && isText(left, '60') && isText(right, '24')) return [integer(390)]
  if (operator === '*' && isText(left, '24') && isText(right, '60')) return [integer(390)]
  return []
}

/** `* 252` as `* 252 ** 0.5`, and `/ 252` likewise. */
function rooted(subject: Subject): (expression: Expression) => readonly Expression[] {
  return expression => {
    if (expression.kind !== 'binary' || (expression.operator !== '*' && expression.operator !== '/'))
      return []
    const { right } = expression
    return isYear(valueOf(right, subject)) ? [{ ...expression, right: binary(right, '**', float(0.5)) }] : []
  }
}

/** What a name of the module stands for where it is assigned once, `TRADING_DAYS = 252`; anything else as it is. */
function valueOf(expression: Expression, { module }: Subject): Expression {
  if (expression.kind !== 'name') return expression
  const assigned = module.body.flatMap(statement =>
    statement.kind === 'assign' &&
    statement.value &&
    statement.targets.some(target => target.kind === 'name' && target.id === expression.id)
      ? [statement.value]
      : [],
  )
  return assigned.length === 1 ? (assigned[0] ?? expression) : expression
}

/** A function of a span of time that gives it in years. */
function yearTrials(subject: Subject): readonly Trial[] {
  const [only, ...others] = subject.parameters
  const isAbout =
    hasWord(subject.words, 'year', 'years', 'annual') && !hasWord(subject.words, 'volatility', 'vol', 'theta')
  if (!only || others.some(({ fallback }) => fallback === undefined) || !isAbout) return []
  const units: Readonly<Partial<Record<typeof only.role, readonly string[]>>> = {
    days: ['365', '252', '365.25', '360'],
    hours: ['365 * 24', '252 * 6.5', '365.25 * 24'],
    minutes: ['365 * 24 * 60', '252 * 390', '365.25 * 24 * 60'],
  }
  return ['30', '1', '195'].flatMap(amount =>
    units[only.role] === undefined
      ? []
      : [
          {
            topic: '',
            input: `${subject.function.name}(${amount})`,
            actual: `$f(${amount})`,
            expected: (units[only.role] ?? []).map(unit => `${amount} / (${unit})`),
            tolerance: 1e-9,
          },
        ],
  )
}

/** A function of daily closes or changes that gives their annualised volatility or Sharpe ratio. */
function deviationTrials(subject: Subject): readonly Trial[] {
  const series = parameterOf(subject, 'prices')
  const figure = annualFigure(subject)
  const others = subject.parameters.filter(
    ({ name, fallback }) => name !== series?.name && fallback === undefined,
  )
  const isDaily =
    hasWord(subject.words, 'daily', 'day') ||
    !hasWord(subject.words, 'minute', 'bars', 'intraday', 'hourly', 'weekly', 'monthly')
  const text = callText(subject, {}, {}, 60)
  if (!series || !figure || others.length > 0 || !isDaily || text === undefined) return []
  const isReturns = /ret|change|pnl/i.test(series.name)
  const source = isReturns ? 'reference.changes(60)' : 'reference.prices(60)'
  const given = Object.fromEntries([[series.name, wrapped(series, source)]])
  const call = callText(subject, {}, given, 60) ?? text
  return [
    {
      topic: '',
      input: `${subject.function.name}(${call})`,
      actual: `reference.last($f(${call}))`,
      expected: (isReturns ? ['given'] : ['log', 'simple']).flatMap(kind =>
        ['252', '365'].flatMap(days =>
          ['0', '1'].map(ddof => `reference.${figure}(${source}, "${kind}", ${ddof}, ${days})`),
        ),
      ),
      tolerance: 1e-6,
    },
  ]
}

/** Which figure of `references.py` it gives. */
function annualFigure({ words, nameWords }: Subject): 'realised' | 'sharpe' | undefined {
  if (hasWord(nameWords, 'sharpe') && !hasWord(words, 'rolling', 'monthly', 'weekly')) return 'sharpe'
  const isAnnual = hasWord(words, 'realized', 'realised', 'historical', 'annualised', 'annualized')
  return isAnnual && hasWord(words, 'vol', 'volatility') ? 'realised' : undefined
}

function wrapped({ kind }: SubjectParameter, values: string): string {
  return kind.kind === 'series' || kind.kind === 'array' ? `reference.${kind.kind}(${values})` : values
}

/** A function of a volatility a year that gives it a day, as a share or in dollars of the spot. */
function dailyTrials(subject: Subject): readonly Trial[] {
  const isDaily = hasWord(subject.words, 'daily', 'day')
  const [volatility, spot] = [parameterOf(subject, 'volatility'), parameterOf(subject, 'spot', 'price')]
  const others = subject.parameters.filter(
    each => each.name !== volatility?.name && each.name !== spot?.name && each.fallback === undefined,
  )
  const isAbout = hasWord(subject.words, 'volatility', 'vol', 'move', 'sigma', 'deviation')
  if (!isDaily || !isAbout || !volatility || others.length > 0) return []
  const call = callText(subject, { volatility: '0.2', spot: '100.0', price: '100.0' })
  if (call === undefined) return []
  const unit = spot ? '20.0' : '0.2'
  return [
    {
      topic: '',
      input: `${subject.function.name}(${call})`,
      actual: `$f(${call})`,
      expected: ['252', '365'].map(days => `${unit} / reference.math.sqrt(${days})`),
      tolerance: 1e-4,
    },
  ]
}

function isYear(expression: Expression): boolean {
  return expression.kind === 'constant' && /^(252|365)(\.0)?$/.test(expression.text)
}

function isText(expression: Expression, text: string): boolean {
  return expression.kind === 'constant' && expression.text === text
}
