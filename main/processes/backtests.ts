import type { RequestHandlers } from './contractServer.ts'
import type { Parts } from './requests.ts'

type Handlers = Pick<RequestHandlers, 'backtest/strategies' | 'backtest/run' | 'backtest/get'>

/** What the Backtest page asks. */
export function backtestHandlers(_parts: Parts): Handlers {
  const notThere = () => Promise.reject(new Error('this has not started'))
  return {
    'backtest/strategies': notThere,
    'backtest/run': notThere,
    'backtest/get': notThere,
  }
}
