import type { GivenQuantity, Quantity } from './quantity.ts'
import type { Role } from './roles.ts'
import type { Trial } from './rule.ts'
import { callText } from './sampling.ts'
import { parameterOf, type Subject } from './subject.ts'

/** One market that a pricing function is asked about; volatility, rate and dividend are decimals a year. */
interface Market {
  readonly spot: number
  readonly strike: number
  readonly years: number
  readonly volatility: number
  readonly rate: number
  readonly dividend: number
}

const MARKETS: readonly Market[] = [
  { spot: 100, strike: 100, years: 0.5, volatility: 0.2, rate: 0.04, dividend: 0 },
  { spot: 100, strike: 90, years: 0.25, volatility: 0.35, rate: 0.03, dividend: 0.01 },
  { spot: 80, strike: 95, years: 1, volatility: 0.3, rate: 0.05, dividend: 0.02 },
  { spot: 620, strike: 622, years: 0.01, volatility: 0.15, rate: 0.045, dividend: 0 },
]

/** Markets where early exercise is worth something: deep in the money, high rates or dividends. */
const EXERCISED: readonly Market[] = [
  { spot: 80, strike: 120, years: 1, volatility: 0.2, rate: 0.08, dividend: 0 },
  { spot: 140, strike: 100, years: 1, volatility: 0.2, rate: 0.02, dividend: 0.1 },
]

/** Differences this small are another approximation of the normal distribution, larger ones another formula. */
const FORMULA_TOLERANCE = 2e-4
const TREE_TOLERANCE = 2e-2

/** How long a unit of time is in years, by each convention in use. */
const YEARS_OF: Readonly<Partial<Record<Role, readonly string[]>>> = {
  years: ['1.0'],
  days: ['1 / 365', '1 / 252', '1 / 365.25', '1 / 360'],
  hours: ['1 / (365 * 24)', '1 / (252 * 6.5)', '1 / (365.25 * 24)'],
  minutes: ['1 / (365 * 24 * 60)', '1 / (252 * 390)', '1 / (365.25 * 24 * 60)'],
}

/** Calls of a pricing function with what the reference says, over all quantities that it gives; empty where it cannot be called. */
export function formulaTrials(subject: Subject, quantities: readonly GivenQuantity[]): readonly Trial[] {
  return quantities.flatMap(given => {
    const markets = given.quantity === 'american_price' ? EXERCISED : MARKETS
    return markets.flatMap(market =>
      rightsOf(subject, given).flatMap(right => trialAt(subject, given, market, right)),
    )
  })
}

/** The right of each call: by the parameter that says it, else by the name; both as conventions where neither does. */
function rightsOf(subject: Subject, given: GivenQuantity): readonly ('call' | 'put' | 'either')[] {
  if (parameterOf(subject, 'isCall', 'isPut', 'right')) return ['call', 'put']
  return [given.right === 'unsaid' ? 'either' : given.right]
}

function trialAt(
  subject: Subject,
  given: GivenQuantity,
  market: Market,
  right: 'call' | 'put' | 'either',
): readonly Trial[] {
  const time = parameterOf(subject, 'years', 'days', 'hours', 'minutes')
  const units = time ? (YEARS_OF[time.role] ?? ['1.0']) : ['1.0']
  const amount = { years: market.years, days: 30, hours: 20, minutes: 200 }
  const asked =
    amount[time?.role === 'days' || time?.role === 'hours' || time?.role === 'minutes' ? time.role : 'years']
  const call = callText(subject, argumentsAt(subject, market, right, asked))
  if (call === undefined) return []
  const rights = right === 'either' ? ['True', 'False'] : [right === 'call' ? 'True' : 'False']
  const expected = units.flatMap(unit =>
    rights.flatMap(isCall =>
      answersOf(
        subject,
        given.quantity,
        marketText(subject, market, `${String(asked)} * (${unit})`, isCall),
        unit,
      ),
    ),
  )
  return [
    {
      topic: given.quantity,
      input: `${subject.function.name}(${call})${given.accessor}`,
      actual: `$f(${call})${given.accessor}`,
      expected,
      tolerance: given.quantity === 'american_price' ? TREE_TOLERANCE : FORMULA_TOLERANCE,
    },
  ]
}

/** The texts of the arguments by role. */
function argumentsAt(
  subject: Subject,
  market: Market,
  right: 'call' | 'put' | 'either',
  asked: number,
): Partial<Record<Role, string>> {
  const options = parameterOf(subject, 'right')?.kind
  const text = rightText(options?.kind === 'string' ? options.options : [], right)
  const forward = `${String(market.spot)} * math.exp(${String(market.rate - market.dividend)} * ${String(market.years)})`
  return {
    spot: String(market.spot),
    price: String(market.spot),
    exit: String(market.spot),
    forward: forward.replaceAll('math.', 'reference.math.'),
    strike: String(market.strike),
    years: String(asked),
    days: String(asked),
    hours: String(asked),
    minutes: String(asked),
    volatility: String(market.volatility),
    rate: String(market.rate),
    dividend: String(market.dividend),
    isCall: right === 'put' ? 'False' : 'True',
    isPut: right === 'put' ? 'True' : 'False',
    ...(text === undefined ? {} : { right: text }),
    callPrice: '12.5',
    putPrice: '7.25',
    premium: '2.5',
    entry: '2.5',
  }
}

/** How the function itself writes call and put, from what it compares the right with. */
export function rightText(options: readonly string[], right: 'call' | 'put' | 'either'): string | undefined {
  const wanted = right === 'put' ? 'p' : 'c'
  const found = options.find(option => option.toLowerCase().startsWith(wanted))
  if (found !== undefined) return JSON.stringify(found)
  const other = options[0]
  const words = wanted === 'c' ? ['c', 'C', 'call', 'Call', 'CALL'] : ['p', 'P', 'put', 'Put', 'PUT']
  const alike = words.find(word => {
    if (other === undefined) return word === words[1]
    return (
      word.length === (other.length === 1 ? 1 : wanted === 'c' ? 4 : 3) && isUpper(word) === isUpper(other)
    )
  })
  return alike === undefined ? undefined : JSON.stringify(alike)
}

function isUpper(text: string): boolean {
  return text === text.toUpperCase()
}

/** The arguments of the reference. What the function is not given, it is taken to be without. */
function marketText(subject: Subject, market: Market, years: string, isCall: string): string {
  const has = (role: Role): boolean => parameterOf(subject, role) !== undefined
  const rate = has('rate') ? market.rate : 0
  const dividend = has('forward') ? market.rate : has('dividend') ? market.dividend : 0
  return [
    has('forward') ? argumentsAt(subject, market, 'call', 0).forward : String(market.spot),
    String(market.strike),
    years,
    String(market.volatility),
    String(rate),
    String(dividend),
    isCall,
  ].join(', ')
}

/** What is right, by every convention that what is said leaves open. */
function answersOf(subject: Subject, quantity: Quantity, market: string, unit: string): readonly string[] {
  const base = `reference.${quantity}(${market})`
  const [spot = '', strike = '', years = '', , rate = '', , isCall = ''] = market.split(', ')
  const forward = `${spot} - ${strike} * reference.math.exp(-${rate} * ${years})`
  switch (quantity) {
    case 'vega':
      return saysPercent(subject) ? [`${base} / 100`] : saysWhole(subject) ? [base] : [base, `${base} / 100`]
    case 'theta':
      return thetaUnits(subject, unit).map(each => `${base} ${each}`)
    case 'rho':
      return [base, `${base} / 100`]
    case 'gamma':
      return [base, `${base} * ${spot} / 100`, `${base} * ${spot} ** 2 / 100`]
    case 'payoff':
    case 'profit':
      return payoffs(subject, quantity, spot, strike, isCall)
    case 'parity_put':
      return [`12.5 - (${forward})`]
    case 'parity_call':
      return [`7.25 + (${forward})`]
    case 'price':
    case 'american_price':
    case 'delta':
    case 'd1':
    case 'd2':
      return [base]
  }
}

function payoffs(
  subject: Subject,
  quantity: 'payoff' | 'profit',
  spot: string,
  strike: string,
  isCall: string,
): readonly string[] {
  const worth = `reference.payoff(${spot}, ${strike}, ${isCall})${quantity === 'profit' ? ' - 2.5' : ''}`
  const isShort = /\b(short|sold|written|seller)\b/i.test(subject.words.join(' '))
  return [isShort ? `-(${worth})` : worth, `100 * (${isShort ? '-' : ''}(${worth}))`]
}

function saysPercent({ docstring }: Subject): boolean {
  return /\b(1\s?%|one (percent|vol(atility)? point|point)|per (vol(atility)? )?point|1 vol|percentage point)/i.test(
    docstring,
  )
}

function saysWhole({ docstring }: Subject): boolean {
  return /\bper (1\.00|unit|100\s?%)/i.test(docstring)
}

/** What theta a year is multiplied with: what is said decides, and a day is the day that the time is counted in. */
function thetaUnits({ words, docstring }: Subject, unit: string): readonly string[] {
  const text = words.join(' ')
  const sameDay =
    unit === '1.0' || (!unit.includes('365') && !unit.includes('252'))
      ? ['/ 365', '/ 252', '/ 365.25']
      : unit.includes('252')
        ? ['/ 252']
        : ['/ 365', '/ 365.25']
  if (/\btrading day/i.test(docstring)) return ['/ 252']
  if (/\bcalendar day/i.test(docstring)) return ['/ 365', '/ 365.25']
  if (/\b(per|a|one) day|\bdaily\b/.test(text)) return sameDay
  if (/\b(per|a|one) year|\b(annual|yearly)\b/.test(text)) return ['']
  return ['', ...sameDay]
}
