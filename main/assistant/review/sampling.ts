import type { ParameterKind } from './kinds.ts'
import type { Role } from './roles.ts'
import type { Subject, SubjectParameter } from './subject.ts'

/** How many bars a made-up market has. */
const BARS = 60

/** Values for a parameter of which nothing but its role is known. */
const VALUES: Readonly<Partial<Record<Role, string>>> = {
  spot: '100.0', forward: '100.0', strike: '105.0', years: '0.25', days: '30', hours: '20', minutes: '200',
  volatility: '0.2', rate: '0.04', dividend: '0.01', isCall: 'True', isPut: 'False', callPrice: '12.5',
  putPrice: '7.25', premium: '2.5', contracts: '3', entry: '2.5', exit: '3.5', fee: '0.65', multiplier: '100',
  bid: '4.1', ask: '4.3', tick: '0.05', price: '100.0', window: '5', isShort: 'False', isLong: 'True',
  size: '10.0', symbol: '"SPY"', expiry: 'reference.datetime.date(2025, 6, 16)', today: 'reference.datetime.date(2025, 6, 16)', stop: '95.0', target: '110.0', percent: '0.1', distance: '2.0', action: '1', profit: '1.5', side: '"long"',
} // prettier-ignore

/**
 * The arguments of a call as Python, by name. `given` are texts by role or, with more weight, by name. Gives undefined where a
 * parameter that must be given can be neither known nor guessed.
 */
export function callText(
  subject: Subject,
  given: Partial<Record<Role, string>>,
  byName: Readonly<Record<string, string>> = {},
  bars: number = BARS,
): string | undefined {
  const texts: string[] = []
  for (const parameter of subject.parameters) {
    const text = byName[parameter.name] ?? given[parameter.role]
    if (text === undefined && parameter.fallback !== undefined) continue
    const value = text ?? sampleText(parameter, bars)
    if (value === undefined) return undefined
    texts.push(`${parameter.name}=${value}`)
  }
  return texts.join(', ')
}

/** The same where the call only has to go through: what nothing is known of is the number 3. */
export function looseCallText(subject: Subject, byName: Readonly<Record<string, string>> = {}): string {
  const unknown = subject.parameters.filter(
    parameter => parameter.fallback === undefined && sampleText(parameter) === undefined,
  )
  const guessed = Object.fromEntries(unknown.map(({ name }) => [name, '3']))
  return callText(subject, {}, { ...guessed, ...byName }) ?? ''
}

/** A made-up value for a parameter, a sequence with so many bars; undefined where nothing is known of it. */
export function sampleText({ role, kind, name }: SubjectParameter, bars: number = BARS): string | undefined {
  switch (kind.kind) {
    case 'list':
      return sequenceText(role, name, bars)
    case 'array':
      return `reference.array(${sequenceText(role, name, bars)})`
    case 'series':
      return `reference.series(${sequenceText(role, name, bars)})`
    case 'frame':
      return frameText(kind.columns, bars)
    case 'string':
      return kind.options[0] === undefined ? VALUES[role] : JSON.stringify(kind.options[0])
    case 'boolean':
      return 'True'
    case 'date':
      return 'reference.datetime.date(2025, 6, 16)'
    case 'datetime':
      return 'reference.datetime.datetime(2025, 6, 16, 15, 30)'
    case 'integer':
      return /^\d+$/.test(VALUES[role] ?? '') ? VALUES[role] : '3'
    case 'number':
      return VALUES[role] ?? '1.0'
    case 'record':
      return recordText(kind.columns)
    case 'records':
      return `[${recordText(kind.columns)}]`
    case 'unknown':
      return isSequenceRole(role) ? sequenceText(role, name, bars) : VALUES[role]
  }
}

/** A frame with made-up columns; a longer one begins with the shorter one. */
export function frameText(columns: readonly string[], bars: number): string {
  const named = columns.length > 0 ? columns : ['close']
  return `reference.frame({${named.map(column => `${JSON.stringify(column)}: ${columnText(column, bars)}`).join(', ')}})`
}

/** Whether a parameter holds one value a bar. */
export function isBars({ role, kind }: SubjectParameter): boolean {
  const kinds: readonly ParameterKind['kind'][] = ['list', 'array', 'series', 'frame']
  return kinds.includes(kind.kind) || (kind.kind === 'unknown' && isSequenceRole(role))
}

function isSequenceRole(role: Role): boolean {
  return role === 'prices' || role === 'highs' || role === 'lows' || role === 'volumes'
}

function sequenceText(role: Role, name: string, bars: number): string {
  return role === 'prices' || role === 'unknown' || isSequenceRole(role)
    ? columnText(name, bars)
    : `reference.prices(${String(bars)}, ${String(seedOf(name))})`
}

function columnText(name: string, bars: number): string {
  const walk = `reference.prices(${String(bars)})`
  if (/high/i.test(name)) return `reference.scaled(${walk}, 1.004)`
  if (/low/i.test(name)) return `reference.scaled(${walk}, 0.996)`
  if (/^(bid)/i.test(name)) return `reference.scaled(${walk}, 0.999)`
  if (/^(ask)/i.test(name)) return `reference.scaled(${walk}, 1.001)`
  if (/close|price|last/i.test(name)) return walk
  if (/return|ret\b|rets|pnl/i.test(name)) return `reference.changes(${String(bars)})`
  return `reference.prices(${String(bars)}, ${String(seedOf(name))})`
}

/** A seed that is the same for the same name, so that two columns of one name are one. */
function seedOf(name: string): number {
  return [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 2) % 97
}

function recordText(columns: readonly string[]): string {
  return `{${columns.map(column => `${JSON.stringify(column)}: ${numberFor(column)}`).join(', ')}}`
}

function numberFor(column: string): string {
  return /bid/i.test(column) ? '4.1' : /ask/i.test(column) ? '4.3' : '2.0'
}
