import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { KERNEL_FAULTS, lyingKernels } from '../../fixtures/lyingKernels.ts'
import { present } from '../../core/base/assert.ts'
import { BATCH_OUTPUTS } from '../../core/pricing/optionBatch.ts'
import { optionGreeks } from '../../core/pricing/optionFormulas.ts'
import { kernelsFault } from './kernelsFault.ts'
import { KNOWN_OPTIONS, KNOWN_REACH, MONTH } from './knownExpiry.ts'
import { NativeKernels } from './nativePricer.ts'
import { openNative } from './openPricer.ts'

const native = openNative(join(import.meta.dirname, '../../../native'))
const why = native.state === 'open' ? '' : ` (left out: ${native.reason})`

test('the options that are known are what the readable formulas say', () => {
  for (const { sign, strike, volatility, greeks } of KNOWN_OPTIONS) {
    const right = sign > 0 ? 'call' : 'put'
    const found = optionGreeks(MONTH.style, right, MONTH.underlying, strike, volatility, MONTH.carry)
    for (const name of BATCH_OUTPUTS)
      expect(Math.abs(found[name] - greeks[name])).toBeLessThan(
        (name === 'price' ? KNOWN_REACH.price : KNOWN_REACH.greek) / 5,
      )
  }
})

describe.skipIf(native.state !== 'open')(`the addon${why}`, () => {
  const kernels = native.state === 'open' ? native.kernels : undefined
  const here = () => present(kernels, 'these tests are skipped without kernels')

  test('prices what is known', () => {
    expect(kernelsFault(new NativeKernels(here()))).toBeUndefined()
  })

  test.each(KERNEL_FAULTS)('whose kernels "%s" lie in the fifth digit is found out', name => {
    const lying = lyingKernels(here(), { name, share: 2e-5 })
    expect(kernelsFault(new NativeKernels(lying))).toMatch(/should be/)
  })
})
