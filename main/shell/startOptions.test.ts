import { Command } from 'commander'
import { expect, test } from 'vitest'
import { BadOption, parse, readStartOptions, settingsOf, withFeedOptions } from './startOptions.ts'

function read(...given: string[]) {
  return readStartOptions(given, () => undefined)
}

test('a start that is told nothing leaves every setting to others', () => {
  expect(read()).toEqual({ feed: {}, shell: {}, data: {} })
})

test('every option is the setting of its name, numbers as numbers', () => {
  const told = [
    '--feed',
    'replay',
    '--session',
    'a.parquet',
    '--speed',
    '2.5',
    '--seed',
    '7',
    '--date',
    '2026-11-20',
  ]
  expect(read(...told, '--from', '10:30', '--data-dir', '/tmp/x', '--port', '8100', '--no-open')).toEqual({
    feed: { kind: 'replay', session: 'a.parquet', speed: 2.5, seed: 7, date: '2026-11-20', from: '10:30' },
    shell: { port: 8100, open: false },
    data: { folder: '/tmp/x' },
  })
})

test('names that look like numbers stay names', () => {
  expect(read('--data-dir', '2026', '--session', '1e3')).toMatchObject({
    data: { folder: '2026' },
    feed: { session: '1e3' },
  })
})

test('speed may be a word, and what is no number is left for its rule to refuse', () => {
  expect(read('--speed', 'max', '--port', 'http')).toMatchObject({
    feed: { speed: 'max' },
    shell: { port: 'http' },
  })
  expect(read('--seed', ' ')).toMatchObject({ feed: { seed: ' ' } })
})

test.each([
  [['--sped', '5'], "unknown option '--sped'"],
  [['--speed'], "option '--speed <factor>' argument missing"],
  [['more'], 'too many arguments'],
])('a command line of %j is refused in one line', (given, sentence) => {
  expect(() => read(...given)).toThrow(BadOption)
  expect(() => read(...given)).toThrow(new RegExp(`^${sentence.replaceAll(/[<>']/g, '.')}[^\n]*$`))
})

test('help tells every option and starts nothing', () => {
  let told = ''
  expect(readStartOptions(['--help'], text => (told += text))).toBeUndefined()
  for (const name of ['feed', 'session', 'speed', 'seed', 'date', 'from', 'data-dir', 'port', 'no-open'])
    expect(told).toContain(`--${name}`)
})

test('other commands take the same options of a market', () => {
  const command = withFeedOptions(new Command('replay')).option('--json', 'as JSON')
  expect(parse(command, ['--seed', '3', '--json'], () => undefined)).toBe(true)
  expect(settingsOf(command.opts())).toEqual({ feed: { seed: 3 }, shell: {}, data: {} })
})
