import type { Milliseconds } from '../core/base/units.ts'

/** Thrown when an answer did not come in time. */
export class DeadlineMissed extends Error {
  override readonly name = 'DeadlineMissed'
}

/** The answer, or a rejection once the time is over; an infinite time waits for ever. */
export async function withDeadline<Answer>(
  answer: Promise<Answer>,
  time: Milliseconds,
  delay: (time: Milliseconds) => Promise<void>,
): Promise<Answer> {
  if (time === Number.POSITIVE_INFINITY) return answer
  const late = delay(time).then(() => {
    throw new DeadlineMissed(`no answer within ${time} ms`)
  })
  return Promise.race([answer, late])
}
