import { dirname, join } from 'node:path'
import { failure, success, type Result } from '../core/base/result.ts'
import { localDisk, replaceFile, replaceFolder, type Disk } from '../registry/disk.ts'
import { digestOf } from '../registry/modelRegistry.ts'
import { parseJob, writeJob, type TrainingJob } from '../adapters/experiments/trainingJob.ts'

const DIGEST_LENGTH = 64
const CHAMPION_FILE = 'champion.onnx'

/** A training that can be begun, killed and gone on with: all of it lies in one folder, which may be carried elsewhere. */
export interface TrainingFolder {
  readonly path: string
  readonly job: TrainingJob
  /** The f32 weights that it is compared with. */
  readonly champion: Uint8Array
}

/** What a training left, file by file. */
export type TrainingResult = ReadonlyMap<string, Uint8Array>

/** Writes a training that has not begun: all of it, or nothing. */
export async function createTraining(
  path: string,
  job: TrainingJob,
  champion: Uint8Array,
  disk: Disk = localDisk,
): Promise<TrainingFolder> {
  await disk.makeFolder(dirname(path))
  const files = new Map([
    [CHAMPION_FILE, champion],
    ['job.json', writeJob(job)],
  ])
  await replaceFolder(disk, path, files)
  return { path, job, champion }
}

/** Opens a training, or says by the name of the file and the rule what is wrong with it. */
export async function openTraining(
  path: string,
  disk: Disk = localDisk,
): Promise<Result<TrainingFolder, string>> {
  const file = join(path, 'job.json')
  const bytes = await disk.read(file)
  if (!bytes) return failure(`${file} was refused: it is missing.`)
  const job = parseJob(bytes)
  if (!job.ok) return failure(`${file} was refused: ${job.failure}.`)
  const championFile = join(path, CHAMPION_FILE)
  const champion = await disk.read(championFile)
  if (!champion) return failure(`${championFile} was refused: it is missing.`)
  if (digestOf(champion) !== job.value.champion.digest)
    return failure(`${championFile} was refused: its SHA-256 digest is not that of job.json.`)
  return success({ path, job: job.value, champion })
}

/** Keeps a checkpoint; the one before stays beside it for the day that this one is damaged. */
export async function saveCheckpoint(path: string, bytes: Uint8Array, disk: Disk = localDisk): Promise<void> {
  const file = join(path, 'checkpoint.bin')
  const old = await disk.read(file)
  // Moved, not copied: until the new one is written the one before serves
  if (old && unwrap(old)) await disk.rename(file, `${file}.before`)
  const digest = new TextEncoder().encode(digestOf(bytes))
  await replaceFile(disk, file, Uint8Array.from(Buffer.concat([digest, bytes])))
}

/** The newest checkpoint that is whole; a damaged one is named and the one before serves, in the end the beginning. */
export async function loadCheckpoint(
  path: string,
  disk: Disk = localDisk,
): Promise<{ readonly bytes: Uint8Array | undefined; readonly notes: readonly string[] }> {
  const notes: string[] = []
  for (const name of ['checkpoint.bin', 'checkpoint.bin.before']) {
    const written = await disk.read(join(path, name))
    const bytes = written && unwrap(written)
    if (bytes) return { bytes, notes }
    if (written)
      notes.push(
        `${join(path, name)} was refused: its SHA-256 digest is not that of its content. The one before serves.`,
      )
  }
  return { bytes: undefined, notes }
}

/** Writes the result of a training: all of it, or nothing. */
export async function saveResult(
  path: string,
  result: TrainingResult,
  disk: Disk = localDisk,
): Promise<void> {
  const digests = Object.fromEntries([...result].map(([name, bytes]) => [name, digestOf(bytes)]))
  const manifest = {
    job: digestOf((await disk.read(join(path, 'job.json'))) ?? new Uint8Array()),
    files: digests,
  }
  const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`)
  await replaceFolder(disk, join(path, 'result'), new Map([...result, ['manifest.json', text]]))
}

/** The result of a training: undefined where it has none yet; the failure names the file that is wrong. */
export async function readResult(
  path: string,
  disk: Disk = localDisk,
): Promise<Result<TrainingResult | undefined, string>> {
  const folder = join(path, 'result')
  const file = join(folder, 'manifest.json')
  const bytes = await disk.read(file)
  if (!bytes) return success(undefined)
  const manifest = manifestOf(bytes)
  if (!manifest) return failure(`${file} was refused: it must name the job and every file by its digest.`)
  const job = await disk.read(join(path, 'job.json'))
  if (!job || digestOf(job) !== manifest.job)
    return failure(`${file} was refused: the result is not that of job.json.`)
  const result = new Map<string, Uint8Array>()
  for (const [name, digest] of manifest.files) {
    const content = await disk.read(join(folder, name))
    if (!content) return failure(`${join(folder, name)} was refused: it is missing.`)
    if (digestOf(content) !== digest)
      return failure(`${join(folder, name)} was refused: its SHA-256 digest is not that of manifest.json.`)
    result.set(name, content)
  }
  return success(result)
}

/** Most compiled sessions that are kept for the next training; half a megabyte each. */
const MOST_TABLES = 400

/** Clears away a training whose result was taken, and the oldest of the compiled sessions. */
export async function tidyTrainings(folder: string, done: string, disk: Disk = localDisk): Promise<void> {
  await disk.remove(join(folder, done))
  const tables = join(folder, 'tables')
  const names = await disk.list(tables)
  if (names.length <= MOST_TABLES) return
  const aged: { readonly name: string; readonly written: number }[] = []
  for (const name of names) {
    // The second figure of a stamp is when the file was written
    const written = Number((await disk.stamp(join(tables, name)))?.split(' ')[1] ?? 0)
    aged.push({ name, written })
  }
  aged.sort((one, other) => one.written - other.written)
  for (const { name } of aged.slice(0, names.length - MOST_TABLES)) await disk.remove(join(tables, name))
}

function unwrap(written: Uint8Array): Uint8Array | undefined {
  const digest = new TextDecoder().decode(written.subarray(0, DIGEST_LENGTH))
  const bytes = written.subarray(DIGEST_LENGTH)
  return digestOf(bytes) === digest ? bytes : undefined
}

function manifestOf(
  bytes: Uint8Array,
): { readonly job: string; readonly files: readonly (readonly [string, string])[] } | undefined {
  let written: unknown
  try {
    written = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
  if (typeof written !== 'object' || written === null || !('job' in written) || !('files' in written))
    return undefined
  const { job, files } = written
  if (typeof job !== 'string' || typeof files !== 'object' || files === null) return undefined
  const entries = Object.entries(files).map(([name, digest]) => [name, String(digest)] as const)
  return entries.every(([name]) => /^[\w-][\w.-]*$/.test(name)) ? { job, files: entries } : undefined
}
