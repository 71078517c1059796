import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MarketSource, MarketStep } from '../engine/ports.ts'
import { Player, type Audience, type Pace } from './player.ts'

const START = 1_800_000_000_000

interface Played {
  readonly player: Player
  /** What was heard, in order: `quotesConfirmed 300` at 300 ms after the start, `beat 1000`, `settled`. */
  readonly heard: string[]
  readonly isClosed: () => boolean
}

function setUp(times: readonly number[], pace: Pace, given: Partial<Audience> = {}): Played {
  const heard: string[] = []
  const left = times.map((time): MarketStep => {
    return { time: START + time, events: [{ kind: 'quotesConfirmed', time: START + time }] }
  })
  let isClosed = false
  const source: MarketSource = {
    start: START,
    opening: [{ kind: 'quotesConfirmed', time: START }],
    next: () => Promise.resolve(left.shift()),
    close: () => {
      isClosed = true
      return Promise.resolve()
    },
  }
  const audience: Audience = {
    hear: event => void heard.push(`${event.kind} ${event.time - START}`),
    beat: time => void heard.push(`beat ${time - START}`),
    settled: () => {
      heard.push('settled')
      return Promise.resolve()
    },
    ...given,
  }
  return {
    player: new Player(source, audience, pace, () => performance.now()),
    heard,
    isClosed: () => isClosed,
  }
}

test('at full speed every step is waited for, events come before the beat of their second, beats before later events', async () => {
  const { player, heard, isClosed } = setUp([0, 300, 1000, 2500], 'max')
  await player.play()
  expect(heard).toEqual([
    'quotesConfirmed 0',
    'settled',
    'quotesConfirmed 0',
    'beat 0',
    'settled',
    'quotesConfirmed 300',
    'settled',
    'quotesConfirmed 1000',
    'beat 1000',
    'settled',
    'beat 2000',
    'quotesConfirmed 2500',
    'settled',
  ])
  expect([isClosed(), player.time]).toEqual([true, START + 2500])
})

test('however the steps fall, every second beats once and in order, and no event is lost or late', async () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(gaps, async gaps => {
      let time = 0
      const times = gaps.map(gap => (time += gap))
      const { player, heard } = setUp(times, 'max')
      await player.play()
      const beats = heard.filter(line => line.startsWith('beat')).map(line => Number(line.slice(5)))
      const seconds = times.length === 0 ? 0 : Math.floor(time / 1000) + 1
      expect(beats).toEqual(Array.from({ length: seconds }, (_, second) => second * 1000))
      expect(heard.filter(line => line.startsWith('quotes'))).toEqual(
        [0, ...times].map(at => `quotesConfirmed ${at}`),
      )
      const order = heard.filter(line => line !== 'settled').map(line => Number(line.split(' ')[1]))
      expect(order).toEqual([...order].sort((one, other) => one - other))
    }),
    { numRuns: 40 },
  )
})

test('a step longer than a minute beats once', async () => {
  const { player, heard } = setUp([0, 200_000], 'max')
  await player.play()
  expect(heard.filter(line => line.startsWith('beat'))).toEqual(['beat 0', 'beat 200000'])
})

test('a pace keeps step with the wall clock', async () => {
  const { player } = setUp([0, 1000, 3000], 20)
  const began = performance.now()
  await player.play()
  expect(performance.now() - began).toBeGreaterThan(145)
  expect(performance.now() - began).toBeLessThan(1000)
})

test('another pace counts from where the session stands', async () => {
  const { player, heard } = setUp([0, 60_000], 1)
  const playing = player.play()
  await expect.poll(() => heard.length).toBeGreaterThan(2)
  player.setPace(2000)
  expect(player.pace).toBe(2000)
  await playing
  expect(player.time).toBe(START + 60_000)
})

test('paused, nothing is heard; let go, it goes on without making up for the wait', async () => {
  const { player, heard } = setUp([0, 100, 200, 300, 5000], 10)
  player.setPaused(true)
  const playing = player.play()
  await new Promise(resolve => setTimeout(resolve, 80))
  expect([player.isPaused, heard]).toEqual([true, ['quotesConfirmed 0', 'settled']])
  player.setPaused(false)
  const began = performance.now()
  await playing
  expect(performance.now() - began).toBeGreaterThan(430)
})

test('closed while it waits or is paused, it ends at once, without the step it waited for, and closes its source', async () => {
  for (const isPaused of [true, false]) {
    const { player, heard, isClosed } = setUp([0, 600_000], 1)
    const playing = player.play()
    await expect.poll(() => heard.length).toBeGreaterThan(2)
    player.setPaused(isPaused)
    player.close()
    await playing
    expect([isClosed(), player.time, heard.at(-1)]).toEqual([true, START, 'beat 0'])
  }
})
