import * as fc from 'fast-check'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    seed: number | undefined
  }
}

const seed = inject('seed')
fc.configureGlobal(seed === undefined ? {} : { seed })
