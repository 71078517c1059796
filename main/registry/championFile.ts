import * as z from 'zod'
import { failure, success, type Result } from '../core/base/result.ts'
import { replaceFile, tryRead, type Disk } from './disk.ts'

const entry = z.strictObject({
  version: z.string().min(1).max(80),
  /** When it came into charge, in milliseconds of the epoch. */
  since: z.number(),
  why: z.string().max(2000),
})

const schema = z.strictObject({
  version: z.string().min(1).max(80),
  /** Who is put back by a roll back; the last but one where there were several. */
  previous: z.string().min(1).max(80).optional(),
  /** Everyone who was ever in charge here, oldest first, the last one is in charge now. */
  history: z.array(entry).min(1).max(1000),
})

/** Who is in charge, who was before, and how it came to that. */
export type ChampionRecord = z.infer<typeof schema>

/** What could be read of who is in charge. */
export interface ReadChampion {
  readonly record: ChampionRecord | undefined
  /** What was found damaged, with the file and the rule. */
  readonly notes: readonly string[]
}

/**
 * Reads who is in charge. A damaged file is refused by its name, and the one it replaced speaks in its place; no record
 * where nobody was ever promoted.
 */
export async function readChampion(disk: Disk, file: string): Promise<ReadChampion> {
  const notes: string[] = []
  for (const path of [file, before(file)]) {
    const bytes = await tryRead(disk, path)
    if (!bytes.ok) {
      notes.push(bytes.failure)
      continue
    }
    if (!bytes.value) continue
    const parsed = parseChampion(bytes.value)
    if (parsed.ok) return { record: parsed.value, notes }
    notes.push(`${path} was refused: ${parsed.failure}.`)
  }
  return { record: undefined, notes }
}

/** Puts a new record in place of the old one, which stays beside it for the day the new one is damaged. */
export async function writeChampion(disk: Disk, file: string, record: ChampionRecord): Promise<void> {
  const old = await disk.read(file)
  if (old && parseChampion(old).ok) await replaceFile(disk, before(file), old)
  await replaceFile(disk, file, new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`))
}

function parseChampion(bytes: Uint8Array): Result<ChampionRecord, string> {
  const parsed = parseJson(schema, bytes)
  if (!parsed.ok) return parsed
  if (parsed.value.history.at(-1)?.version !== parsed.value.version)
    return failure('version must be the last of history')
  return parsed
}

/** Bytes as JSON under a schema, or the field and the rule that it breaks. */
export function parseJson<Value>(shape: z.ZodType<Value>, bytes: Uint8Array): Result<Value, string> {
  let written: unknown
  try {
    written = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return failure('it must be JSON')
  }
  const parsed = shape.safeParse(written)
  if (parsed.success) return success(parsed.data)
  const issue = parsed.error.issues[0]
  return failure(issue ? `${issue.path.join('.') || 'the whole'}: ${issue.message}` : 'it breaks its rule')
}

function before(file: string): string {
  return `${file}.before`
}
