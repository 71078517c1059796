import * as z from 'zod'
import type { Comparison } from '../../contract/learning.ts'
import type { Result } from '../../core/base/result.ts'
import { parseJson } from '../../registry/championFile.ts'

const measured = z.object({ value: z.number(), low: z.number(), high: z.number() })
const strategies = z.array(
  z.object({ name: z.string(), sessions: z.int(), trades: z.int(), perSession: measured }),
)
const followed = z.int().min(0)
const comparisonShape: z.ZodType<Comparison> = z.object({
  champion: z.string(),
  challenger: z.string(),
  time: z.number(),
  seeds: z.array(z.int()),
  sessions: z.int(),
  difference: measured,
  fair: z.object({ difference: measured, strategies }),
  trial: z.int().min(1),
  confidence: z.number().min(0).max(1),
  verdict: z.enum(['better', 'noEdge']),
  sentence: z.string(),
  strategies,
  answers: z
    .object({
      answers: followed,
      champion: followed,
      tuned: followed.optional(),
      challenger: followed,
    })
    .optional(),
})

/** A comparison out of something that was kept, undefined where it is none. */
export function comparisonOf(kept: unknown): Comparison | undefined {
  const parsed = comparisonShape.safeParse(kept)
  return parsed.success ? parsed.data : undefined
}

/** A comparison as it was written, or the field and the rule it breaks. */
export function parseComparison(bytes: Uint8Array): Result<Comparison, string> {
  return parseJson(comparisonShape, bytes)
}
