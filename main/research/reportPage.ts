import type { BacktestReport, BacktestStatistics } from '../contract/backtest.ts'
import type { Measured } from '../contract/learning.ts'
import { at } from '../core/base/assert.ts'
import { minuteClock, newYorkClock } from '../core/session/newYork.ts'

/** Size of a plot and of the room around it for its numbers. */
const WIDTH = 860
const HEIGHT = 220
const LEFT = 64
const BOTTOM = 24

/** Bars of the picture of how returns are spread. */
const BARS = 41

/** The most trades that a page lists; the rest stand in the file of figures. */
const MOST_TRADES = 2000

/**
 * A backtest as a page of its own: figures, plots as SVG, trades. It asks nothing of the network and runs no script; every
 * text that comes from outside is written as text.
 */
export function reportPage(report: BacktestReport): string {
  const title = `Backtest of ${report.strategy}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${safe(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${safe(title)}</h1>
<p class="verdict">${safe(report.sentence)}</p>
<p>${safe(dataWords(report))}</p>
${statisticsTable(report)}
${shownTable(report)}
<h2>Cumulated profit after costs, ${unitOf(report)}</h2>
${linePlot(report.equity.profit, report.equity.dates, 'profit')}
<h2>Drawdown, ${unitOf(report)}</h2>
${linePlot(
  report.equity.drawdown.map(value => -value),
  report.equity.dates,
  'drawdown',
)}
<h2>Sessions by their profit after costs, ${unitOf(report)}</h2>
${distributionPlot(sessionReturns(report.equity.profit))}
${notesList(report)}
${tradesTable(report)}
</body>
</html>
`
}

const STYLE = `
body{font:14px/1.45 system-ui,sans-serif;max-width:920px;margin:24px auto;padding:0 16px;color:#1b1f24;background:#fff}
h1{font-size:20px}h2{font-size:15px;margin:24px 0 4px}
.verdict{font-size:16px;font-weight:600}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:2px 12px 2px 0;white-space:nowrap}th:first-child,td:first-child{text-align:left}
thead th{border-bottom:1px solid #ccd2d9}
svg{display:block;width:100%;height:auto}
.grid{stroke:#e3e7eb}.zero{stroke:#8a939d}.profit{stroke:#1f6f8b}.drawdown{stroke:#a63d40}.bar{fill:#1f6f8b}
path{fill:none;stroke-width:1.5}text{font-size:11px;fill:#57606a}
@media(prefers-color-scheme:dark){body{color:#d6dbe1;background:#14171a}.grid{stroke:#2a3036}thead th{border-color:#3a4148}
.zero{stroke:#7b848d}.profit{stroke:#5fb3ce}.drawdown{stroke:#e07a7d}.bar{fill:#5fb3ce}text{fill:#9aa3ac}}`

function dataWords({ data, total, leftOut, untraded }: BacktestReport): string {
  const named =
    data.kind === 'mids' ? midsWords(data) : `${data.sessions} simulated sessions from seed ${data.seed}`
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([reason, count]) => `${reason} ${count}`)
      .join(', ') || 'none'
  return `${named}; ${total} sessions, left out: ${list(leftOut)}; without a trade: ${list(untraded)}.`
}

function midsWords({ file, closes, entry }: Extract<BacktestReport['data'], { kind: 'mids' }>): string {
  const entered = entry === undefined ? '' : `, entered ${minuteClock(entry)}`
  return `Mids of ${file}${entered}${closes === undefined ? '' : `, settled at the closes of ${closes}`}`
}

function statisticsTable({ beforeCosts, afterCosts }: BacktestReport): string {
  if (!beforeCosts || !afterCosts) return ''
  const rows: readonly (readonly [string, (figures: BacktestStatistics) => string])[] = [
    ['sessions', ({ count }) => String(count)],
    ['mean a session', ({ mean }) => measured(mean)],
    ['volatility a session', ({ volatility }) => shortly(volatility)],
    ['1 % quantile', ({ quantiles }) => shortly(quantiles.p1)],
    ['25 % quantile', ({ quantiles }) => shortly(quantiles.p25)],
    ['median', ({ quantiles }) => shortly(quantiles.p50)],
    ['75 % quantile', ({ quantiles }) => shortly(quantiles.p75)],
    ['99 % quantile', ({ quantiles }) => shortly(quantiles.p99)],
    ['Sharpe ratio a year', ({ sharpe }) => measured(sharpe)],
    ['deflated Sharpe ratio', ({ deflatedSharpe }) => shortly(deflatedSharpe)],
    ['deepest drawdown', ({ drawdown }) => shortly(drawdown)],
    ['trades won', ({ winRate }) => `${(100 * winRate).toFixed(1)} %`],
  ]
  const body = rows.map(
    ([name, read]) => `<tr><td>${name}</td><td>${read(beforeCosts)}</td><td>${read(afterCosts)}</td></tr>`,
  )
  return `<table><thead><tr><th></th><th>before costs</th><th>after costs</th></tr></thead><tbody>${body.join('')}</tbody></table>`
}

function shownTable(report: BacktestReport): string {
  const gates = report.gates.map(
    ({ rule, value, limit, bound, isKept }) =>
      `<tr><td>${safe(rule)}</td><td>${value === undefined ? '' : shortly(value)}</td><td>${bound === 'atMost' ? 'at most' : 'at least'} ${shortly(limit)}</td><td>${isKept ? 'kept' : 'not kept'}</td></tr>`,
  )
  const figures = [
    ['trials on these sessions', String(report.trials)],
    ['probability of overfitting', report.overfitting === undefined ? '' : shortly(report.overfitting)],
    ['mean, one bar late', report.oneBarLag === undefined ? '' : shortly(report.oneBarLag)],
    ['mean, choosing anew', report.walkForward ? measured(report.walkForward) : ''],
  ]
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `<tr><td>${name}</td><td>${value}</td><td></td><td></td></tr>`)
  return `<h2>What speaks against it</h2><table><thead><tr><th></th><th>value</th><th>limit</th><th></th></tr></thead><tbody>${[...figures, ...gates].join('')}</tbody></table>`
}

function linePlot(values: Float64Array, dates: readonly string[], kind: 'profit' | 'drawdown'): string {
  if (values.length === 0) return '<p>No session was counted.</p>'
  const scale = scaleOf(Math.min(0, ...values), Math.max(0, ...values))
  const across = (index: number) => LEFT + ((WIDTH - LEFT) * index) / Math.max(1, values.length - 1)
  const path = Array.from(
    values,
    (value, index) => `${across(index).toFixed(1)},${scale.place(value).toFixed(1)}`,
  )
  const [first = '', last = ''] = [dates[0], dates.at(-1)]
  return svg(
    `${gridOf(scale)}<path class="${kind}" d="M${path.join('L')}"/>
<text x="${LEFT}" y="${HEIGHT - 6}">${safe(first)}</text><text x="${WIDTH}" y="${HEIGHT - 6}" text-anchor="end">${safe(last)}</text>`,
    `${kind} from ${first} to ${last}`,
  )
}

function distributionPlot(returns: readonly number[]): string {
  if (returns.length === 0) return ''
  const [low, high] = [Math.min(...returns), Math.max(...returns)]
  const step = (high - low) / BARS || 1
  const counts = new Float64Array(BARS)
  for (const value of returns) {
    const bar = Math.min(BARS - 1, Math.floor((value - low) / step))
    counts[bar] = at(counts, bar) + 1
  }
  const scale = scaleOf(0, Math.max(...counts))
  const width = (WIDTH - LEFT) / BARS
  const bars = Array.from(counts, (count, bar) => {
    const top = scale.place(count)
    const x = (LEFT + bar * width + 0.5).toFixed(1)
    return `<rect class="bar" x="${x}" y="${top.toFixed(1)}" width="${(width - 1).toFixed(1)}" height="${(HEIGHT - BOTTOM - top).toFixed(1)}"/>`
  })
  return svg(
    `${gridOf(scale)}${bars.join('')}<text x="${LEFT}" y="${HEIGHT - 6}">${shortly(low)}</text><text x="${WIDTH}" y="${HEIGHT - 6}" text-anchor="end">${shortly(high)}</text>`,
    'how many sessions earned how much',
  )
}

interface Scale {
  readonly ticks: readonly number[]
  place(value: number): number
}

/** Round numbers around a range, and where they stand. */
function scaleOf(low: number, high: number): Scale {
  const span = high - low || 1
  const rough = span / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map(factor => factor * power).find(each => each >= rough) ?? rough
  const [first, last] = [Math.floor(low / step), Math.ceil((low + span) / step)]
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
  const room = HEIGHT - BOTTOM - 8
  return { ticks, place: value => 8 + room * (1 - (value - first * step) / ((last - first) * step)) }
}

function gridOf({ ticks, place }: Scale): string {
  return ticks
    .map(value => {
      const y = place(value).toFixed(1)
      const kind = value === 0 ? 'zero' : 'grid'
      return `<line class="${kind}" x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}"/><text x="${LEFT - 6}" y="${y}" dy="4" text-anchor="end">${shortly(value)}</text>`
    })
    .join('')
}

function svg(content: string, label: string): string {
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${safe(label)}">${content}</svg>`
}

function notesList({ notes }: BacktestReport): string {
  return `<h2>How to read it</h2><ul>${notes.map(note => `<li>${safe(note)}</li>`).join('')}</ul>`
}

function tradesTable({ trades }: BacktestReport): string {
  const rows = trades
    .slice(0, MOST_TRADES)
    .map(
      ({ date, time, structure, credit, exit, gross, net }) =>
        `<tr><td>${safe(date)}</td><td>${newYorkClock(time).slice(0, 5)}</td><td>${safe(structure)}</td><td>${credit.toFixed(2)}</td><td>${safe(exit)}</td><td>${gross.toFixed(2)}</td><td>${net.toFixed(2)}</td></tr>`,
    )
  const rest = trades.length > MOST_TRADES ? `<p>${trades.length - MOST_TRADES} more.</p>` : ''
  return `<h2>Trades, dollars a lot</h2><table><thead><tr><th>date</th><th>time</th><th>structure</th><th>credit</th><th>end</th><th>before costs</th><th>after costs</th></tr></thead><tbody>${rows.join('')}</tbody></table>${rest}`
}

/** The profit of each session, from the running sum. */
function sessionReturns(profit: Float64Array): number[] {
  return Array.from(profit.subarray(1), (value, session) => value - at(profit, session))
}

function unitOf({ unit }: BacktestReport): string {
  return unit === 'dollars' ? 'dollars' : 'percent of the underlying'
}

function measured({ value, low, high }: Measured): string {
  return `${shortly(value)} (${shortly(low)} to ${shortly(high)})`
}

function shortly(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'no profit to share' : 'none'
  return String(Number(value.toPrecision(3)))
}

/** A text that is only a text, wherever it comes from. */
function safe(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replace(/[&<>"]/g, sign => names[sign] ?? sign)
}
