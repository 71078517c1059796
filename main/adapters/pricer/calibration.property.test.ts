import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { doublingJob, madeUpBackend, workClock } from '../../fixtures/backends.ts'
import { calibrate } from './calibration.ts'
import { Router } from './router.ts'

const LONGEST_HOLD = 4

/** A call of up to a millisecond, and up to one a thing: from the fastest kernels to a machine that crawls. */
const shape = fc.record({
  call: fc.double({ min: 0.01, max: 1000, noNaN: true }),
  each: fc.double({ min: 1e-4, max: 1000, noNaN: true }),
})

/** A backend that notes how long it was at work at once. */
function watched(
  name: 'reference' | 'native1',
  clock: ReturnType<typeof workClock>,
  held: { longest: number },
) {
  return ({ call, each }: { readonly call: number; readonly each: number }) => {
    const cost = (size: number) => call + each * size
    const backend = madeUpBackend(clock, { name, cost })
    const perform = (task: Parameters<typeof backend.perform>[0]) => {
      held.longest = Math.max(held.longest, cost(task.size) / 1000)
      return backend.perform(task)
    }
    return { ...backend, perform }
  }
}

test('whatever the machine, measuring costs no more than it may, and holds nothing up for long', async () => {
  await fc.assert(
    fc.asyncProperty(shape, shape, fc.constantFrom(20, 45, 70), async (native, reference, budget) => {
      const clock = workClock()
      const held = { longest: 0 }
      const backends = [watched('native1', clock, held)(native), watched('reference', clock, held)(reference)]
      const router = new Router(doublingJob(backends), clock)
      const began = clock.now()
      const worked = await calibrate(router, clock, budget)
      // The first call of each is a leap in the dark, of one thing
      const dark = backends.length * 2
      expect(clock.now() - began).toBeLessThanOrEqual(budget + dark)
      expect(worked).toBeLessThanOrEqual(budget + dark)
      // Expected by straight lines, so what grows straight is known to a rounding
      expect(held.longest).toBeLessThanOrEqual(LONGEST_HOLD * (1 + 1e-6))
    }),
    { numRuns: 40 },
  )
})

test('where one overtakes another it is measured there too', async () => {
  const clock = workClock()
  const backends = [
    madeUpBackend(clock, { name: 'native1', cost: size => 20 + 0.01 * size }),
    madeUpBackend(clock, { name: 'reference', cost: size => 0.06 * size }),
  ]
  const router = new Router(doublingJob(backends), clock)
  await calibrate(router, clock, 200)
  const sizes = router.costs.reference?.map(({ size }) => size) ?? []
  const nearest = Math.min(...sizes.map(size => Math.abs(Math.log(size / 400))))
  expect(nearest).toBeLessThan(Math.log(1.3))
})
