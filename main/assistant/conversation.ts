import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import type { AssistantMode, AssistantReport, ModelCard, SearchHit } from '../contract/assistant.ts'
import { failure, type Result } from '../core/base/result.ts'
import type { Answers, AssistantParts } from './assistantParts.ts'
import { cockpitFacts } from './cockpitFacts.ts'
import { fileCards, fittingCopy } from './language/fileCards.ts'
import { answerGrounded } from './language/groundedChat.ts'
import type { LanguageModel, ModelMessage } from './language/languageModel.ts'
import { openLlamaFile } from './language/llamaFile.ts'
import { freeMemory } from './language/modelMemory.ts'
import { openOllama } from './language/ollama.ts'
import { proposeVariants } from './language/proposals.ts'
import type { OptimiseRequest, ProposedVariant } from './optimiseParts.ts'
import { keptIn } from './search/kept.ts'
import { readPython } from './syntax/python/read.ts'

/** What was said that is told to the model again with the next question. */
const REMEMBERED = 8
/** How often a model is asked for a faster form of one function. */
const PROPOSALS = 3

/** What a language model adds where he has one; everything works without. */
export interface Conversation {
  readonly mode: AssistantMode
  /** Whether there is a model to talk to. */
  readonly isPossible: boolean
  /** Begins an answer that rests on what search found; gives its task. What becomes of it is said to `became`. */
  begin(question: string, sources: readonly SearchHit[], became?: (outcome: string) => void): string
  /** How variants of a function are had from the model; undefined without one. */
  proposals(
    request: OptimiseRequest,
  ): ((signal: AbortSignal) => Promise<readonly ProposedVariant[]>) | undefined
  readonly answers: Answers<'assistant/models' | 'assistant/useModel'>
  close(): Promise<void>
}

/** The assistant without a model, until he chooses one; what he chose is kept, and opened again when it is first needed. */
export function openConversation(
  parts: AssistantParts,
  report: (mode: AssistantMode) => Promise<AssistantReport>,
): Conversation {
  const chosen = new ChosenModel(parts)
  const said: ModelMessage[] = []
  return {
    get mode() {
      return chosen.mode
    },
    get isPossible() {
      return chosen.isChosen
    },
    begin: (question, hits, became = () => undefined) =>
      parts.tasks.begin('chat', question, async ({ id, signal, onProgress }) => {
        became('not answered to its end')
        onProgress('loading the model', 0, 1)
        const model = await chosen.model()
        if (!model.ok) {
          became(model.failure)
          throw new Error(model.failure)
        }
        onProgress('answering', 0, 1)
        const facts = await cockpitFacts(parts.engine)
        const answer = await answerGrounded(
          model.value,
          {
            question: facts === '' ? question : `${question}\n\n${facts}`,
            history: said,
            sources: sourcesOf(parts, hits),
          },
          { signal, onText: text => parts.tell({ kind: 'chat', task: id, text, sources: hits }) },
        )
        if (!answer.ok) {
          became(answer.failure)
          throw new Error(answer.failure)
        }
        became(`answered from ${hits.length} places`)
        const { text } = answer.value
        said.push({ by: 'user', text: question }, { by: 'model', text })
        said.splice(0, Math.max(0, said.length - REMEMBERED))
      }),
    proposals: request =>
      chosen.isChosen ? signal => proposedBy(parts, chosen, request, signal) : undefined,
    answers: {
      'assistant/models': () => chosen.cards(),
      async 'assistant/useModel'({ source, name }) {
        await chosen.choose(source, name)
        said.length = 0
        parts.tell({ kind: 'changed' })
        return report(chosen.mode)
      },
    },
    close: () => chosen.close(),
  }
}

function sourcesOf({ index }: AssistantParts, hits: readonly SearchHit[]) {
  return hits.map(hit => ({
    hit,
    source: index.functionNamed(hit.place.file, hit.place.function)?.source ?? hit.signature,
  }))
}

async function proposedBy(
  { grammars }: AssistantParts,
  chosen: ChosenModel,
  { file, function: path }: OptimiseRequest,
  signal: AbortSignal,
): Promise<readonly ProposedVariant[]> {
  const model = await chosen.model()
  if (!model.ok) return []
  const module = readPython(grammars, await readFile(file, 'utf8'))
  const subject = { module, path, count: PROPOSALS }
  return (await proposeVariants(model.value, grammars, subject, signal)).proposals
}

const keptChoice = z.object({ source: z.enum(['ollama', 'file']), name: z.string(), card: z.unknown() })

/** The name that the choice is kept under. */
const KEPT = 'model'

/** The model that he chose, opened when it is needed and closed when he takes another. */
class ChosenModel {
  readonly #parts: AssistantParts
  #choice: { readonly source: 'ollama' | 'file'; readonly name: string; readonly card: ModelCard } | undefined
  #open: Promise<Result<LanguageModel, string>> | undefined

  constructor(parts: AssistantParts) {
    this.#parts = parts
    this.#choice = readKept(parts)
  }

  get isChosen(): boolean {
    return this.#choice !== undefined
  }

  get mode(): AssistantMode {
    const choice = this.#choice
    return choice
      ? { kind: choice.source, card: choice.card }
      : { kind: 'none', reason: 'No language model is chosen; nothing else needs one.' }
  }

  /** Every model that is here: those of Ollama where it answers, and those of the folder. */
  async cards(): Promise<readonly ModelCard[]> {
    const { ollama, models } = this.#parts
    const [served, files] = await Promise.all([
      openOllama(ollama).models(),
      models === '' ? [] : fileCards(models),
    ])
    return [...(served.ok ? served.value : []), ...files]
  }

  async choose(source: 'none' | 'ollama' | 'file', name: string): Promise<void> {
    const kept = keptIn(this.#parts.database, this.#parts.now)
    if (source === 'none') {
      await this.close()
      this.#choice = undefined
      kept.forget(KEPT)
      return
    }
    // Two models at once might not fit
    await this.close()
    const opened = await this.#opened(source, name)
    if (!opened.ok) throw new Error(opened.failure)
    const { card } = opened.value
    this.#choice = { source, name: card.name, card }
    this.#open = Promise.resolve(opened)
    kept.write(KEPT, new TextEncoder().encode(JSON.stringify(this.#choice)))
  }

  /** The model, opened now where it is not; the failure says why it cannot be had. */
  async model(): Promise<Result<LanguageModel, string>> {
    const choice = this.#choice
    if (!choice) return failure('No language model is chosen.')
    this.#open ??= this.#opened(choice.source, choice.name)
    const opened = await this.#open
    // The next question tries again
    if (!opened.ok) this.#open = undefined
    return opened
  }

  async close(): Promise<void> {
    const opened = await this.#open
    this.#open = undefined
    if (opened?.ok) await opened.value.close()
  }

  /** The model of that name, or the copy of it in fewer bits that fits in the memory that is free now. */
  async #opened(source: 'ollama' | 'file', name: string): Promise<Result<LanguageModel, string>> {
    const cards = await this.cards()
    const card = cards.find(each => each.source === source && each.name === name)
    // What is not among them is asked for by its name, and says itself why it cannot be had
    const fitting = card ? fittingCopy(cards, card, freeMemory()) : undefined
    if (fitting && !fitting.ok) return fitting
    const taken = fitting?.value.name ?? name
    return source === 'ollama' ? openOllama(this.#parts.ollama).model(taken) : openLlamaFile(taken)
  }
}

function readKept({ database, now }: AssistantParts) {
  const bytes = keptIn(database, now).read(KEPT)
  if (!bytes) return undefined
  try {
    const read = keptChoice.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
    // The card was made by this program and is only shown
    return read.success ? { ...read.data, card: read.data.card as ModelCard } : undefined
  } catch {
    return undefined
  }
}
