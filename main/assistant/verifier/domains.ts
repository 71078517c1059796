import type { Shape } from './shape.ts'

/** Numbers of trading by what they are called: the first that fits. Prices and strikes lie around each other, so that both sides of a strike are met. */
const DOMAINS: readonly (readonly [RegExp, Shape])[] = [
  [/^(is|has|use|allow|with|include|as)_|^(verbose|ascending|annuali[sz]e|inclusive)$/, { of: 'boolean' }],
  [
    /(^|_)(n|num|count)_?(paths?|sims?|simulations|samples|trials|draws|boot\w*)|^(paths|sims|samples|trials|draws|n_boot)$/,
    count(5, 40),
  ],
  [
    /(^|_)(window|period|span|length|lookback|lag|steps|bins|levels|depth|top|fast|slow|period_\w+|chunk\w*|n|m)$/,
    count(1, 8),
  ],
  [/(^|_)(seed)$/, { of: 'integer', low: 0, high: 1_000 }],
  [
    /(^|_)(k|strike|strikes|barrier|spot|s|s0|underlying|under|forward|f|price|prices|px|close|closes|open|opens|high|highs|low|lows|mid|mids|bid|ask|bids|asks|vwap|entry|exit|stop|target|mark|last|level|fill)$/,
    money(90, 110),
  ],
  [/(premium|option_price|market_price|theo|fair|cost_basis)/, money(0.5, 20)],
  [/(vol|sigma|iv|volatility|implied\w*|vols|ivs)$/, { of: 'float', low: 0.05, high: 0.9, digits: 4 }],
  [
    /(^|_)(volume|volumes|oi|open_interest|interest|shares|contracts|lots)$/,
    { of: 'integer', low: 0, high: 5_000 },
  ],
  [
    /(^|_)(qty|quantity|quantities|size|sizes|position|amount|units|multiplier|contract_size)$/,
    { of: 'integer', low: -20, high: 20 },
  ],
  [
    /(^|_)(r|rate|rates|q|dividend\w*|yield|carry|drift|mu|div)$/,
    { of: 'float', low: 0, high: 0.08, digits: 4 },
  ],
  [
    /(^|_)(t|tau|ttm|years|year_fraction|expiry|expiration|maturity|tte|dt|time_to_\w+)$/,
    { of: 'float', low: 0.001, high: 1, digits: 4 },
  ],
  [/(minutes|mins|seconds|hours|days)/, { of: 'integer', low: 1, high: 390 }],
  [
    /(^|_)(alpha|beta|prob\w*|weight|weights|decay|frac\w*|ratio|lam\w*|quantile|percentile|pct|confidence|level|rho|corr\w*|smoothing)$/,
    { of: 'float', low: 0.05, high: 0.95, digits: 3 },
  ],
  [/(^|_)(ret|rets|return|returns|change|changes|log_returns?)$/, { of: 'float', low: -0.03, high: 0.03 }],
  [
    /(^|_)(pnl|pnls|profit|profits|loss|losses|cash|equity)$/,
    { of: 'float', low: -500, high: 500, digits: 2 },
  ],
  [/(^|_)(delta|deltas)$/, { of: 'float', low: -1, high: 1, digits: 3 }],
  [/(^|_)(gamma|gammas|vega|vegas|theta|thetas|charm|vanna)$/, { of: 'float', low: 0, high: 0.2, digits: 4 }],
  [/(tol|tolerance|eps|epsilon)$/, { of: 'float', low: 1e-8, high: 1e-6 }],
  [
    /(fee|fees|commission|slippage|spread|tick|tick_size|increment)$/,
    { of: 'float', low: 0.01, high: 1, digits: 2 },
  ],
  [/(symbol|ticker|underlier|root)s?$/, { of: 'choice', values: ['SPY', 'QQQ', 'IWM'] }],
  [
    /(kind|right|option_type|opt_type|cp|call_put|put_call|flag|type)$/,
    { of: 'choice', values: ['call', 'put'] },
  ],
  [/(side|direction|action)$/, { of: 'choice', values: ['buy', 'sell'] }],
  [/(timestamp|datetime|^ts$|_ts$|^when$|^now$|_at$|^time$|^times$)/, { of: 'datetime', order: 'sorted' }],
  [/(^|_)dates?$/, { of: 'date' }],
]

/** A shape for a single value by its names, the outermost first; undefined where none of them says anything. */
export function domainOf(names: readonly string[]): Shape | undefined {
  for (const name of names) {
    const found = DOMAINS.find(([pattern]) => pattern.test(name.toLowerCase()))
    if (found !== undefined) return found[1]
  }
  return undefined
}

/** Any number, where nothing says which. */
export const ANY_FLOAT = { of: 'float', low: 0.5, high: 100, digits: 3 } as const
export const ANY_NUMBER: Shape = ANY_FLOAT
export const ANY_WHOLE = { of: 'integer', low: 1, high: 12 } as const
export const ANY_INTEGER: Shape = ANY_WHOLE
/** A place in a sequence of the size that is asked for. */
export const PLACE: Shape = { of: 'integer', low: 0, high: 1, isPlace: true }

function money(low: number, high: number): Shape {
  return { of: 'float', low, high, digits: 2 }
}

function count(low: number, high: number): Shape {
  return { of: 'integer', low, high, isCount: true }
}
