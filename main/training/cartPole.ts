import { at } from '../core/base/assert.ts'
import { createRandom } from '../core/base/random.ts'
import type { Environment } from './environment.ts'
import type { PpoSettings } from './ppo.ts'

/** Gravity in m/s^2, masses in kg, half the length of the pole in m, force in N, seconds a step. */
const GRAVITY = 9.8
const CART_MASS = 1
const POLE_MASS = 0.1
const HALF_LENGTH = 0.5
const FORCE = 10
const STEP = 0.02
/** Beyond these the episode has failed: metres from the middle, radians from upright (12 degrees). */
const FARTHEST = 2.4
const STEEPEST = (12 * Math.PI) / 180
/** Decisions of an episode that does not fail: CartPole-v1. */
export const LONGEST_EPISODE = 500
/** The mean return over 100 episodes at which CartPole-v1 counts as solved. */
export const SOLVED_RETURN = 475

/** Settings of PPO with which it is solved in time: no bonus for chance, and values free to move. */
export const CART_POLE_SETTINGS: Partial<PpoSettings> = {
  minibatch: 128,
  learningRate: 1e-3,
  annealedUpdates: 98,
  valueClip: 10,
  entropyWeight: 0,
}

/**
 * A pole on a cart, pushed left (0) or right (1) at every step (Barto, Sutton, Anderson 1983, with the bounds of
 * CartPole-v1): position, speed, angle, angular speed; 1 a step while it stands. A public yardstick for what learns.
 */
export function createCartPole(seed: number): Environment {
  let state: readonly [number, number, number, number] = [0, 0, 0, 0]
  let steps = 0
  let episodes = 0
  function show(observation: Float32Array, mask: Uint8Array): void {
    observation.set(state)
    mask.fill(1)
  }
  return {
    observationSize: 4,
    actionCount: 2,
    reset(observation, mask) {
      // From the seed and the number of the episode, so that a snapshot need not hold a source of chance
      const random = createRandom(seed).split(`episode ${episodes}`)
      const little = () => 0.1 * random.uniform() - 0.05
      state = [little(), little(), little(), little()]
      steps = 0
      episodes += 1
      show(observation, mask)
    },
    step(action, observation, mask) {
      state = moved(state, action === 1 ? FORCE : -FORCE)
      steps += 1
      show(observation, mask)
      const hasFailed = Math.abs(state[0]) > FARTHEST || Math.abs(state[2]) > STEEPEST
      const isCut = !hasFailed && steps >= LONGEST_EPISODE
      return { reward: 1, isOver: hasFailed || isCut, isCut }
    },
    snapshot: () => [...state, steps, episodes],
    restore(snapshot) {
      state = [at(snapshot, 0), at(snapshot, 1), at(snapshot, 2), at(snapshot, 3)]
      steps = at(snapshot, 4)
      episodes = at(snapshot, 5)
    },
  }
}

/** One explicit Euler step of the equations of motion, without friction. */
function moved(
  [position, speed, angle, turning]: readonly [number, number, number, number],
  force: number,
): readonly [number, number, number, number] {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
  const mass = CART_MASS + POLE_MASS
  const push = (force + POLE_MASS * HALF_LENGTH * turning * turning * sine) / mass
  const angularAcceleration =
    (GRAVITY * sine - cosine * push) / (HALF_LENGTH * (4 / 3 - (POLE_MASS * cosine * cosine) / mass))
  const acceleration = push - (POLE_MASS * HALF_LENGTH * angularAcceleration * cosine) / mass
  return [
    position + STEP * speed,
    speed + STEP * acceleration,
    angle + STEP * turning,
    turning + STEP * angularAcceleration,
  ]
}
