import { termsOf, wordsIn } from './tokens.ts'

/** What traders shorten, and what it stands for. Data: a line more is a word more that is understood. */
const SHORT_FORMS: readonly (readonly [short: string, long: string])[] = [
  ['atm', 'at the money'],
  ['atr', 'average true range'],
  ['bs', 'black scholes'],
  ['bsm', 'black scholes merton'],
  ['dex', 'delta exposure'],
  ['dte', 'days to expiry'],
  ['ema', 'exponential moving average'],
  ['gex', 'gamma exposure'],
  ['hv', 'historical volatility'],
  ['itm', 'in the money'],
  ['iv', 'implied volatility'],
  ['mc', 'monte carlo'],
  ['nbbo', 'national best bid offer'],
  ['oi', 'open interest'],
  ['otm', 'out of the money'],
  ['pnl', 'profit and loss'],
  ['rsi', 'relative strength index'],
  ['rv', 'realised volatility'],
  ['sma', 'simple moving average'],
  ['var', 'value at risk'],
  ['vol', 'volatility'],
  ['vwap', 'volume weighted average price'],
  ['greeks', 'delta gamma theta vega'],
]

const LONG_FORMS = SHORT_FORMS.map(([short, long]) => ({ short, terms: termsOf(long) }))
const TERMS_OF_SHORT = new Map(LONG_FORMS.map(({ short, terms }) => [short, terms]))

/**
 * Terms that a query means without having them: of a short form the words that it stands for, and the short form where all its words
 * are there.
 */
export function impliedTerms(query: string): readonly string[] {
  const asked = new Set(termsOf(query))
  const longer = wordsIn(query).flatMap(word => TERMS_OF_SHORT.get(word.toLowerCase()) ?? [])
  const shorter = LONG_FORMS.flatMap(({ short, terms }) =>
    terms.every(term => asked.has(term)) ? termsOf(short) : [],
  )
  return [...new Set([...longer, ...shorter])].filter(term => !asked.has(term))
}
