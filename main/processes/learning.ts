import type { Result } from '../core/base/result.ts'
import type { RequestHandlers } from './contractServer.ts'
import type { Parts } from './requests.ts'

type Handlers = Pick<
  RequestHandlers,
  | 'learning/get'
  | 'learning/train'
  | 'learning/pause'
  | 'learning/stop'
  | 'learning/compare'
  | 'learning/promote'
  | 'learning/rollBack'
  | 'experiments/get'
  | 'experiments/export'
>

/** What the Learning page asks. */
export function learningHandlers({ learning: { service: learning } }: Pick<Parts, 'learning'>): Handlers {
  return {
    'learning/get': () => learning.report(),
    'learning/train': async ({ seed, budget, encoder }) =>
      valueOf(await learning.train('train', seed, budget, encoder)),
    async 'learning/pause'({ isPaused }) {
      learning.pause(isPaused)
      return null
    },
    async 'learning/stop'() {
      await learning.stop()
      return null
    },
    'learning/compare': async ({ version }) => valueOf(await learning.compare(version)),
    'learning/promote': async ({ version }) => valueOf(await learning.promote(version)),
    'learning/rollBack': async () => valueOf(await learning.rollBack()),
    'experiments/get': async ({ ids }) => valueOf(learning.experiments(ids)),
    'experiments/export': async ({ id, address }) => valueOf(await learning.exportRun(id, address)),
  }
}

/** What a client is answered, or the sentence that it is refused with. */
function valueOf<Value>(result: Result<Value, string>): Value {
  if (result.ok) return result.value
  throw new Error(result.failure)
}
