import type { RequestHandlers } from './contractServer.ts'
import type { Parts } from './requests.ts'

type Handlers = Pick<RequestHandlers, 'explanation/get'>

/** What the explanation of a decision asks. */
export function explanationHandlers(_parts: Parts): Handlers {
  const notThere = () => Promise.reject(new Error('this has not started'))
  return {
    'explanation/get': notThere,
  }
}
