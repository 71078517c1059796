/** One decision of an episode: what it brought, and whether it was the last. */
export interface Step {
  readonly reward: number
  readonly isOver: boolean
  /** Whether it ended for its length alone: what would have come after is then still expected of it. */
  readonly isCut?: boolean
}

/**
 * What a policy learns in: one episode after the other, one decision a step. Observations and masks are written into
 * arrays of the caller, so that many environments fill the rows of one batch. All chance comes from the seed it was
 * made with, and its whole state is numbers, so that training goes on exactly where it was killed.
 */
export interface Environment {
  readonly observationSize: number
  readonly actionCount: number
  /** Begins the next episode; a mask holds 1 where an action is allowed. */
  reset(observation: Float32Array, mask: Uint8Array): void
  /** Decides, and writes what is seen next; after the last decision of an episode that is meaningless. */
  step(action: number, observation: Float32Array, mask: Uint8Array): Step
  snapshot(): readonly number[]
  restore(snapshot: readonly number[]): void
}
