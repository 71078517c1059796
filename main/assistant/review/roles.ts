import { hasWord, wordsOf } from './words.ts'

/** What a parameter stands for in trading. */
export type Role =
  | 'spot'
  | 'forward'
  | 'strike'
  | 'years'
  | 'days'
  | 'hours'
  | 'minutes'
  | 'volatility'
  | 'rate'
  | 'dividend'
  | 'isCall'
  | 'isPut'
  | 'right'
  | 'callPrice'
  | 'putPrice'
  | 'premium'
  | 'contracts'
  | 'entry'
  | 'exit'
  | 'fee'
  | 'multiplier'
  | 'bid'
  | 'size'
  | 'symbol'
  | 'ask'
  | 'tick'
  | 'price'
  | 'prices'
  | 'highs'
  | 'lows'
  | 'volumes'
  | 'window'
  | 'isShort'
  | 'isLong'
  | 'side'
  | 'stop'
  | 'target'
  | 'percent'
  | 'distance'
  | 'action'
  | 'profit'
  | 'expiry'
  | 'today'
  | 'unknown'

/** Names that say it alone; single letters by the habit of the literature, where the case matters. */
const EXACT: Readonly<Record<string, Role>> = {
  S: 'spot', S0: 'spot', s: 'spot', s0: 'spot', St: 'spot', S_T: 'spot', px: 'price', und: 'spot',
  F: 'forward', fwd: 'forward', f: 'forward',
  K: 'strike', k: 'strike', X: 'strike',
  T: 'years', t: 'years', tau: 'years', ttm: 'years', tte: 'years', yte: 'years', yrs: 'years', yearfrac: 'years',
  dte: 'days', n_days: 'days', mins: 'minutes',
  sigma: 'volatility', vol: 'volatility', iv: 'volatility', v: 'volatility', sig: 'volatility',
  r: 'rate', rf: 'rate',
  q: 'dividend', div: 'dividend',
  cp: 'right', flag: 'right', kind: 'right', otype: 'right',
  C: 'callPrice', P: 'putPrice', c: 'callPrice', p: 'putPrice',
  qty: 'contracts', lots: 'contracts', n_contracts: 'contracts',
  mult: 'multiplier', sl: 'stop', tp: 'target', pct: 'percent', dist: 'distance',
  w: 'window', n: 'window', lookback: 'window', period: 'window', span: 'window', length: 'window',
  now: 'today', x: 'price',
} // prettier-ignore

/** Words that say it, the first that holds; each is all words of an alternative. */
const BY_WORDS: readonly (readonly [Role, RegExp])[] = [
  ['symbol', /\b(symbol|ticker|name|account|label|tag)\b/],
  ['size', /\b(bid|ask|offer) (size|qty|quantity|volume)\b/],
  ['isCall', /\bis call\b|^call$/],
  ['isPut', /\bis put\b|^put$/],
  ['isShort', /\bis short\b|^short$/],
  ['isLong', /\bis (long|buy)\b|^long$/],
  ['callPrice', /\bcall (price|mid|premium|value)\b/],
  ['putPrice', /\bput (price|mid|premium|value)\b/],
  ['right', /\b(right|option type|opt type|call put|cp flag|option kind|put call|option right)\b/],
  ['volatility', /\b(vol|volatility|iv|sigma|vols)\b/],
  ['dividend', /\bdividends?\b|\bdiv yield\b/],
  ['days', /\b(days|dte)\b/],
  ['minutes', /\b(minutes|mins)\b/],
  ['hours', /\bhours\b/],
  ['years', /\b(years|tau|maturity|time to expiry|time to expiration|year fraction|t years)\b/],
  ['expiry', /\b(expiry|expiration|expires|exp date)\b/],
  ['today', /\b(today|now|asof|as of|date|current date)\b/],
  ['rate', /\b(rate|interest|risk free)\b/],
  ['fee', /\b(fees?|commissions?|cost|costs|slippage)\b/],
  ['multiplier', /\bmultiplier\b/],
  ['contracts', /\b(contracts|quantity|qty|lots)\b|^size$/],
  ['strike', /\bstrike\b|^exercise( price)?$/],
  ['forward', /\bforward( price)?$|\bfuture price\b/],
  ['spot', /\b(spot|underlying|stock|settle|settlement|final price)\b/],
  ['highs', /\bhighs?\b/],
  ['lows', /\blows?\b/],
  ['volumes', /\b(volumes?|sizes)\b/],
  ['prices', /\b(prices|closes|series|values|bars|returns|rets|data|close|equity|curve|balances)\b/],
  ['entry', /\b(entry|bought|buy price|open price|cost basis|fill)\b/],
  ['stop', /\bstop( loss| price| level)?\b/],
  ['target', /\b(target|take profit)\b/],
  ['exit', /\b(exit|sold|sell price|close price|mark)\b/],
  ['bid', /\bbid\b/],
  ['ask', /\b(ask|offer)\b/],
  ['tick', /\btick( size)?\b|\bincrement\b/],
  ['premium', /\b(premium|debit|credit|paid)\b/],
  ['percent', /\b(percent|pct|fraction|share)\b/],
  ['distance', /\b(distance|offset|points|width|buffer|atr)\b/],
  ['side', /\b(side|direction|position)\b/],
  ['action', /\baction\b/],
  ['profit', /\b(pnl|profit|gain|unrealized|unrealised|realized|realised)\b/],
  ['window', /\b(window|lookback|period|span|length)\b/],
  ['price', /\b(price|last|value|level|limit)\b/],
]

/** What a parameter of this name stands for. */
export function roleOf(name: string): Role {
  const exact = Object.hasOwn(EXACT, name) ? EXACT[name] : undefined
  if (exact) return exact
  const words = wordsOf(name)
  const text = words.join(' ')
  const found = BY_WORDS.find(([, pattern]) => pattern.test(text))
  return found ? found[0] : hasWord(words, 'r') ? 'rate' : 'unknown'
}
