import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../fixtures/folder.ts'
import { processHost, threadHost, utilityHost, type Host, type Hosted, type UtilityChild } from './host.ts'
import { Learner } from './learner.ts'
import type { LearnerCall, LearnerNews } from './learnerMessages.ts'
import { createPacer, Stopped } from './pace.ts'
import { learnerShare } from './openLearning.ts'

/** A host that does nothing by itself: the test is the worker. */
function idleHost(sharesMemory = true) {
  const calls: LearnerCall[] = []
  let tell: (message: unknown) => void = () => undefined
  let end: (reason: string | undefined) => void = () => undefined
  let kills = 0
  const host: Host = () => {
    const hosted: Hosted = {
      sharesMemory,
      send: message => calls.push(message as LearnerCall),
      onMessage: listener => (tell = listener),
      onExit: listener => (end = listener),
      kill: async () => {
        kills += 1
        end(undefined)
      },
    }
    return hosted
  }
  return {
    host,
    calls,
    say: (news: LearnerNews) => tell(news),
    die: (reason: string) => end(reason),
    kills: () => kills,
  }
}

const TASK = { kind: 'train', folder: 'nowhere', tables: 'nowhere' } as const

test('it tells how far it has come and how long it takes, and time it waits does not count', async () => {
  const clock = { now: 0 }
  const idle = idleHost()
  const learner = new Learner(idle.host, 'worker', () => clock.now)
  expect(learner.progress).toBeUndefined()
  const begun = learner.begin('run-1', TASK)
  expect(learner.begin('run-2', TASK)).toEqual({ ok: false, failure: 'run-1 is being worked on.' })
  idle.say({ kind: 'progress', phase: 'training', done: 10, total: 100 })
  clock.now = 1000
  idle.say({ kind: 'progress', phase: 'training', done: 20, total: 100 })
  expect(learner.progress).toEqual({
    run: 'run-1',
    phase: 'training',
    done: 20,
    total: 100,
    millisecondsLeft: 8000,
    isPaused: false,
    yields: undefined,
  })
  learner.pause(true)
  learner.yieldTo(0.5, 'an order works')
  clock.now = 60_000
  expect(learner.progress).toMatchObject({ millisecondsLeft: 8000, isPaused: true, yields: 'an order works' })
  learner.pause(false)
  expect(learner.worked).toBe(1000)
  expect(idle.calls.map(call => 'pace' in call && call.pace)).toEqual([
    { isPaused: false, share: 1 },
    { isPaused: true, share: 1 },
    { isPaused: true, share: 0.5 },
    { isPaused: false, share: 0.5 },
  ])
  idle.say({ kind: 'done', comparison: undefined })
  expect(begun.ok && (await begun.value)).toEqual({ kind: 'done', comparison: undefined })
  expect([learner.progress, idle.kills()]).toEqual([undefined, 1])
  clock.now = 90_000
  expect(learner.worked).toBe(1000)
})

test('the time that is left is that of all parts, known once more is done than preparing', () => {
  const clock = { now: 0 }
  const idle = idleHost()
  const learner = new Learner(idle.host, 'worker', () => clock.now)
  learner.begin('run-1', TASK)
  const left = (time: number, phase: 'preparing sessions' | 'training' | 'comparing', done: number) => {
    clock.now = time
    idle.say({ kind: 'progress', phase, done, total: 40 })
    return learner.progress?.millisecondsLeft
  }
  // Sessions from the disk are there at once, which says nothing of the rest
  expect([left(10, 'preparing sessions', 9), left(11, 'preparing sessions', 10)]).toEqual([
    undefined,
    undefined,
  ])
  expect([left(1000, 'training', 12), left(2000, 'training', 14)]).toEqual([undefined, 13_000])
  expect(left(3000, 'preparing sessions', 16)).toBe(12_000)
  expect([left(14_000, 'comparing', 38), left(15_000, 'comparing', 40)]).toEqual([1000, 0])
})

test('a worker that dies is an end with a reason, and another task may begin', async () => {
  const idle = idleHost()
  const learner = new Learner(idle.host, 'worker')
  const begun = learner.begin('run-1', TASK)
  idle.die('it ended with SIGSEGV')
  expect(begun.ok && (await begun.value)).toEqual({
    kind: 'failed',
    reason: 'the learner ended: it ended with SIGSEGV',
  })
  expect(learner.begin('run-2', TASK).ok).toBe(true)
})

test('a decision is shown to a worker that shares memory, its end too; one that does not is only told', async () => {
  for (const sharesMemory of [true, false]) {
    const idle = idleHost(sharesMemory)
    const learner = new Learner(idle.host, 'worker')
    learner.giveWayTo(Promise.resolve())
    expect(idle.calls).toEqual([])
    learner.begin('run-1', TASK)
    const decision = Promise.withResolvers<void>()
    learner.giveWayTo(decision.promise)
    const call = idle.calls.at(-1)
    const end = call?.kind === 'giveWay' ? call.to.end : undefined
    expect(call?.kind).toBe('giveWay')
    expect(end && [...end]).toEqual(sharesMemory ? [0] : undefined)
    decision.reject(new Error('the policy did not answer'))
    await expect(decision.promise).rejects.toThrow('the policy did not answer')
    expect(end && [...end]).toEqual(sharesMemory ? [1] : undefined)
  }
})

test('stopped, it ends at its next gate', async () => {
  const idle = idleHost()
  const learner = new Learner(idle.host, 'worker')
  learner.begin('run-1', TASK)
  const stopped = learner.stop()
  expect(idle.calls.at(-1)).toEqual({ kind: 'stop' })
  idle.say({ kind: 'stopped' })
  await stopped
  expect(learner.isBusy).toBe(false)
})

test.each([
  ['a thread', threadHost],
  ['a process', processHost],
])('the same worker runs in %s and says what is wrong', async (_name, host) => {
  const folder = join(temporaryFolder(), 'absent')
  const learner = new Learner(host, join(import.meta.dirname, 'learnerWorker.ts'))
  const begun = learner.begin('run-1', { kind: 'train', folder, tables: join(folder, 'tables') })
  expect(begun.ok && (await begun.value)).toEqual({
    kind: 'failed',
    reason: `${join(folder, 'job.json')} was refused: it is missing.`,
  })
})

test('a utility process is spoken to in the same way', async () => {
  const sent: unknown[] = []
  const listeners = new Map<string, (value: never) => void>()
  const child: UtilityChild = {
    postMessage: message => void sent.push(message),
    on: (event: string, listener: (value: never) => void) => listeners.set(event, listener),
    kill() {
      listeners.get('exit')?.(0 as never)
      return true
    },
  }
  const learner = new Learner(
    utilityHost(() => child),
    'worker',
  )
  const begun = learner.begin('run-1', TASK)
  listeners.get('message')?.({ kind: 'done', comparison: undefined } as never)
  expect(begun.ok && (await begun.value)).toEqual({ kind: 'done', comparison: undefined })
  expect(sent).toEqual([{ kind: 'task', task: TASK, pace: { isPaused: false, share: 1 } }])
})

test('a gate keeps to the share of time, waits while paused, and ends where it is stopped', async () => {
  const clock = { now: 0 }
  const rests: number[] = []
  const pacer = createPacer(
    () => clock.now,
    async time => rests.push(time),
  )
  pacer.set({ isPaused: false, share: 0.25 })
  clock.now = 30
  await pacer.gate()
  clock.now = 40
  await pacer.gate()
  expect(rests).toEqual([90, 30])
  pacer.set({ isPaused: true, share: 1 })
  let isThrough = false
  const waiting = pacer.gate().then(() => (isThrough = true))
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(isThrough).toBe(false)
  pacer.set({ isPaused: false, share: 1 })
  await waiting
  pacer.set({ isPaused: true, share: 1 })
  const ended = pacer.gate()
  pacer.stop()
  await expect(ended).rejects.toThrow(Stopped)
})

test.each([
  [{ phase: 'closed', isPlaying: true, openOrders: 0, isOnBattery: undefined }, 1],
  [{ phase: 'session', isPlaying: false, openOrders: 0, isOnBattery: false }, 1],
  [{ phase: 'session', isPlaying: true, openOrders: 0, isOnBattery: false }, 0.6],
  [{ phase: 'session', isPlaying: true, openOrders: 1, isOnBattery: false }, 0.25],
  [{ phase: 'closed', isPlaying: false, openOrders: 0, isOnBattery: true }, 0.4],
] as const)('%j works a share of %d of its time', (surroundings, share) => {
  const found = learnerShare(surroundings)
  expect(found.share).toBe(share)
  expect(found.reason === undefined).toBe(share === 1)
})
