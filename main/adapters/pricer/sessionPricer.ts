import type { ChainKernels } from '../../core/pricing/chainKernels.ts'
import { ChainPricer } from '../../core/pricing/chainPricing.ts'
import { referenceKernels } from '../../core/pricing/referenceKernels.ts'
import type { Pricer } from '../../engine/ports.ts'

/**
 * The pricer of a session. It computes with the kernels it was opened with from the start to the end, so that the session
 * can be repeated bit for bit; only where they are found wrong does the reference take over, and then trading has to stop.
 */
export class SessionPricer implements Pricer {
  #serving: ChainPricer
  #backend: 'reference' | 'native1'

  constructor(native: ChainKernels | undefined) {
    this.#serving = new ChainPricer(native ?? referenceKernels())
    this.#backend = native ? 'native1' : 'reference'
  }

  get name(): string {
    return this.#serving.name
  }

  /** Who computes now. */
  get backend(): 'reference' | 'native1' {
    return this.#backend
  }

  /** Lets the readable formulas compute from here on. */
  distrust(): void {
    this.#serving = new ChainPricer(referenceKernels())
    this.#backend = 'reference'
  }

  impliedVolatilities(...asked: Parameters<Pricer['impliedVolatilities']>): void {
    this.#serving.impliedVolatilities(...asked)
  }

  fillFromSmile(...asked: Parameters<Pricer['fillFromSmile']>): void {
    this.#serving.fillFromSmile(...asked)
  }

  greeks(...asked: Parameters<Pricer['greeks']>): void {
    this.#serving.greeks(...asked)
  }

  strikeVolatilities(...asked: Parameters<Pricer['strikeVolatilities']>): void {
    this.#serving.strikeVolatilities(...asked)
  }
}
