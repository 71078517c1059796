import { failure, success, type Result } from '../../core/base/result.ts'
import type { ChainKernels } from '../../core/pricing/chainKernels.ts'
import { ChainPricer } from '../../core/pricing/chainPricing.ts'
import type { Pricer } from '../../engine/ports.ts'
import { loadPricingKernels, type PricingKernels } from '../../../native/pricingKernels.ts'
import { kernelsFault } from './chainJob.ts'
import { NativeKernels } from './nativePricer.ts'
import { referencePricer } from './referencePricer.ts'

/** Who may be asked for by name. */
export type PricerChoice = 'auto' | 'reference' | 'native'

/** The addon with its kernels for chains; or why there is none, or one that must not serve. */
export type NativePart =
  | { readonly state: 'open'; readonly kernels: PricingKernels; readonly chain: ChainKernels }
  | { readonly state: 'absent' | 'refused'; readonly reason: string }

/** What computes the chain of a session, from its start to its end, so that the session can be repeated bit for bit. */
export interface OpenedPricer {
  readonly pricer: Pricer
  readonly backend: 'reference' | 'native1'
  /** Why it is this one. */
  readonly why: string
  readonly native: NativePart
}

/** The addon in a folder, once it has priced a chain that is known. */
export function openNative(folder: string): NativePart {
  try {
    const kernels = loadPricingKernels(folder)
    if ('absent' in kernels) return { state: 'absent', reason: kernels.absent }
    const chain = new NativeKernels(kernels)
    const fault = kernelsFault(chain)
    if (fault !== undefined) return { state: 'refused', reason: `the native kernels compute wrong: ${fault}` }
    return { state: 'open', kernels, chain }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return { state: 'refused', reason: `the native kernels fail: ${reason}` }
  }
}

/** The pricer of a session: the addon where there is a sound one, else the reference; or why the one asked for is not. */
export function openPricer(native: NativePart, choice: PricerChoice): Result<OpenedPricer, string> {
  if (native.state === 'open' && choice !== 'reference') {
    const why = 'the native kernels are built here and price a known chain right'
    return success({ pricer: new ChainPricer(native.chain), backend: 'native1', why, native })
  }
  if (choice === 'native' && native.state !== 'open')
    return failure(`pricer.backend must be auto or reference on this machine, is native: ${native.reason}`)
  const why = native.state === 'open' ? 'the settings ask for it' : native.reason
  return success({ pricer: referencePricer, backend: 'reference', why, native })
}
