import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import * as z from 'zod'
import { failure, success, type Result } from '../core/base/result.ts'
import { parseJson, readChampion, writeChampion, type ChampionRecord } from './championFile.ts'
import type { WeightCopy } from './chooseCopy.ts'
import { buildFolder, localDisk, replaceFile, takePlace, tryRead, type Disk } from './disk.ts'
import { modelCard, type ModelCard } from './modelCard.ts'
import {
  differenceInWords,
  promotionRule,
  versionProblem,
  type Judgement,
  type ModelIdentity,
} from './promotionRule.ts'

/** A model whose card and weights were read and found whole. */
export interface StoredModel extends ModelIdentity {
  readonly card: ModelCard
  readonly folder: string
  /** Shipped with the program; can be in charge, cannot be removed. */
  readonly isBuiltIn: boolean
  /** The copies that are whole; the f32 one always is. */
  readonly copies: readonly WeightCopy[]
  /** What is wrong with single copies. */
  readonly notes: readonly string[]
}

/** What was found of who is in charge. */
export interface InCharge {
  readonly champion: StoredModel
  /** The version that a roll back puts in charge. */
  readonly previous: string | undefined
  /** Files that were refused, and who serves in their place. */
  readonly notes: readonly string[]
}

/** The files of a model: the card names its copies. */
export interface ModelFiles {
  readonly card: ModelCard
  /** Bytes by file name. */
  readonly weights: ReadonlyMap<string, Uint8Array>
}

const interval = z.object({ value: z.number(), low: z.number(), high: z.number() })
const storedJudgement = z.object({
  champion: z.object({ version: z.string(), digest: z.string() }),
  challenger: z.object({ version: z.string(), digest: z.string() }),
  seeds: z.int().min(0),
  sessions: z.int().min(0),
  difference: interval,
  fairDifference: interval,
  trial: z.int().min(1),
  confidence: z.number().min(0).max(1),
  verdict: z.enum(['better', 'noEdge']),
  /** The comparison as it is shown. */
  shown: z.unknown().optional(),
})

/** How many comparisons there were, by the digest of the champion they were with. */
const COMPARISONS = 'comparisons.json'
const comparisonCounts = z.record(z.string(), z.int().min(0))

/** A judgement with what is shown of it. */
export type StoredJudgement = Judgement & { readonly shown?: unknown }

/** The models of a data folder, with those that are shipped. Files are written whole or not at all. */
export class ModelRegistry {
  readonly #folder: string
  readonly #builtIn: readonly string[]
  readonly #disk: Disk
  /** Weight files that were found whole, and how they looked then. */
  readonly #whole = new Map<string, string>()

  /** Models lie in a folder, one folder a version; the first of the built-in ones is in charge until one is promoted. */
  constructor(folder: string, builtIn: readonly [string, ...string[]], disk: Disk = localDisk) {
    this.#folder = folder
    this.#builtIn = builtIn
    this.#disk = disk
  }

  /** Every whole model, oldest first, and what was refused. */
  async list(): Promise<{ readonly models: readonly StoredModel[]; readonly notes: readonly string[] }> {
    const models: StoredModel[] = []
    const notes: string[] = []
    for (const { folder, isBuiltIn } of await this.#folders()) {
      const read = await this.#readFolder(folder, isBuiltIn)
      if (!read.ok) notes.push(read.failure)
      else if (!isBuiltIn && basename(folder) !== read.value.version)
        notes.push(`${join(folder, 'card.json')} was refused: version must be the name of its folder.`)
      else if (!models.some(({ version }) => version === read.value.version)) {
        models.push(read.value)
        notes.push(...read.value.notes)
      }
    }
    models.sort((one, other) => (one.card.createdAt ?? 0) - (other.card.createdAt ?? 0))
    return { models, notes }
  }

  /** One model by its version, or why it cannot be had. */
  async read(version: string): Promise<Result<StoredModel, string>> {
    const { models, notes } = await this.list()
    const found = models.find(model => model.version === version)
    if (found) return success(found)
    const reason = notes.find(note => note.includes(`/${version}/`) || note.includes(`\\${version}\\`))
    return failure(reason ?? `There is no model ${version}.`)
  }

  /** Adds a model. It is there with all its files, or not at all. */
  async add({ card, weights }: ModelFiles): Promise<Result<StoredModel, string>> {
    const checked = modelCard.safeParse(card)
    if (!checked.success)
      return failure(
        `the card of ${card.version}: ${checked.error.issues[0]?.path.join('.')}: ${checked.error.issues[0]?.message}`,
      )
    const taken = (await this.list()).models.find(({ version }) => version === card.version)
    if (taken) return failure(`there is a model ${card.version} already`)
    const target = join(this.#folder, card.version)
    const text = new TextEncoder().encode(`${JSON.stringify(checked.data, null, 2)}\n`)
    const building = await buildFolder(this.#disk, target, new Map([...weights, ['card.json', text]]))
    const whole = await this.#readFolder(building, false)
    if (!whole.ok || whole.value.notes.length > 0) {
      await this.#disk.remove(building)
      return failure(whole.ok ? whole.value.notes.join(' ') : whole.failure)
    }
    // A damaged model of this name was refused already; the whole one takes its place
    await takePlace(this.#disk, building, target)
    return success({ ...whole.value, folder: target })
  }

  /**
   * Who is in charge. Where its files are damaged they are refused by name, and whoever was in charge before serves, in
   * the end the one that is shipped. Throws where not even that one is whole.
   */
  async inCharge(): Promise<InCharge> {
    const { record, notes } = await readChampion(this.#disk, this.#championFile)
    const said = [...notes]
    const wanted = record
      ? [record.version, ...record.history.map(({ version }) => version).toReversed()]
      : []
    for (const version of new Set(wanted)) {
      const model = await this.read(version)
      if (!model.ok) {
        said.push(model.failure)
        continue
      }
      if (version !== record?.version) said.push(`${version} serves in place of ${record?.version}.`)
      const previous = version === record?.version ? record.previous : undefined
      return { champion: model.value, previous, notes: said }
    }
    // Where nothing was promoted, the one that the settings name serves or none
    const { shipped, refused } = await this.#shipped(record ? this.#builtIn : this.#builtIn.slice(0, 1))
    said.push(...refused)
    if (record) said.push(`${shipped.version} serves in place of ${record.version}.`)
    return { champion: shipped, previous: undefined, notes: said }
  }

  /** Puts a challenger in charge where the rule allows it; the failure gives the reasons against it. */
  async promote(version: string, now: number): Promise<Result<InCharge, readonly string[]>> {
    const model = await this.read(version)
    if (!model.ok) return failure([model.failure])
    const { champion } = await this.inCharge()
    const read = await this.#readJudgement(version)
    if (!read.ok) return failure([read.failure])
    const judgement = read.value
    const { observationVersion, actionVersion } = model.value.card
    const rule = promotionRule(champion, { ...model.value, observationVersion, actionVersion }, judgement)
    if (!rule.ok) return rule
    const why = judgement ? `${differenceInWords(judgement)} against ${champion.version}` : 'not said'
    await this.#put(version, champion.version, now, why)
    return success(await this.inCharge())
  }

  /** Puts the one before back in charge. */
  async rollBack(now: number): Promise<Result<InCharge, string>> {
    const { champion, previous } = await this.inCharge()
    if (previous === undefined) return failure('There is no champion before this one.')
    const model = await this.read(previous)
    if (!model.ok) return failure(model.failure)
    const { record } = await readChampion(this.#disk, this.#championFile)
    const first = record?.history.findIndex(({ version }) => version === previous) ?? -1
    // The one that was in charge before it is next: roll backs lead backwards, not to and fro
    const older = record?.history[first - 1]?.version
    await this.#put(previous, older, now, `rolled back from ${champion.version}`)
    return success(await this.inCharge())
  }

  /** The last judgement of a model, undefined where there is none or it cannot be read. */
  async judgement(version: string): Promise<StoredJudgement | undefined> {
    const read = await this.#readJudgement(version)
    return read.ok ? read.value : undefined
  }

  /** The last judgement of each of some models that has one, by its version, and which cannot be read. */
  async judgements(models: readonly ModelIdentity[]): Promise<{
    readonly judgements: ReadonlyMap<string, StoredJudgement>
    readonly notes: readonly string[]
  }> {
    const judgements = new Map<string, StoredJudgement>()
    const notes: string[] = []
    for (const { version } of models) {
      const read = await this.#readJudgement(version)
      if (!read.ok) notes.push(read.failure)
      else if (read.value) judgements.set(version, read.value)
    }
    return { judgements, notes }
  }

  /** Over how many sessions two models were compared last; 0 where they were not. */
  async sessionsOf(champion: ModelIdentity, challenger: ModelIdentity): Promise<number> {
    const last = await this.judgement(challenger.version)
    return last && isOfSameWeights(last, { champion, challenger }) ? last.sessions : 0
  }

  /**
   * Keeps a judgement of a model, in place of the last one. One of the same weights over more sessions stays, which is the failure:
   * what was not better over many is not judged anew over few.
   */
  async keepJudgement(judgement: StoredJudgement): Promise<Result<null, string>> {
    const { champion, challenger, sessions } = judgement
    const before = await this.sessionsOf(champion, challenger)
    if (before > sessions)
      return failure(
        `The comparison of ${challenger.version} over ${sessions} sessions was not kept: the last one was over ${before}.`,
      )
    await this.#disk.makeFolder(join(this.#folder, 'judgements'))
    const bytes = new TextEncoder().encode(`${JSON.stringify(judgement, null, 2)}\n`)
    await replaceFile(this.#disk, this.#judgementFile(challenger.version), bytes)
    return success(null)
  }

  /**
   * Counts one more comparison with a champion and gives its number, from 1 on; whether it is ever finished does not matter. Where
   * the count is damaged it is refused by its name: without it nobody knows how lucky a challenger may be.
   */
  async countComparison({ digest }: ModelIdentity): Promise<Result<number, string>> {
    const file = join(this.#folder, COMPARISONS)
    const bytes = await tryRead(this.#disk, file)
    if (!bytes.ok) return bytes
    const counts = parseJson(comparisonCounts, bytes.value ?? new TextEncoder().encode('{}'))
    if (!counts.ok) return failure(`${file} was refused: ${counts.failure}. Removed, it counts from 1 again.`)
    const trial = (counts.value[digest] ?? 0) + 1
    await this.#disk.makeFolder(this.#folder)
    const text = `${JSON.stringify({ ...counts.value, [digest]: trial }, null, 2)}\n`
    await replaceFile(this.#disk, file, new TextEncoder().encode(text))
    return success(trial)
  }

  get #championFile(): string {
    return join(this.#folder, 'champion.json')
  }

  async #readJudgement(version: string): Promise<Result<StoredJudgement | undefined, string>> {
    const file = this.#judgementFile(version)
    const bytes = await tryRead(this.#disk, file)
    if (!bytes.ok) return bytes
    if (!bytes.value) return success(undefined)
    const parsed = parseJson(storedJudgement, bytes.value)
    return parsed.ok ? parsed : failure(`${file} was refused: ${parsed.failure}. Compare ${version} again.`)
  }

  #judgementFile(version: string): string {
    return join(this.#folder, 'judgements', `${version}.json`)
  }

  async #put(version: string, previous: string | undefined, since: number, why: string): Promise<void> {
    const { record } = await readChampion(this.#disk, this.#championFile)
    const first =
      previous === undefined ? [] : [{ version: previous, since: 0, why: 'shipped with the program' }]
    const history = [...(record?.history ?? first), { version, since, why }].slice(-1000)
    await this.#disk.makeFolder(this.#folder)
    const next: ChampionRecord = { version, ...(previous !== undefined && { previous }), history }
    await writeChampion(this.#disk, this.#championFile, next)
  }

  async #shipped(
    folders: readonly string[],
  ): Promise<{ readonly shipped: StoredModel; readonly refused: readonly string[] }> {
    const refused: string[] = []
    for (const folder of folders) {
      const model = await this.#readFolder(folder, true)
      if (model.ok) return { shipped: model.value, refused }
      refused.push(model.failure)
    }
    throw new Error(refused.join(' '))
  }

  async #folders(): Promise<{ readonly folder: string; readonly isBuiltIn: boolean }[]> {
    const names = await this.#disk.list(this.#folder)
    const own = names.filter(
      name => /^[A-Za-z0-9]/.test(name) && !name.includes('champion.json') && !name.includes(COMPARISONS),
    )
    return [
      ...this.#builtIn.map(folder => ({ folder, isBuiltIn: true })),
      ...own
        .filter(name => name !== 'judgements')
        .map(name => ({ folder: join(this.#folder, name), isBuiltIn: false })),
    ]
  }

  async #readFolder(folder: string, isBuiltIn: boolean): Promise<Result<StoredModel, string>> {
    const file = join(folder, 'card.json')
    const bytes = await tryRead(this.#disk, file)
    if (!bytes.ok) return bytes
    if (!bytes.value) return failure(`${file} was refused: it is missing.`)
    const card = parseJson(modelCard, bytes.value)
    if (!card.ok) return failure(`${file} was refused: ${card.failure}.`)
    const wrong = versionProblem(card.value)
    if (wrong !== undefined) return failure(`${file} was refused: ${wrong}.`)
    return this.#readCopies(folder, card.value, isBuiltIn)
  }

  async #readCopies(
    folder: string,
    card: ModelCard,
    isBuiltIn: boolean,
  ): Promise<Result<StoredModel, string>> {
    const notes: string[] = []
    const copies: WeightCopy[] = []
    for (const copy of card.copies) {
      const problem = await this.#copyProblem(folder, copy)
      if (problem === undefined) copies.push(copy)
      else if (copy.format === 'f32') return failure(problem)
      else notes.push(problem)
    }
    const whole = copies.find(({ format }) => format === 'f32') ?? (await this.#uncarded(folder, card))
    if (!whole) return failure(`${join(folder, 'card.json')} was refused: copies must hold f32.`)
    const all = copies.includes(whole) ? copies : [whole, ...copies]
    return success({
      version: card.version,
      digest: whole.digest,
      card,
      folder,
      isBuiltIn,
      copies: all,
      notes,
    })
  }

  /** The weights of a card that names no copies at all, as that of a written policy does. */
  async #uncarded(folder: string, card: ModelCard): Promise<WeightCopy | undefined> {
    if (card.copies.length > 0) return undefined
    const bytes = await tryRead(this.#disk, join(folder, 'policy.onnx'))
    return bytes.ok && bytes.value
      ? copyOf('f32', 'policy.onnx', bytes.value, { agreement: 1, relativeError: 0 })
      : undefined
  }

  /** What is wrong with a weight file. One that did not change since it was read is not read again. */
  async #copyProblem(folder: string, copy: WeightCopy): Promise<string | undefined> {
    const file = join(folder, copy.file)
    const stamp = await this.#disk.stamp(file)
    const seen = stamp === undefined ? undefined : `${stamp} ${copy.bytes} ${copy.digest}`
    if (seen !== undefined && this.#whole.get(file) === seen) return undefined
    const bytes = await tryRead(this.#disk, file)
    const problem = bytes.ok ? problemOf(file, copy, bytes.value) : bytes.failure
    if (problem === undefined && seen !== undefined) this.#whole.set(file, seen)
    return problem
  }
}

/** The two sides of a judgement. */
type Sides = Pick<Judgement, 'champion' | 'challenger'>

function isOfSameWeights(one: Sides, other: Sides): boolean {
  return one.champion.digest === other.champion.digest && one.challenger.digest === other.challenger.digest
}

function problemOf(file: string, copy: WeightCopy, bytes: Uint8Array | undefined): string | undefined {
  if (!bytes) return `${file} was refused: it is missing.`
  if (bytes.length !== copy.bytes)
    return `${file} was refused: it must have ${copy.bytes} bytes, has ${bytes.length}.`
  return digestOf(bytes) === copy.digest
    ? undefined
    : `${file} was refused: its SHA-256 digest is not that of its card.`
}

/** The entry of a card for a weight file. */
export function copyOf(
  format: WeightCopy['format'],
  file: string,
  bytes: Uint8Array,
  measured: { readonly agreement: number; readonly relativeError: number },
): WeightCopy {
  return { format, file, bytes: bytes.length, digest: digestOf(bytes), ...measured }
}

/** SHA-256 in hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
