import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { namesIn, temporaryFolder } from '../fixtures/folder.ts'
import { BAR_HEADER, QUOTE_HEADER, barLine, importFiles, quoteLine } from '../fixtures/minuteFiles.ts'

interface Ended {
  readonly code: number
  readonly out: string
  readonly errors: string
}

const CLI = join(import.meta.dirname, 'cli.ts')

/** Runs a command to its end, with nothing of this machine's own settings. */
function zerodte(given: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  const env = { PATH: process.env['PATH'], HOME: '/nowhere', NODE_NO_WARNINGS: '1', ...environment }
  return new Promise(resolve => {
    execFile(process.execPath, [CLI, ...given], { env, timeout: 25_000 }, (cause, out, errors) => {
      resolve({ code: typeof cause?.code === 'number' ? cause.code : cause ? -1 : 0, out, errors })
    })
  })
}

/** The one line of a run that was refused with exit code 2; of any other run, everything. */
function refusalOf(ended: Ended): string {
  const line = ended.errors.trimEnd()
  return ended.code === 2 && ended.out === '' && !line.includes('\n') ? line : JSON.stringify(ended)
}

const COMMANDS = [
  'import',
  'replay',
  'record',
  'flatten',
  'status',
  'journal',
  'settings',
  'price',
  'iv',
  'backtest',
]

test('says what it can do, and every command says what it takes', async () => {
  const [bare, help, ...own] = await Promise.all(
    [[], ['--help'], ...COMMANDS.map(name => [name, '--help'])].map(given => zerodte(given)),
  )
  for (const name of COMMANDS) expect(bare?.out).toMatch(new RegExp(`^ +${name} `, 'm'))
  expect(help).toMatchObject({ code: 0, errors: '' })
  for (const [index, ended] of own.entries()) {
    expect(ended).toMatchObject({ code: 0, errors: '' })
    expect(ended.out).toContain(`Usage: zerodte ${COMMANDS[index]} `)
    expect(ended.out).toContain('--json')
  }
}, 20_000)

test.each([
  [['nothing'], /^unknown command 'nothing'/],
  [['settings', '--sped', '5'], /^unknown option '--sped'/],
  [['settings', '--speed'], /^option '--speed <factor>' argument missing$/],
  [['settings', '--speed', '0'], /^feed\.speed must be a number above 0, is 0\. Not started\.$/],
  [['replay', '--date', '2026-11-21'], /^feed\.date must be a trading day, is 2026-11-21$/],
  [['replay', '--session', '/absent.parquet'], /^session: there is no file \/absent\.parquet$/],
  [['replay', '--feed', 'replay'], /^feed\.session must name a session file when the feed is a replay$/],
  [['import', '--quotes', 'a', '--out', 'b'], /^required option '--underlying <file>' not specified$/],
  [['record'], /^required option '--out <file>' not specified$/],
])('%j is refused with exit code 2, in one line that names what and why', async (given, sentence) => {
  expect(refusalOf(await zerodte([...given]))).toMatch(sentence)
})

test('commands that need a cockpit or a memory say that there is none, and make none', async () => {
  const folder = join(temporaryFolder(), 'empty')
  mkdirSync(folder)
  const record = ['record', '--stop', '--out', join(folder, 'a.parquet')]
  const runs = [['status'], ['flatten'], record].map(given => zerodte([...given, '--data-dir', folder]))
  for (const ended of await Promise.all(runs))
    expect(refusalOf(ended)).toMatch(`no cockpit runs on ${folder}`)
  const journal = (...more: string[]) => zerodte(['journal', '--data-dir', folder, ...more])
  expect(refusalOf(await journal())).toMatch(`data.folder: there is no memory in ${folder}`)
  expect(refusalOf(await journal('--verify'))).toMatch(`data.folder: there is no memory in ${folder}`)
  expect(refusalOf(await journal('--limit', '1.5'))).toMatch(
    /^limit must be a whole number above 0, is "1\.5"$/,
  )
  expect(refusalOf(await journal('--limit', '0'))).toMatch(/^limit must be a whole number above 0, is "0"$/)
  expect(namesIn(folder)).toEqual([])
}, 20_000)

test('a program that asks for JSON is told of a failure in it, however it fails', async () => {
  const folder = join(temporaryFolder(), 'empty')
  mkdirSync(folder)
  const runs = [
    ['flatten', '--data-dir', folder, '--json'],
    ['settings', '--json', '--sped', '5'],
    ['nothing', '--json'],
  ].map(given => zerodte(given))
  for (const { code, out, errors } of await Promise.all(runs)) {
    expect(code).toBe(2)
    expect(JSON.parse(out)).toEqual({ ok: false, failure: errors.trimEnd() })
  }
  const asked = await zerodte(['status', '--data-dir', folder, '--', '--json'])
  expect(asked.out).toBe('')
}, 20_000)

test('settings come from the file of the folder, the environment and the command line, in this order', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'zerodte.json')
  writeFileSync(file, JSON.stringify({ feed: { speed: 2, seed: 2, from: '11:00' } }))
  const environment = { ZERODTE_FEED_SPEED: '3', ZERODTE_FEED_SEED: '3', ZERODTE_DATA_FOLDER: folder }
  const { code, out } = await zerodte(['settings', '--speed', '4', '--json'], environment)
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ feed: { speed: 4, seed: 3, from: '11:00' }, data: { folder } })
  const plain = await zerodte(['settings', '--data-dir', folder])
  expect(plain.out).toMatch(/^feed\n(?: {2}.*\n)* {2}speed {2}2$/m)
})

test.each([
  ['{"feed": {', /zerodte\.json must be JSON\. Not started\.$/],
  ['{"feed": {"sped": 1}}', /^feed\.sped is no setting\. Not started\.$/],
  ['{"risk": {"lotsPerOrder": 0}}', /^risk\.lotsPerOrder must be at least 1, is 0\. Not started\.$/],
])('a settings file with %s is refused and left as it is', async (content, sentence) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'zerodte.json'), content)
  expect(refusalOf(await zerodte(['settings', '--data-dir', folder]))).toMatch(sentence)
  expect(namesIn(folder)).toEqual(['zerodte.json'])
})

test('an environment that breaks a rule is refused like any other', async () => {
  const ended = await zerodte(['settings'], { ZERODTE_BROKER_REJECTSHARE: '7' })
  expect(refusalOf(ended)).toMatch(/^broker\.rejectShare must be at most 1, is 7\. Not started\.$/)
})

test('imports files, counts what it refused, and plays what it imported', async () => {
  const folder = temporaryFolder()
  const { quotes, bars } = await importFiles(folder, {
    quotes: [QUOTE_HEADER, quoteLine(), quoteLine({ bid_close: 9 }), quoteLine({ right: 'put' })],
  })
  const out = join(folder, 'mine.parquet')
  const given = ['import', '--quotes', quotes, '--underlying', bars, '--out', out]
  const imported = await zerodte([...given, '--json'])
  expect(imported).toMatchObject({ code: 0, errors: '' })
  expect(JSON.parse(imported.out)).toMatchObject({
    file: out,
    quotes: 2,
    bars: 1,
    rows: 4,
    refused: { crossed: 1 },
  })
  const replayed = await zerodte(['replay', '--session', out, '--json'])
  expect(replayed.code).toBe(0)
  expect(JSON.parse(replayed.out)).toMatchObject({ session: '2026-11-20-replay-mine', quotes: 2 })
  expect(namesIn(folder)).toEqual(['bars.csv', 'mine.parquet', 'quotes.csv', 'session.parquet'])
}, 20_000)

test('a broken file is refused in one line, and no session file is made of it', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'q.csv'), `${QUOTE_HEADER.replace('strike,', '')}\n`)
  writeFileSync(join(folder, 'b.csv'), `${BAR_HEADER}\n${barLine()}\n`)
  const paths = ['--quotes', join(folder, 'q.csv'), '--underlying', join(folder, 'b.csv')]
  const ended = await zerodte(['import', ...paths, '--out', join(folder, 'out.parquet')])
  expect(refusalOf(ended)).toMatch(/^quotes: .*q\.csv must have a column "strike", has date, /)
  writeFileSync(join(folder, 'x.parquet'), 'PAR1 but not really PAR1')
  const session = join(folder, 'x.parquet')
  expect(refusalOf(await zerodte(['replay', '--session', session]))).toMatch(
    `session: ${session} must be a session file (`,
  )
  expect(namesIn(folder)).toEqual(['b.csv', 'q.csv', 'x.parquet'])
})

test('whatever is typed, it ends with 0 or 2, with one line of complaint and never with a stack', async () => {
  const word = fc.oneof(
    fc.constantFrom(
      ...COMMANDS,
      '--json',
      '--help',
      '--',
      '-',
      '--seed',
      '--limit',
      '--out',
      '--verify',
      '--no-json',
    ),
    fc.string({ maxLength: 8 }).filter(text => !text.includes('\0')),
  )
  const lines = fc.sample(fc.array(word, { maxLength: 4 }), { numRuns: 14, seed: 20_261_121 })
  const folder = temporaryFolder()
  // What plays a whole day is tried elsewhere
  const quick = lines.filter(line => !line.includes('replay') && !line.includes('record'))
  for (let from = 0; from < quick.length; from += 4) {
    const batch = quick.slice(from, from + 4)
    const runs = await Promise.all(batch.map(line => zerodte(line, { ZERODTE_DATA_FOLDER: folder })))
    for (const [index, ended] of runs.entries()) {
      const isUnderstood = ended.code === 0 || (ended.code === 2 && ended.errors.trim() !== '')
      expect([batch[index], isUnderstood]).toEqual([batch[index], true])
      expect(ended.errors).not.toMatch(/\n\s+at |node:internal/)
    }
  }
}, 30_000)

test('prices a table and finds the volatilities of what it priced', async () => {
  const folder = temporaryFolder()
  const [options, priced, solved] = ['options.csv', 'priced.csv', 'solved.csv'].map(name =>
    join(folder, name),
  )
  if (!options || !priced || !solved) return
  writeFileSync(
    options,
    'id,type,spot,strike,rate,div_yield,t_years,vol,style\n' +
      'a,call,600,605,0.04,0.01,0.02,0.15,american\nb,put,600,x,0.04,0.01,0.02,0.15,american\n',
  )
  const ended = await zerodte(['price', '--in', options, '--out', priced, '--style', 'american', '--json'])
  expect(ended).toMatchObject({ code: 0, errors: '' })
  expect(JSON.parse(ended.out)).toMatchObject({ rows: 2, ok: 1, others: { 'strike must be a number': 1 } })
  const found = await zerodte(['iv', '--in', priced, '--out', solved, '--backend', 'reference', '--json'])
  expect(JSON.parse(found.out)).toMatchObject({ rows: 2, ok: 1, backend: 'TypeScript reference' })
  const [, row = ''] = readFileSync(solved, 'utf8').split('\n')
  expect(Number(row.split(',').at(-2))).toBeCloseTo(0.15, 6)
  expect(row.endsWith(',ok')).toBe(true)
}, 20_000)

test('a graphics processor that is not there is one line, whatever drivers have to say', async () => {
  const file = join(temporaryFolder(), 'options.csv')
  writeFileSync(file, 'id,type,spot,strike,rate,div_yield,t_years,vol\na,call,600,605,0.04,0.01,0.02,0.15\n')
  const given = ['price', '--in', file, '--out', `${file}.out`, '--style', 'european', '--backend', 'gpu']
  const ended = await zerodte(given)
  expect(ended.code === 0 ? ended.errors : refusalOf(ended)).toMatch(
    /^$|^backend must be another on this machine, is gpu: [^\n]+$/,
  )
})

test.each([
  [
    ['price', '--in', '/absent.csv', '--out', '/tmp/x', '--style', 'european'],
    /^in: there is no file \/absent\.csv$/,
  ],
  [['price', '--in', 'a', '--out', 'b'], /^required option '--style <style>' not specified$/],
  [
    ['price', '--in', 'a', '--out', 'b', '--style', 'asian'],
    /^style must be european or american, is "asian"$/,
  ],
  [['iv', '--in', 'a', '--out', 'b', '--backend', 'cloud'], /^backend must be one of .*auto, is "cloud"$/],
])('%j is refused in one line', async (given, sentence) => {
  expect(refusalOf(await zerodte([...given]))).toMatch(sentence)
})
