import * as z from 'zod'

// What Ollama's HTTP API answers, as far as it is used (docs/api.md of its repository). What else there is in an answer is left alone.

const details = z.object({
  family: z.string().optional(),
  parameter_size: z.string().optional(),
  quantization_level: z.string().optional(),
})

export const version = z.object({ version: z.string() })

export const tags = z.object({
  models: z.array(z.object({ name: z.string(), size: z.number(), details: details.optional() })),
})

export const shown = z.object({
  details: details.optional(),
  license: z.string().optional(),
  // By the names of the model's file: `general.parameter_count`, `llama.context_length`
  model_info: z.record(z.string(), z.unknown()).optional(),
})

/** A line of a stream: a piece of the answer, the last one with `done`, or an error. */
export const piece = z.union([
  z.object({ error: z.string() }),
  z.object({
    message: z.object({ content: z.string() }),
    done: z.boolean(),
    done_reason: z.string().optional(),
  }),
])

export const refusal = z.object({ error: z.string() })

/** What a text says as JSON of a shape; undefined where it says something else. */
export function readAs<Value>(shape: z.ZodType<Value>, text: string): Value | undefined {
  try {
    const parsed = shape.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
