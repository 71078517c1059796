import type { Role } from './roles.ts'
import { parameterOf, type Subject } from './subject.ts'
import { hasWord, wordsOf } from './words.ts'

/** What a pricing function gives, named as in `references.py`. */
export type Quantity =
  | 'price'
  | 'american_price'
  | 'delta'
  | 'gamma'
  | 'vega'
  | 'theta'
  | 'rho'
  | 'd1'
  | 'd2'
  | 'payoff'
  | 'profit'
  | 'parity_put'
  | 'parity_call'

/** One quantity that a function gives, and how to reach it in what it returns: `["theta"]`, `[0]`, or nothing. */
export interface GivenQuantity {
  readonly quantity: Quantity
  readonly accessor: string
  /** Which right it is for where no parameter says so. */
  readonly right: 'call' | 'put' | 'unsaid'
}

const GREEKS: readonly Quantity[] = ['delta', 'gamma', 'vega', 'theta', 'rho']

/** Words of things that look alike and have other formulas. */
const OTHERS = [
  'implied', 'digital', 'binary', 'barrier', 'bachelier', 'asian', 'lookback', 'sabr', 'heston', 'exposure', 'gex',
  'montecarlo', 'simulate', 'smile', 'chooser', 'condor', 'straddle', 'strangle', 'butterfly', 'vanna', 'charm', 'covered',
] // prettier-ignore

/** Words that mean something else in a name only. */
const OTHER_NAMES = [
  'book', 'portfolio', 'positions', 'cash', 'touch', 'knock', 'loss', 'dollar', 'dollars', 'spread', 'hedge', 'vertical',
] // prettier-ignore

/** What the function gives, as far as name, docstring and parameters say; empty where no reference holds. */
export function quantitiesOf(subject: Subject): readonly GivenQuantity[] {
  const isOther = hasWord(subject.words, ...OTHERS) || hasWord(subject.nameWords, ...OTHER_NAMES)
  if (isOther || !isScalar(subject)) return []
  const right = rightOf(subject)
  const parity = parityOf(subject)
  if (parity) return [{ quantity: parity, accessor: '', right: 'unsaid' }]
  if (isPriced(subject)) {
    const returned = returnedQuantities(subject)
    if (returned.length > 0) return returned.map(each => ({ ...each, right }))
    const single = pricedQuantity(subject)
    return single ? [{ quantity: single, accessor: '', right }] : []
  }
  const payoff = payoffOf(subject)
  return payoff ? [{ quantity: payoff, accessor: '', right }] : []
}

/** Whether it is about a put, a call, or does not say. */
export function rightOf({ nameWords, words }: Subject): 'call' | 'put' | 'unsaid' {
  for (const given of [nameWords, words]) {
    const isPut = hasWord(given, 'put', 'puts')
    const isCall = hasWord(given, 'call', 'calls')
    if (isPut !== isCall) return isPut ? 'put' : 'call'
  }
  return 'unsaid'
}

function isScalar({ parameters }: Subject): boolean {
  return parameters.every(({ kind }) => !['frame', 'records', 'record', 'series'].includes(kind.kind))
}

function isPriced(subject: Subject): boolean {
  const has = (...roles: readonly Role[]): boolean => parameterOf(subject, ...roles) !== undefined
  return (
    has('spot', 'forward', 'price') &&
    has('strike') &&
    has('years', 'days', 'hours', 'minutes') &&
    has('volatility')
  )
}

function pricedQuantity({ nameWords, words, docstring }: Subject): Quantity | undefined {
  if (hasWord(nameWords, 'd1')) return 'd1'
  if (hasWord(nameWords, 'd2')) return 'd2'
  const inName = GREEKS.find(greek => hasWord(nameWords, greek))
  if (inName) return inName
  if (hasWord(words, 'american')) return 'american_price'
  if (
    hasWord(
      nameWords,
      'price',
      'value',
      'premium',
      'bs',
      'bsm',
      'black',
      'scholes',
      'call',
      'put',
      'fair',
      'theo',
    )
  )
    return 'price'
  const inText = GREEKS.find(greek => hasWord(wordsOf(docstring), greek))
  if (inText) return inText
  return hasWord(words, 'price', 'value', 'premium', 'scholes') ? 'price' : undefined
}

/** Quantities of a returned dict with their names as keys, or of a returned tuple of so named variables. */
function returnedQuantities({ statements }: Subject): readonly Omit<GivenQuantity, 'right'>[] {
  const returned = statements.flatMap(statement => (statement.kind === 'return' ? [statement.value] : []))
  const only = returned.length === 1 ? returned[0] : undefined
  if (only?.kind === 'dict')
    return only.entries.flatMap(({ key }) => {
      if (key?.kind !== 'constant') return []
      const quantity = namedQuantity(key.text.replace(/['"]/g, ''))
      return quantity ? [{ quantity, accessor: `[${key.text}]` }] : []
    })
  if (only?.kind === 'tuple')
    return only.elements.flatMap((element, index) => {
      const quantity = element.kind === 'name' ? namedQuantity(element.id) : undefined
      return quantity ? [{ quantity, accessor: `[${String(index)}]` }] : []
    })
  return []
}

function namedQuantity(name: string): Quantity | undefined {
  const named: readonly Quantity[] = ['price', ...GREEKS]
  return named.find(quantity => quantity === name.toLowerCase())
}

function parityOf(subject: Subject): Quantity | undefined {
  if (!parameterOf(subject, 'strike') || !parameterOf(subject, 'spot')) return undefined
  if (parameterOf(subject, 'volatility')) return undefined
  const isAbout = hasWord(subject.words, 'parity', 'synthetic')
  if (parameterOf(subject, 'callPrice') && (isAbout || hasWord(subject.nameWords, 'put'))) return 'parity_put'
  if (parameterOf(subject, 'putPrice') && (isAbout || hasWord(subject.nameWords, 'call')))
    return 'parity_call'
  return undefined
}

function payoffOf(subject: Subject): Quantity | undefined {
  const isAbout =
    hasWord(subject.nameWords, 'payoff', 'intrinsic') ||
    /\bat expir|intrinsic|payoff|settlement value/i.test(subject.docstring)
  if (!isAbout || parameterOf(subject, 'volatility') || !parameterOf(subject, 'strike')) return undefined
  if (!parameterOf(subject, 'spot', 'price', 'exit')) return undefined
  return parameterOf(subject, 'premium', 'entry') ? 'profit' : 'payoff'
}
