import { readFile } from 'node:fs/promises'
import type { AskAnswer, CodePlace, ReviewReport, SearchHit } from '../contract/assistant.ts'
import type { ClientRequest } from '../contract/commands.ts'
import type { Answers, AssistantParts } from './assistantParts.ts'
import { codeOf } from './codeIndex/findFiles.ts'
import { keepRequest } from './history.ts'
import { hasSubject, intentOf, subjectOf } from './intent.ts'
import type { Conversation } from './conversation.ts'
import { nightShift } from './night/nightShift.ts'
import { optimiseNow } from './optimiseNow.ts'
import type { OptimiseRequest } from './optimiseParts.ts'
import { foundWords } from './readingAnswers.ts'
import { keepNightReport } from './reports.ts'
import { reviewPath } from './reviewPath.ts'

/** Time for one function where nobody said how much. */
const SECONDS = 60
/** Places that are looked at to find out what a sentence is about. */
const CONSIDERED = 12
/** Other places that are told with the one that was taken. */
const OTHERS = 4

type WorkingName =
  | 'assistant/ask'
  | 'assistant/optimise'
  | 'assistant/review'
  | 'assistant/night'
  | 'assistant/cancel'

/** Answers that begin something long; each is told as it goes, and can be cancelled. */
export function workingAnswers(parts: AssistantParts, conversation: Conversation): Answers<WorkingName> {
  const { tasks } = parts
  return {
    'assistant/ask': request => ask(parts, conversation, request),
    async 'assistant/optimise'({ file, function: name, ...given }) {
      const request = { text: `Make ${name} faster`, file, function: name, ...(await effortOf(given)) }
      return { task: beginOptimising(parts, conversation, request) }
    },
    'assistant/review': async ({ path }) => ({ task: beginReview(parts, path) }),
    'assistant/night': async ({ profile }) => ({ task: beginNight(parts, conversation, profile) }),
    async 'assistant/cancel'({ task }) {
      await tasks.cancel(task)
      return null
    },
  }
}

async function ask(
  parts: AssistantParts,
  conversation: Conversation,
  { text, place, ...given }: ClientRequest<'assistant/ask'>,
): Promise<AskAnswer> {
  const intent = intentOf(text)
  const [id, at] = [parts.newId(), parts.now()]
  const keep = (outcome: string) => keepRequest(parts.database, { id, at, text, outcome })
  const answer = await parts.search.search(subjectOf(text), { limit: CONSIDERED })
  if (intent === 'explain' && conversation.isPossible) {
    const task = conversation.begin(text, answer.hits, keep)
    return { kind: 'chat', task, sources: answer.hits }
  }
  if (intent !== 'optimise' && intent !== 'review') {
    const sentence = 'No language model is chosen, so this is what search finds.'
    keep(foundWords(answer))
    return intent === 'explain' ? { kind: 'unclear', sentence, answer } : { kind: 'search', answer }
  }
  const python = answer.hits.filter(hit => hit.place.file.endsWith('.py'))
  const wanted = place && !hasSubject(text) ? placeNamed(parts, place) : python[0]?.place
  if (!wanted) {
    const sentence = 'No Python function was found that this could be about; name it, or add its folder.'
    keep(sentence)
    return { kind: 'unclear', sentence, answer }
  }
  const others = othersThan(wanted, python)
  if (intent === 'review')
    return { kind: 'review', task: beginReview(parts, wanted.file, text), place: wanted, others }
  const request = { text, file: wanted.file, function: wanted.function, ...(await effortOf(given)) }
  return { kind: 'optimise', task: beginOptimising(parts, conversation, request), place: wanted, others }
}

/** At which place the right code stands as a rule: the harmonic mean, which an answer far down does not spoil. */
function foundAtWords({ reciprocalRank, ofWords }: { reciprocalRank: number; ofWords: number }): string {
  const place = (rank: number) => (1 / rank).toFixed(2)
  return `The code that is meant stands at place ${place(reciprocalRank)} on average, by words alone at ${place(ofWords)}.`
}

/** How much is done. Calls are read before anything is begun: a file that is not there is said at once. */
async function effortOf({
  seconds = SECONDS,
  recorded,
}: Pick<ClientRequest<'assistant/ask'>, 'seconds' | 'recorded'>): Promise<
  Pick<OptimiseRequest, 'seconds' | 'recorded'>
> {
  if (recorded === undefined) return { seconds }
  try {
    return { seconds, recorded: await readFile(recorded, 'utf8') }
  } catch (cause) {
    throw new Error(`The recorded calls in ${recorded} could not be read (${codeOf(cause)}).`, { cause })
  }
}

function placeNamed(
  { index }: AssistantParts,
  { file, function: name }: { readonly file: string; readonly function: string },
): CodePlace {
  const lines = index.functionNamed(file, name)?.lines ?? { first: 1, last: 1 }
  return { file, function: name, lines }
}

function othersThan(taken: CodePlace, hits: readonly SearchHit[]): readonly SearchHit[] {
  return hits
    .filter(({ place }) => place.file !== taken.file || place.function !== taken.function)
    .slice(0, OTHERS)
}

function beginOptimising(
  parts: AssistantParts,
  conversation: Conversation,
  request: OptimiseRequest,
): string {
  const { tasks, tell } = parts
  return tasks.begin('optimise', `Making ${request.function} faster`, async ({ id, signal, onProgress }) => {
    const done = await optimiseNow(parts, conversation, request, {
      signal,
      onProgress,
      onReport: report => tell({ kind: 'optimise', task: id, report }),
    })
    if (!done.ok) {
      const { text } = request
      keepRequest(parts.database, { id, at: parts.now(), text, outcome: done.failure })
      throw new Error(done.failure)
    }
    tell({ kind: 'changed' })
  })
}

function beginReview(parts: AssistantParts, path: string, text = `Review ${path}`): string {
  const { tasks, tell, database, now } = parts
  return tasks.begin('review', `Reviewing ${path}`, async ({ id, signal, onProgress }) => {
    const onReport = (report: ReviewReport) => tell({ kind: 'review', task: id, report })
    const done = await reviewPath(parts, path, { signal, onProgress, onReport })
    if (!done.ok) {
      keepRequest(database, { id, at: now(), text, outcome: done.failure })
      throw new Error(done.failure)
    }
    const { id: report, at, findings } = done.value
    const count = findings.length === 1 ? '1 finding' : `${findings.length} findings`
    keepRequest(database, { id: report, at, text, outcome: `${count}${signal.aborted ? ', cancelled' : ''}` })
    onReport(done.value)
    tell({ kind: 'changed' })
  })
}

function beginNight(parts: AssistantParts, conversation: Conversation, profile: string | undefined): string {
  const { tasks, tell, index, search, taste, database } = parts
  return tasks.begin('night', 'The night shift', async ({ id, signal, onProgress }) => {
    const report = await nightShift(
      {
        now: parts.now,
        newId: parts.newId,
        index,
        taste,
        async trainEncoder(stop) {
          const learned = await search.train({ signal: stop })
          return learned.ok ? foundAtWords(learned.value) : learned.failure
        },
        optimise: (slow, seconds, stop) =>
          optimiseNow(
            parts,
            conversation,
            { text: '', file: slow.file, function: slow.function, seconds },
            { signal: stop },
          ),
        async review(path, stop) {
          const done = await reviewPath(parts, path, { signal: stop, onProgress: () => undefined })
          if (!done.ok) throw new Error(done.failure)
          return done.value
        },
        keep: kept => keepNightReport(database, kept),
      },
      {
        signal,
        onProgress,
        onReport: growing => tell({ kind: 'night', task: id, report: growing }),
        ...(profile === undefined ? {} : { profile }),
      },
    )
    tell({ kind: 'night', task: id, report })
    tell({ kind: 'changed' })
  })
}
