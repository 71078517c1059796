import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Variant } from '../../assistant/explorer/variant.ts'
import { NEUTRAL_STEPS } from '../../assistant/transform/neutralTransforms.ts'
import { findPython } from '../../assistant/verifier/findPython.ts'
import { openVerifier } from '../../assistant/verifier/openVerifier.ts'
import { findSandbox } from '../../assistant/verifier/sandbox.ts'
import type { Verdict } from '../../assistant/verifier/verdict.ts'
import type { TradingCase } from '../../fixtures/tradingCode/cases.ts'

/** Speeds of variants as they were proven and timed. */
export interface TimedVariants {
  /** Gives, for what a search found (cheapest first), how many times as fast its best is; 1 where that was not proven. */
  speeds(of: TradingCase, found: readonly (readonly Variant[])[]): Promise<(of: readonly Variant[]) => number>
  close(): Promise<void>
}

/** Variants that differ by neutral steps alone are as fast as each other, and are tried once. */
function essence({ steps, cost }: Variant): string {
  const others = steps.filter(step => !NEUTRAL_STEPS.has(step)).toSorted()
  return `${others.join(' ')} ${cost.toPrecision(9)}`
}

/** Opens a verifier for variants of the cases; every variant is tried once, however many searches found it. */
export async function openTimedVariants(
  scratch: string,
  folder: string,
  seconds: number,
): Promise<TimedVariants> {
  const [python, sandbox] = [await findPython(undefined), await findSandbox()]
  if (!python.ok) throw new Error(python.failure)
  if (!sandbox.ok) throw new Error(sandbox.failure)
  const assets = join(import.meta.dirname, '../../../assets/assistant')
  const verifier = openVerifier({ python: python.value, sandbox: sandbox.value, assets, scratch })
  async function proven(of: TradingCase, tried: readonly Variant[]): Promise<readonly Verdict[]> {
    if (tried.length === 0) return []
    return verifier.verify({
      file: of.file,
      folder,
      module: readFileSync(of.file, 'utf8'),
      function: of.function,
      candidates: tried.map(({ module, reorders }, at) => ({ id: String(at), module, reorders })),
      seen: {},
      recorded: undefined,
      seconds: seconds * Math.max(1, tried.length / 3),
    })
  }
  return {
    close: () => verifier.close(),
    speeds: async (of, found) => {
      const unique = new Map(found.flatMap(([best]) => (best ? [[essence(best), best] as const] : [])))
      const speeds = new Map<string, number>()
      let tried = [...unique.values()]
      // What came to no end for want of time is tried once more
      for (let round = 0; round < 2; round += 1) {
        const unsettled: Variant[] = []
        for (const verdict of await proven(of, tried)) {
          const variant = tried[Number(verdict.id)]
          if (variant && verdict.kind === 'verified')
            speeds.set(essence(variant), verdict.timing.speedUp.value)
          else if (variant && verdict.kind === 'unverified') unsettled.push(variant)
        }
        tried = unsettled
      }
      return ([best]) => Math.max(1, (best && speeds.get(essence(best))) ?? 1)
    },
  }
}
