import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LedgerLine, auditOf } from './ledgerLine.ts'
import type { JournalEntry, Memory } from './ports.ts'

type Health = 'well' | 'failing' | 'hung'

const DEADLINE = 5
const RETRY = 1000

/** A disk whose health follows a list, one for every append; well once the list is over. */
class MoodyDisk implements Memory {
  readonly stored: number[] = []
  readonly batches: number[] = []
  #moods: Health[]

  constructor(moods: readonly Health[]) {
    this.#moods = [...moods]
  }

  append(entries: readonly JournalEntry[]): Promise<void> {
    this.batches.push(entries.length)
    const mood = this.#moods.shift() ?? 'well'
    if (mood === 'hung') return new Promise(() => undefined)
    if (mood === 'failing') return Promise.reject(new Error('database is locked'))
    this.stored.push(...entries.map(entry => entry.sequence))
    return Promise.resolve()
  }

  recall(): Promise<never> {
    return Promise.reject(new Error('nothing is recalled here'))
  }
}

function entry(sequence: number): JournalEntry {
  const event = { kind: 'slowDecision', time: sequence, latency: 1 } as const
  return { sequence, session: 'test', time: sequence, event, facts: [{ kind: 'flattenKept' }] }
}

/** A line over a disk, a clock that a test turns, and what was heard. */
function lineOver(moods: readonly Health[], onUp: () => void = () => undefined) {
  const disk = new MoodyDisk(moods)
  const released: (readonly [number, boolean])[] = []
  const heard: string[] = []
  const alarms: { readonly at: number; readonly ring: () => void }[] = []
  let now = 0
  const delay = (time: number) => new Promise<void>(ring => void alarms.push({ at: now + time, ring }))
  const line = new LedgerLine(disk, DEADLINE, delay, {
    memoryChanged: (isDown, reason) => {
      heard.push(isDown ? `down: ${reason}` : 'up')
      if (!isDown) onUp()
    },
    committed: () => void heard.push('committed'),
  })
  const turn = async (time: number) => {
    now += time
    for (const alarm of alarms.filter(({ at }) => at <= now)) alarm.ring()
    alarms.splice(0, alarms.length, ...alarms.filter(({ at }) => at > now))
    // Long enough for every promise that the alarms woke
    for (let step = 0; step < 20; step += 1) await Promise.resolve()
  }
  let count = 0
  const hold = () => {
    count += 1
    const held = entry(count)
    line.hold({ entry: held, release: stored => void released.push([held.sequence, stored]) })
  }
  return { disk, line, released, heard, turn, hold }
}

const anyDay = fc.record({
  moods: fc.array(fc.constantFrom<Health>('well', 'well', 'failing', 'hung'), { maxLength: 12 }),
  steps: fc.array(fc.constantFrom(0, 0, 0, 1, DEADLINE, RETRY), { minLength: 1, maxLength: 30 }),
})

async function lived({ moods, steps }: { moods: Health[]; steps: number[] }) {
  const day = lineOver(moods)
  for (const time of steps) {
    if (time === 0) day.hold()
    else await day.turn(time)
  }
  // A disk that hangs takes two turns: one until its deadline, one until the next try
  for (let round = 0; round <= 2 * moods.length; round += 1) await day.turn(RETRY + DEADLINE)
  return day
}

test('every entry is stored once and in order, whatever the disk does in between', async () => {
  await fc.assert(
    fc.asyncProperty(anyDay, async given => {
      const { disk, released, line } = await lived(given)
      expect(disk.stored).toEqual(released.map((_, index) => index + 1))
      expect(line.isIdle).toBe(true)
    }),
  )
})

test('whatever waits is released once and in order, and only what is on disk is released as stored', async () => {
  await fc.assert(
    fc.asyncProperty(anyDay, async given => {
      const day = lineOver(given.moods)
      for (const time of given.steps) {
        if (time === 0) day.hold()
        else await day.turn(time)
        const claimed = day.released.filter(([, stored]) => stored).map(([sequence]) => sequence)
        expect(day.disk.stored).toEqual(expect.arrayContaining(claimed))
      }
      await day.turn(RETRY + DEADLINE)
      expect(day.released.map(([sequence]) => sequence)).toEqual(day.released.map((_, index) => index + 1))
    }),
  )
})

test('a disk that is lost and found is told once each, in turn', async () => {
  await fc.assert(
    fc.asyncProperty(anyDay, async given => {
      const { heard } = await lived(given)
      const told = heard.filter(word => word !== 'committed').map(word => word.split(':')[0])
      expect(told).toEqual(told.map((_, index) => (index % 2 === 0 ? 'down' : 'up')))
      expect(told.at(-1)).not.toBe('down')
    }),
  )
})

test('what comes while the disk is busy goes in one batch after it', async () => {
  const { disk, hold, turn, heard } = lineOver([])
  for (let count = 0; count < 5; count += 1) hold()
  await turn(0)
  expect(disk.batches).toEqual([1, 4])
  expect(heard).toEqual(['committed'])
})

test.each([
  ['failing', 'down: database is locked', 0],
  ['hung', 'down: no answer within 5 ms', DEADLINE],
] as const)('a disk that is %s holds nobody up, and is tried again each second', async (mood, word, wait) => {
  const { disk, hold, turn, heard, released, line } = lineOver([mood, mood])
  hold()
  hold()
  expect(line.isIdle).toBe(false)
  await turn(wait)
  hold()
  expect(heard).toEqual([word])
  expect(released).toEqual([
    [1, false],
    [2, false],
    [3, false],
  ])
  await turn(RETRY)
  await turn(wait)
  expect(disk.stored).toEqual([])
  await turn(RETRY)
  hold()
  await turn(0)
  expect(disk.stored).toEqual([1, 2, 3, 4])
  expect(released.at(-1)).toEqual([4, true])
  expect(heard).toEqual([word, 'up', 'committed', 'committed'])
})

test('what comes in the moment the disk is back goes after what came while it was away', async () => {
  const day = lineOver(['failing'], () => day.hold())
  day.hold()
  await day.turn(0)
  const append = day.disk.append.bind(day.disk)
  day.disk.append = entries => {
    day.disk.append = append
    day.hold()
    return append(entries)
  }
  await day.turn(RETRY)
  expect(day.disk.stored).toEqual([1, 2, 3])
  expect(day.disk.batches).toEqual([1, 1, 2])
})

test('clients see the number, the time and the facts of an entry, and nothing else', () => {
  expect(auditOf(entry(7))).toEqual({ sequence: 7, time: 7, facts: [{ kind: 'flattenKept' }] })
})
