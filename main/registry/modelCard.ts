import * as z from 'zod'

const measured = z.object({ value: z.number(), low: z.number(), high: z.number() })

/** The card beside a model file: what it is, what it was made of, how it was judged, and what it does not claim. */
export const modelCard = z.object({
  name: z.string().min(1).max(80),
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,79}$/),
  parent: z.string().optional(),
  /** When it was made, in milliseconds of the epoch. */
  createdAt: z.number().optional(),
  observationVersion: z.int(),
  actionVersion: z.int(),
  inputs: z.array(z.string()).default([]),
  outputs: z.array(z.string()).default([]),
  /** The command that makes it again. */
  madeBy: z.string().default('Not said.'),
  kind: z.string().default('Not said.'),
  claims: z.string().default('None.'),
  seeds: z.array(z.int()).default([]),
  /** What it was trained on, in words. */
  data: z.string().default('Nothing.'),
  metrics: z.record(z.string(), z.union([z.number(), measured])).default({}),
  /** Weight copies beside `policy.onnx`, with how far they agree with it. */
  copies: z
    .array(
      z.object({
        format: z.enum(['f32', 'int8', 'int4']),
        file: z.string().regex(/^[\w.-]+$/),
        bytes: z.int().positive(),
        /** SHA-256 of the file, in hexadecimal. */
        digest: z.string().regex(/^[0-9a-f]{64}$/),
        agreement: z.number().min(0).max(1),
        relativeError: z.number().min(0),
      }),
    )
    .default([]),
})

export type ModelCard = z.infer<typeof modelCard>
