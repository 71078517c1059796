import * as fc from 'fast-check'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { minuteClock } from '../../core/session/newYork.ts'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { MIDS_HEADER, midsLines, writeLines } from '../../fixtures/midsFiles.ts'
import { readCloses, readMids } from './mids.ts'

const ROW = '2024-06-18,10:00,5480.91,5480,9.8,9.65'

test.each([
  [
    'a date that is none',
    '18.06.2024,10:00,5480.91,5480,9.8,9.65',
    'column date in line 3 must be a date written YYYY-MM-DD, is "18.06.2024"',
  ],
  [
    'a time that is none',
    '2024-06-18,25:00,5480.91,5480,9.8,9.65',
    'column time_et in line 3 must be a time written HH:MM, is "25:00"',
  ],
  [
    'an index of nothing',
    '2024-06-18,10:30,0,5480,9.8,9.65',
    'column spx in line 3 must be a number above 0, is "0"',
  ],
  [
    'a strike that is a word',
    '2024-06-18,10:30,5480,x,9.8,9.65',
    'column strike in line 3 must be a number above 0, is "x"',
  ],
  [
    'a mid below nothing',
    '2024-06-18,10:30,5480,5480,-1,9.65',
    'column call_mid in line 3 must be a number not below 0, is "-1"',
  ],
  [
    'a hexadecimal mid',
    '2024-06-18,10:30,5480,5480,1,0x2',
    'column put_mid in line 3 must be a number not below 0, is "0x2"',
  ],
  [
    'two indices at one time',
    '2024-06-18,10:00,5481,5485,9.8,9.65',
    'column spx in line 3 must be 5480.91 as before at that time, is "5481"',
  ],
  ['a strike twice', ROW, 'column strike in line 3 must stand once at a time, is "5480"'],
  ['a field too few', '2024-06-18,10:00,5480.91,5480,9.8', 'line 3 must have as many fields as the header'],
])('%s is refused with its line, column and rule', async (_, row, problem) => {
  const file = writeLines(temporaryFolder(), 'mids.csv', [MIDS_HEADER, ROW, row])
  expect(await readMids(file)).toEqual({ ok: false, failure: `mids: ${file} ${problem}` })
})

test('a file without a column, without rows, or that is not there is refused', async () => {
  const folder = temporaryFolder()
  const without = writeLines(folder, 'without.csv', ['date,time_et,spx,strike,call_mid', ROW])
  expect(await readMids(without)).toMatchObject({ ok: false, failure: expect.stringContaining('"put_mid"') })
  const empty = writeLines(folder, 'empty.csv', [MIDS_HEADER])
  expect(await readMids(empty)).toMatchObject({
    ok: false,
    failure: expect.stringContaining('must have rows'),
  })
  expect(await readMids(`${folder}/absent.csv`)).toMatchObject({ ok: false })
})

test('gzip is read whatever its name says, and what is not text is told without its bytes', async () => {
  const folder = temporaryFolder()
  const packed = join(folder, 'mids.csv')
  writeFileSync(packed, gzipSync(`${MIDS_HEADER}\n${ROW}\n`))
  expect(await readMids(packed)).toMatchObject({ ok: true, value: { rows: 1 } })
  const noise = join(folder, 'noise.csv')
  for (const text of ['a\u0000\u001b[2J"b,c\n1,2\n', 'a\u0000\u001b[2Jb,c\n1,2\n']) {
    writeFileSync(noise, text)
    const read = await readMids(noise)
    expect(read).toMatchObject({ ok: false, failure: expect.stringMatching(/^mids: .* must [ -~]+$/) })
  }
})

test('what was written is what is read, in order of time and strike, whatever the order of the rows', async () => {
  const [header = '', ...rows] = midsLines(2, 7, { implied: 0.15, realised: 0.15 })
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: rows.length }), async shuffled => {
      const read = await readMids(writeLines(temporaryFolder(), 'mids.csv.gz', [header, ...shuffled]))
      if (!read.ok) throw new Error(read.failure)
      const again = read.value.days.flatMap(({ date, instants }) =>
        instants.flatMap(({ minute, underlying, strikes, calls, puts }) =>
          Array.from(strikes, (strike, index) => {
            const mid = (price = Number.NaN) => (Number.isNaN(price) ? '' : String(price))
            const clock = minuteClock(minute)
            return [date, clock, underlying, strike, mid(calls[index]), mid(puts[index])].join(',')
          }),
        ),
      )
      expect(again).toEqual(rows)
    }),
    { numRuns: 5 },
  )
})

test('any text is read or refused in one line', async () => {
  const folder = temporaryFolder()
  const field = fc.oneof(
    fc.constantFrom('', '2024-06-18', '10:00', '5480', '1e999', '-1', '"', 'NaN'),
    fc.string(),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(field, { minLength: 5, maxLength: 7 }), { maxLength: 4 }),
      async rows => {
        const file = writeLines(folder, 'fuzz.csv', [MIDS_HEADER, ...rows.map(row => row.join(','))])
        const read = await readMids(file)
        expect(read.ok ? 'mids: read' : read.failure).toMatch(/^mids: [^\n]*$/)
      },
    ),
    { numRuns: 60 },
  )
})

test('closes are those of the index', async () => {
  const folder = temporaryFolder()
  const lines = [
    'date,symbol,close',
    '2024-06-18,SPX,5487.03',
    '2024-06-18,VIX,12.3',
    '2024-06-20,SPX,5473.17',
  ]
  const read = await readCloses(writeLines(folder, 'closes.csv', lines))
  expect(read.ok && [...read.value]).toEqual([
    ['2024-06-18', 5487.03],
    ['2024-06-20', 5473.17],
  ])
  const twice = writeLines(folder, 'twice.csv', ['date,close', '2024-06-18,1', '2024-06-18,2'])
  expect(await readCloses(twice)).toMatchObject({
    ok: false,
    failure: `closes: ${twice} column date in line 3 must stand once, is "2024-06-18"`,
  })
  const none = writeLines(folder, 'none.csv', ['date,symbol,close', '2024-06-18,VIX,12'])
  expect(await readCloses(none)).toMatchObject({ ok: false })
})
