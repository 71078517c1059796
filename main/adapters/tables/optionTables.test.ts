import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { namesIn, temporaryFolder } from '../../fixtures/folder.ts'
import { europeanGreeks } from '../../core/pricing/blackScholes.ts'
import { dividendPrice } from '../../core/pricing/cashDividend.ts'
import { BATCH_OUTPUTS, createBatch, priceBatch, solveBatch } from '../../core/pricing/optionBatch.ts'
import { optionPrice } from '../../core/pricing/optionFormulas.ts'
import { priceTable, volatilityTable, type StatusCounts } from './optionTables.ts'
import { ROWS_AT_ONCE, transformCsv } from './transformCsv.ts'

const PRICE_HEADER = 'id,type,spot,strike,rate,div_yield,t_years,vol'
const PRICE_ADDED = `${BATCH_OUTPUTS.join(',')},status`

async function priced(lines: readonly string[], style: 'european' | 'american' = 'european') {
  const folder = temporaryFolder()
  const [file, out] = [join(folder, 'in.csv'), join(folder, 'out.csv')]
  writeFileSync(file, lines.join('\n'))
  const batch = createBatch(ROWS_AT_ONCE)
  const counts: StatusCounts = new Map()
  const transform = priceTable(batch, style, (kind, count) => priceBatch(batch, kind, count), counts)
  const result = await transformCsv(file, out, transform)
  return { result, counts: Object.fromEntries(counts), folder, file, ...written(out) }
}

async function solved(lines: readonly string[]) {
  const folder = temporaryFolder()
  const [file, out] = [join(folder, 'in.csv'), join(folder, 'out.csv')]
  writeFileSync(file, lines.join('\n'))
  const batch = createBatch(ROWS_AT_ONCE)
  const transform = volatilityTable(batch, (kind, count) => solveBatch(batch, kind, count), new Map())
  const result = await transformCsv(file, out, transform)
  return { result, file, ...written(out) }
}

function written(out: string): { readonly header: string; readonly rows: readonly string[] } {
  const [header = '', ...rows] = existsSync(out) ? readFileSync(out, 'utf8').trimEnd().split('\n') : []
  return { header, rows }
}

test('prices come behind what stood there, to the last digit', async () => {
  const { result, header, rows } = await priced([PRICE_HEADER, 'a,call,600,605,0.04,0.01,0.002,0.15'])
  expect(result).toEqual({ ok: true, value: { rows: 1, renamed: {} } })
  expect(header).toBe(`${PRICE_HEADER},${PRICE_ADDED}`)
  const carry = { years: 0.002, discountYears: 0.002, rate: 0.04, dividendYield: 0.01 }
  const greeks = europeanGreeks('call', 600, 605, 0.15, carry)
  const fields = rows[0]?.split(',') ?? []
  expect(fields.slice(8, 17).map(Number)).toEqual(BATCH_OUTPUTS.map(name => greeks[name]))
  expect(fields.at(-1)).toBe('ok')
})

test.each(['european', 'american'] as const)(
  'a %s option has its cash dividend, where the share goes ex in its life',
  async style => {
    const header = `${PRICE_HEADER},dividend,dividend_years`
    const option = 'a,call,600,590,0.04,0,0.08,0.15'
    const { rows } = await priced(
      [
        header,
        `${option},1.8,0.02`,
        `${option},,`,
        `${option},1.8,0.09`,
        `${option},-1,0.02`,
        `${option},1,soon`,
      ],
      style,
    )
    const carry = { years: 0.08, discountYears: 0.08, rate: 0.04, dividendYield: 0 }
    const dividend = { amount: 1.8, years: 0.02, discountYears: 0.02 }
    const paid = dividendPrice(style, 'call', 600, 590, 0.15, { ...carry, dividend })
    const prices = rows.map(row => Number(row.split(',')[10]))
    expect(prices[0]).toBe(paid)
    expect(prices[1]).toBe(optionPrice(style, 'call', 600, 590, 0.15, carry))
    expect(prices[2]).toBe(prices[1])
    expect(rows[3]?.endsWith('"dividend must be at least 0, is -1"')).toBe(true)
    expect(rows[4]?.endsWith('"dividend_years must be a number, is ""soon"""')).toBe(true)
  },
)

test('a table that names a dividend says when the share goes ex', async () => {
  const { result } = await priced([`${PRICE_HEADER},dividend`, 'a,call,600,590,0.04,0,0.08,0.15,1.8'])
  expect(result.ok ? '' : result.failure).toMatch(/must have a column dividend_years/)
})

test.each(['european', 'american'])('a price under a dividend says its volatility again: %s', async style => {
  const carry = { years: 0.08, discountYears: 0.08, rate: 0.04, dividendYield: 0 }
  const dividend = { amount: 1.8, years: 0.02, discountYears: 0.02 }
  const kind = style === 'american' ? 'american' : 'european'
  const lines = (['call', 'put'] as const).map(right => {
    const price = dividendPrice(kind, right, 600, 605, 0.15, { ...carry, dividend })
    return `a,${right},600,605,0.04,0,0.08,${price},${style},1.8,0.02`
  })
  const header = 'id,type,spot,strike,rate,div_yield,t_years,price,style,dividend,dividend_years'
  const { rows } = await solved([header, ...lines, 'a,put,600,605,0.04,0,0.08,1,american,1.8,0.02'])
  for (const row of rows.slice(0, 2)) expect(Number(row.split(',').at(-2))).toBeCloseTo(0.15, 9)
  expect(rows[2]?.endsWith(',below intrinsic')).toBe(true)
})

test('extra columns are carried through in their order, and columns may stand in any', async () => {
  const header = 'vol,note,t_years,div_yield,rate,strike,spot,desk,type,id'
  const line = '0.2,"a ""b"", c",0.5,0,0.05,100,101, x ,PUT,7'
  const { header: kept, rows } = await priced([header, line])
  expect(kept).toBe(`${header},${PRICE_ADDED}`)
  expect(rows[0]?.startsWith(`${line},`)).toBe(true)
  expect(rows[0]?.endsWith(',ok')).toBe(true)
})

test('a column that has the name of an output keeps its fields and its place, under a name that says so', async () => {
  const { header, rows, result } = await priced([
    'id,type,spot,strike,rate,div_yield,t_years,vol,price,delta,input_delta,status,note',
    'a,call,600,605,0.04,0.01,0.002,0.15,9,8,7,old,kept',
  ])
  const carried = `${PRICE_HEADER},input_price,input_input_delta,input_delta,input_status,note`
  expect(header).toBe(`${carried},${PRICE_ADDED}`)
  expect(rows[0]).toMatch(/^a,call,600,605,0\.04,0\.01,0\.002,0\.15,9,8,7,old,kept,\d+\.\d+,.*,ok$/)
  const renamed = { price: 'input_price', delta: 'input_input_delta', status: 'input_status' }
  expect(result).toEqual({ ok: true, value: { rows: 1, renamed } })
})

test.each(['5" pipe', '"5" pipe"', 'a "b" c', '6\' 2"'])(
  'a quote that begins no field is a letter: %s is carried through',
  async note => {
    const good = 'a,call,600,605,0.04,0.01,0.002,0.15'
    const { rows } = await priced([`${PRICE_HEADER},note`, `${good},${note}`, `${good},plain`])
    expect(rows).toHaveLength(2)
    const [first]: string[][] = parse(rows[0] ?? '')
    expect([first?.[8], first?.at(-1)]).toEqual([note, 'ok'])
    expect(rows[1]?.endsWith(',ok')).toBe(true)
  },
)

test('a file is not written over while it is read', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'in.csv')
  writeFileSync(file, `${PRICE_HEADER}\n`)
  symlinkSync(file, join(folder, 'alias.csv'))
  const transform = priceTable(createBatch(16), 'european', () => undefined, new Map())
  for (const out of [file, join(folder, 'alias.csv')]) {
    const failure = `out: ${out} must be another file than is read`
    expect(await transformCsv(file, out, transform)).toEqual({ ok: false, failure })
  }
  expect(readFileSync(file, 'utf8')).toBe(`${PRICE_HEADER}\n`)
})

test.each([
  ['a,foo,600,605,0.04,0.01,0.002,0.15', 'type must be call or put, is ""foo""'],
  ['a,,600,605,0.04,0.01,0.002,0.15', 'type must be call or put, is """"'],
  ['a,call,x,605,0.04,0.01,0.002,0.15', 'spot must be a number, is ""x""'],
  ['a,call,600,,0.04,0.01,0.002,0.15', 'strike must be a number, is """"'],
  ['a,call,600,605,NaN,0.01,0.002,0.15', 'rate must be a number, is ""NaN""'],
  ['a,call,600,605,0.04,Infinity,0.002,0.15', 'div_yield must be a number, is ""Infinity""'],
  ['a,call,600,605,0.04,0.01,1e400,0.15', 't_years must be a number, is ""1e400""'],
  ['a,call,600,605,0.04,0.01,-0.002,0.15', 't_years must be at least 0, is -0.002'],
  ['a,call,600,605,0.04,0.01,0.002,0x10', 'vol must be a number, is ""0x10""'],
  ['a,call,600,605,0.04,0.01,0.002', 'row must have 8 fields, is 7'],
  ['a,call,600,605,0.04,0.01,0.002,0.15,9', 'row must have 8 fields, is 9; beyond them: 9'],
  ['a,call,600,605,0.04,0.01,0.002,0.15,9,x', 'row must have 8 fields, is 10; beyond them: 9,x'],
])('%s gets the status: %s; the rows around it are priced', async (bad, status) => {
  const good = 'a,call,600,605,0.04,0.01,0.002,0.15'
  const { result, rows, counts } = await priced([PRICE_HEADER, good, bad, good])
  expect(result).toEqual({ ok: true, value: { rows: 3, renamed: {} } })
  expect(
    rows[1]?.endsWith(
      `${',,,,,,,,,'}${status.includes('"') || status.includes(',') ? `"${status}"` : status}`,
    ),
  ).toBe(true)
  expect(rows[0]).toBe(rows[2])
  expect(counts['ok']).toBe(2)
})

test('figures beyond the range of numbers are left empty and said, the others stand', async () => {
  const { rows } = await priced([
    PRICE_HEADER,
    'a,call,1e308,1,-700,0.01,100,0.15',
    'b,call,100,100,0,0,1e-290,1e-170',
    'c,call,1e308,1e308,.05,0,.01,.2',
    'd,call,100,100,.05,0,.01,1e-300',
  ])
  expect(rows[0]).toMatch(/,price and .* are beyond the range of numbers$/)
  expect(rows.join()).not.toMatch(/NaN|Infinity/)
  const fields = rows.map(row => row.split(','))
  expect(fields[1]?.at(-1)).toMatch(/^gamma( and \w+)* (is|are) beyond the range of numbers$/)
  expect(Number(fields[1]?.[8])).toBeGreaterThan(0)
  expect([fields[2]?.at(-1), fields[3]?.at(-1)]).toEqual(['ok', 'ok'])
  expect(Number(fields[2]?.[8]) / 1e308).toBeCloseTo(0.0082, 3)
  expect(Number(fields[3]?.[8])).toBeCloseTo(100 - 100 * Math.exp(-0.0005), 12)
})

test('american options are worth no less than european ones', async () => {
  const lines = [PRICE_HEADER, 'a,put,600,640,0.05,0.01,0.2,0.15']
  const price = ({ rows }: { rows: readonly string[] }) => Number(rows[0]?.split(',')[8])
  expect(price(await priced(lines, 'american'))).toBeGreaterThan(price(await priced(lines)) + 0.1)
})

test('a forward, undiscounted table and a spot table of the same options say the same volatility', async () => {
  const forward = 100 * Math.exp(0.04 * 0.25)
  const growth = Math.exp(0.05 * 0.25)
  const fromForward = await solved([
    'id,type,forward,strike,t_years,price',
    `a,call,${forward},105,0.25,${2.5 * growth}`,
  ])
  const fromSpot = await solved([
    'id,type,spot,strike,rate,div_yield,t_years,price,style',
    'a,call,100,105,0.05,0.01,0.25,2.5,european',
  ])
  expect(fromForward.header.endsWith(',price,implied_volatility,status')).toBe(true)
  const volatility = ({ rows }: { rows: readonly string[] }) => Number(rows[0]?.split(',').at(-2))
  expect(volatility(fromForward)).toBeCloseTo(volatility(fromSpot), 12)
})

test.each([
  ['call,600,610,0.0005,0.3', 'ok'],
  ['put,600,610,0.0005,9.99', 'below intrinsic'],
  ['put,600,610,0.0005,611', 'above maximum'],
  ['put,600,610,0.0005,10', 'lost in rounding'],
  ['put,600,610,0,12', 'expired'],
])('a price of %s is %s, and no other gets a volatility', async (line, status) => {
  const { rows } = await solved(['id,type,forward,strike,t_years,price', `a,${line}`])
  const [volatility, said] = rows[0]?.split(',').slice(-2) ?? []
  expect(said).toBe(status)
  expect(volatility !== '').toBe(status === 'ok')
})

test('styles may change from row to row', async () => {
  const row = (id: string, style: string) => `${id},put,100,110,0.08,0,0.5,11.5,${style}`
  const { rows } = await solved([
    'id,type,spot,strike,rate,div_yield,t_years,price,style',
    row('a', 'american'),
    row('b', 'european'),
    row('c', 'bermudan'),
    row('d', 'American'),
  ])
  const told = rows.map(line => line.split(',').slice(9, 11).join(' '))
  expect(told[0]).toMatch(/^0\.\d+ ok$/)
  expect(told[1]).toMatch(/^0\.\d+ ok$/)
  expect(Number(told[1]?.split(' ')[0])).toBeGreaterThan(Number(told[0]?.split(' ')[0]))
  expect(rows[2]).toMatch(/,"style must be european or american, is ""bermudan"""$/)
  expect(told[3]).toBe(told[0])
})

test('more rows than are worked on at once come out in their order', async () => {
  const count = ROWS_AT_ONCE + 3
  const lines = Array.from({ length: count }, (_, index) => `${index},call,600,605,0.04,0.01,0.002,0.15`)
  const { result, rows } = await priced([PRICE_HEADER, ...lines])
  expect(result).toEqual({ ok: true, value: { rows: count, renamed: {} } })
  expect(rows.map(row => row.slice(0, row.indexOf(',')))).toEqual(
    lines.map(line => line.slice(0, line.indexOf(','))),
  )
}, 20_000)

test('gzip is read and written by the names of files', async () => {
  const folder = temporaryFolder()
  const [file, out] = [join(folder, 'in.csv.gz'), join(folder, 'out.csv.gz')]
  writeFileSync(file, gzipSync(`${PRICE_HEADER}\na,call,600,605,0.04,0.01,0.002,0.15\n`))
  const batch = createBatch(ROWS_AT_ONCE)
  const transform = priceTable(batch, 'european', (kind, count) => priceBatch(batch, kind, count), new Map())
  expect(await transformCsv(file, out, transform)).toEqual({ ok: true, value: { rows: 1, renamed: {} } })
  expect(gunzipSync(readFileSync(out)).toString()).toContain(',ok\n')
})

test.each([
  ['', /^in: .*in\.csv must have a header row, is empty$/],
  [
    'id,type,spot,rate,div_yield,t_years,vol\n',
    /in\.csv must have a column strike, has id, type, spot, .* in line 1$/,
  ],
  ['id,type,spot,spot\n', /in\.csv must have every column once, has spot twice$/],
  [
    `${PRICE_HEADER},note\na,call,1,1,0,0,1,1,"5 pipe\nb,call,1,1,0,0,1,1,"x"\n`,
    /in\.csv must close every quote that begins a field, has one open in the lines up to 3$/,
  ],
  [`${PRICE_HEADER}\n"a,call\n`, /in\.csv must be CSV \(Quote Not Closed.* line 2.*\)$/],
])('a file of %j is refused in one line, and nothing is written', async (content, sentence) => {
  const { result, folder } = await priced([content])
  expect(result).toMatchObject({ ok: false })
  expect(result.ok ? '' : result.failure).toMatch(sentence)
  expect(namesIn(folder)).toEqual(['in.csv'])
})

test('files that are absent, no file, cut off or not to be written are refused by name', async () => {
  const folder = temporaryFolder()
  const batch = createBatch(16)
  const transform = priceTable(batch, 'european', () => undefined, new Map())
  const refusal = async (file: string, out: string) => {
    const result = await transformCsv(file, out, transform)
    return result.ok ? 'taken' : result.failure
  }
  const out = join(folder, 'out.csv')
  expect(await refusal(join(folder, 'none.csv'), out)).toMatch(/^in: there is no file .*none\.csv$/)
  expect(await refusal(folder, out)).toBe(`in: ${folder} must be a file`)
  const whole = gzipSync(`${PRICE_HEADER}\n`.repeat(500))
  writeFileSync(join(folder, 'cut.csv.gz'), whole.subarray(0, whole.length - 12))
  expect(await refusal(join(folder, 'cut.csv.gz'), out)).toMatch(/must be a whole gzip file, is cut off$/)
  writeFileSync(join(folder, 'text.csv.gz'), PRICE_HEADER)
  expect(await refusal(join(folder, 'text.csv.gz'), out)).toMatch(/must be a gzip file \(/)
  writeFileSync(join(folder, 'in.csv'), `${PRICE_HEADER}\n`)
  const nowhere = join(folder, 'no', 'out.csv')
  expect(await refusal(join(folder, 'in.csv'), nowhere)).toMatch(
    /^out: .* must be a file that can be written/,
  )
  expect(namesIn(folder)).toEqual(['cut.csv.gz', 'in.csv', 'text.csv.gz'])
})
