import * as z from 'zod'

const id = z.string().min(1).max(80)
const path = z.string().min(1).max(1000)
const question = z.string().trim().min(1).max(4000)

/** How much is done to make a function faster. */
const effort = {
  seconds: z.number().min(1).max(3600).optional(),
  /** Calls that were recorded while a test ran; they are tried beside those that are made up. */
  recorded: path.optional(),
}

/** What a client may ask of the code assistant; it reaches nothing else of the program. */
export const assistantRequests = {
  'assistant/get': z.strictObject({}),
  'assistant/addFolder': z.strictObject({ path }),
  'assistant/removeFolder': z.strictObject({ path }),
  'assistant/search': z.strictObject({
    query: question,
    limit: z.int().min(1).max(100).optional(),
    language: z.enum(['python', 'typescript', 'cpp']).optional(),
  }),
  /**
   * A sentence: what is meant is worked out from it, "optimise the Greeks calculation for my SPY positions". `place` is what is looked
   * at, and meant where the sentence names nothing: "make it faster". The effort counts where it is a wish for that.
   */
  'assistant/ask': z.strictObject({
    text: question,
    place: z.strictObject({ file: path, function: z.string().min(1).max(400) }).optional(),
    ...effort,
  }),
  'assistant/optimise': z.strictObject({
    file: path,
    function: z.string().min(1).max(400),
    ...effort,
  }),
  'assistant/review': z.strictObject({ path }),
  'assistant/cancel': z.strictObject({ task: id }),
  'assistant/optimised': z.strictObject({ id: id.optional() }),
  'assistant/reviewed': z.strictObject({ id: id.optional() }),
  'assistant/function': z.strictObject({ file: path, function: z.string().min(1).max(400) }),
  /** Writes a verified variant into its file; `edited` is the file as he changed it in the diff, where it is not larger than that. */
  'assistant/apply': z.strictObject({ card: id, edited: z.string().max(200_000).optional() }),
  'assistant/undo': z.strictObject({ change: id }),
  'assistant/refuse': z.strictObject({ card: id, reason: z.string().trim().max(200).optional() }),
  'assistant/mend': z.strictObject({ finding: id }),
  'assistant/choices': z.strictObject({ limit: z.int().min(1).max(1000).optional() }),
  'assistant/forgetPattern': z.strictObject({ pattern: id }),
  'assistant/night': z.strictObject({ profile: path.optional() }),
  'assistant/nightReport': z.strictObject({ id: id.optional() }),
  'assistant/models': z.strictObject({}),
  'assistant/useModel': z.strictObject({
    source: z.enum(['none', 'ollama', 'file']),
    name: z.string().max(1000),
  }),
} as const

export type AssistantRequestName = keyof typeof assistantRequests

/** Whether a name is that of a request to the code assistant. */
export function isAssistantRequest(name: string): name is AssistantRequestName {
  return Object.hasOwn(assistantRequests, name)
}
