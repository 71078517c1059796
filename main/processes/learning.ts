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
export function learningHandlers(_parts: Parts): Handlers {
  const notThere = () => Promise.reject(new Error('this has not started'))
  return {
    'learning/get': notThere,
    'learning/train': notThere,
    'learning/pause': notThere,
    'learning/stop': notThere,
    'learning/compare': notThere,
    'learning/promote': notThere,
    'learning/rollBack': notThere,
    'experiments/get': notThere,
    'experiments/export': notThere,
  }
}
