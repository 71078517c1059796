import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../fixtures/folder.ts'
import { CASE_FOLDER } from '../fixtures/tradingCode/cases.ts'
import { zerodte as typed } from '../fixtures/typedCommand.ts'

const zerodte = (...given: readonly string[]) => typed('assistant', ...given)

test('says what the assistant can do', async () => {
  const [bare, help] = await Promise.all([zerodte(), zerodte('optimise', '--help')])
  expect(bare).toMatchObject({ code: 0, errors: '' })
  for (const name of ['index', 'search', 'optimise', 'review', 'apply', 'undo', 'choices', 'night', 'record'])
    expect(bare?.out).toMatch(new RegExp(`^ +${name} `, 'm'))
  expect(help).toMatchObject({
    code: 0,
    out: expect.stringContaining('Usage: zerodte assistant optimise [options] <file>'),
  })
})

test('what one command reads the next one finds', async () => {
  const folder = temporaryFolder()
  const code = join(folder, 'code')
  cpSync(CASE_FOLDER, code, { recursive: true })
  const data = ['--data-dir', join(folder, 'data')]
  const read = await zerodte('index', code, ...data, '--json')
  expect(JSON.parse(read.out)).toMatchObject({ path: code, files: 8, functions: 49, problems: [] })
  expect(read.errors).toContain('reading files')
  const found = await zerodte('search', 'gamma', 'by', 'strike', '--limit', '1', ...data, '--json')
  expect(JSON.parse(found.out).hits).toMatchObject([{ place: { function: 'gamma_by_strike' } }])
  const told = await zerodte('search', 'gamma by strike', '--limit', '1', ...data)
  expect(told.out).toMatch(/exposure\.py:\d+ {2}def gamma_by_strike/)
  const chosen = await zerodte('choices', ...data)
  expect(chosen).toMatchObject({ code: 0, out: 'No choice was made yet.\n' })
}, 60_000)

test('a mistake is told in one line that names it', async () => {
  const file = join(CASE_FOLDER, 'indicators.py')
  const [unknown, gone, limit, budget, card, change] = await Promise.all([
    zerodte('optimise', file, '--function', 'no_such', '--data-dir', temporaryFolder()),
    zerodte('review', '/nowhere/at/all', '--data-dir', temporaryFolder()),
    zerodte('search', 'gamma', '--limit', '0', '--data-dir', temporaryFolder()),
    zerodte('optimise', file, '--function', 'ema', '--budget', 'long', '--data-dir', temporaryFolder()),
    zerodte('apply', 'no-such-card', '--data-dir', temporaryFolder()),
    zerodte('undo', 'no-such-change', '--data-dir', temporaryFolder()),
  ])
  const told = await zerodte('apply', 'no-such-card', '--data-dir', temporaryFolder(), '--json')
  expect(unknown).toMatchObject({
    code: 2,
    errors: expect.stringMatching(/indicators\.py has no function no_such\.$/),
  })
  expect(gone).toMatchObject({
    code: 2,
    errors: expect.stringMatching(/There is no file or folder \/nowhere\/at\/all\.$/),
  })
  expect(limit).toMatchObject({ code: 2, errors: 'limit must be a whole number from 1 to 100, is "0"' })
  expect(budget).toMatchObject({ code: 2, errors: 'budget must be a whole number from 1 to 3600, is "long"' })
  expect(card).toMatchObject({ code: 2, errors: 'There is no variant "no-such-card".' })
  expect(change).toMatchObject({ code: 2, out: '', errors: 'There is no change "no-such-change".' })
  expect(told).toMatchObject({
    code: 2,
    out: '{"ok":false,"failure":"There is no variant \\"no-such-card\\"."}\n',
  })
}, 60_000)
