import { statSync } from 'node:fs'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { ChainKernels } from '../../core/pricing/chainKernels.ts'
import { addonPlaces, loadPricingKernels, type PricingKernels } from '../../../native/pricingKernels.ts'
import { kernelsFault } from './kernelsFault.ts'
import { NativeKernels } from './nativePricer.ts'
import { SessionPricer } from './sessionPricer.ts'

/** Who may be asked for by name. */
export type PricerChoice = 'auto' | 'reference' | 'native'

/** The addon with its kernels for chains; or why there is none, or one that must not serve. */
export type NativePart =
  | {
      readonly state: 'open'
      readonly kernels: PricingKernels
      readonly chain: ChainKernels
      /** Tells one build of the addon from another. */
      readonly build: string
    }
  | { readonly state: 'absent' | 'refused'; readonly reason: string }

/** What computes the chain of a session, from its start to its end, so that the session can be repeated bit for bit. */
export interface OpenedPricer {
  readonly pricer: SessionPricer
  /** Why it began with who it did. */
  readonly why: string
  readonly native: NativePart
}

/** The addon in a folder, once it has priced chains that are known. */
export function openNative(folder: string): NativePart {
  const kernels = loadPricingKernels(folder)
  if ('absent' in kernels) return { state: 'absent', reason: kernels.absent }
  const reason = nativeFault(kernels)
  if (reason !== undefined) return { state: 'refused', reason: `the native kernels ${reason}` }
  return { state: 'open', kernels, chain: new NativeKernels(kernels), build: buildOf(folder) }
}

/** What the kernels of the addon do wrong, as a predicate, tried in columns of their own; undefined where nothing. */
export function nativeFault(kernels: PricingKernels): string | undefined {
  try {
    const fault = kernelsFault(new NativeKernels(kernels))
    return fault && `compute wrong: ${fault}`
  } catch (cause) {
    return `fail: ${cause instanceof Error ? cause.message : String(cause)}`
  }
}

/** The pricer of a session: the addon where there is a sound one, else the reference; or why the one asked for is not. */
export function openPricer(native: NativePart, choice: PricerChoice): Result<OpenedPricer, string> {
  if (native.state === 'open' && choice !== 'reference') {
    const why = 'the native kernels are built here and price known chains right'
    return success({ pricer: new SessionPricer(native.chain), why, native })
  }
  if (choice === 'native' && native.state !== 'open')
    return failure(`pricer.backend must be auto or reference on this machine, is native: ${native.reason}`)
  const why = native.state === 'open' ? 'the settings ask for it' : native.reason
  return success({ pricer: new SessionPricer(undefined), why, native })
}

function buildOf(folder: string): string {
  for (const place of addonPlaces(folder, 'pricing')) {
    const facts = statSync(place, { throwIfNoEntry: false })
    if (facts) return `${facts.size.toString(36)}-${Math.round(facts.mtimeMs).toString(36)}`
  }
  return ''
}
