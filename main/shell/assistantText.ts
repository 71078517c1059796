import type {
  AssistantChoice,
  AssistantFolder,
  CodeFinding,
  CodeSuspicion,
  NightReport,
  OptimiseReport,
  ReviewReport,
  SearchAnswer,
  TastePattern,
  VariantCard,
} from '../contract/assistant.ts'
import type { WrittenChange } from '../processes/commands/assistant.ts'

/** What was read of a folder, for people. */
export function folderText(folder: AssistantFolder | null): string {
  if (!folder) return 'Nothing was read.'
  const problems = folder.problems.map(({ file, reason }) => `  ${file}: ${reason}`)
  return [
    `${folder.path}: ${counted(folder.functions, 'function')} in ${counted(folder.files, 'file')}`,
    ...(problems.length === 0 ? [] : [`${problems.length} not read whole:`, ...problems]),
  ].join('\n')
}

/** What was found, for people: place, head, matching lines, why. */
export function searchText({ hits, milliseconds, method, notice }: SearchAnswer): string {
  const found = hits.flatMap(({ place, signature, lines, why, choices }) => [
    `${place.file}:${place.lines.first}  ${signature}`,
    ...lines.map(({ number, text }) => `  ${String(number).padStart(5)}  ${text}`),
    `  ${why.join('; ')}`,
    ...choices.map(({ sentence }) => `  before: ${sentence}`),
  ])
  return [
    ...(hits.length === 0 ? ['Nothing was found.'] : found),
    `${hits.length} found by ${method}, ${milliseconds.toFixed(1)} ms`,
    ...(notice === undefined ? [] : [notice]),
  ].join('\n')
}

/** The variants of a function, for people: verified ones first, and what was refuted only counted. */
export function optimiseText(report: OptimiseReport | null): string {
  if (!report) return 'There is no report.'
  return [
    ...report.cards.flatMap(cardLines),
    ...report.refuted.map(({ reason, variants }) => `refuted: ${variants} (${reason})`),
    report.sentence,
  ].join('\n')
}

/** What a review found, for people. */
export function reviewText(report: ReviewReport): string {
  return [
    ...report.findings.flatMap(findingLines),
    ...report.suspicions.flatMap(suspicionLines),
    `${counted(report.findings.length, 'finding')} in ${counted(report.functions, 'function')} of ${counted(report.files, 'file')}; ${counted(report.suspicions.length, 'suspicion')} that no input showed`,
  ].join('\n')
}

/** What became of a change, for people. */
export function changeText(outcome: WrittenChange): string {
  const notice = outcome.notice === undefined ? '' : ` ${outcome.notice}`
  return outcome.kind === 'applied'
    ? `Written to ${outcome.file}.${notice} Take it back with: zerodte assistant undo ${shortId(outcome.change)}`
    : `${outcome.file} is as it was before.${notice}`
}

/** Choices and what was learned from them, for people. */
export function choicesText({
  choices,
  patterns,
}: {
  readonly choices: readonly AssistantChoice[]
  readonly patterns: readonly TastePattern[]
}): string {
  const made = choices.map(
    ({ at, kind, title, place, reason }) =>
      `${new Date(at).toISOString()}  ${kind}  ${title}  ${place.file}:${place.function}${reason === undefined ? '' : `  (${reason})`}`,
  )
  return [
    ...(made.length === 0 ? ['No choice was made yet.'] : made),
    ...patterns.map(({ sentence }) => `learned: ${sentence}`),
  ].join('\n')
}

/** The report of a night, for people. */
export function nightText(report: NightReport | null): string {
  if (!report) return 'There is no report.'
  return [
    ...report.steps.map(
      ({ name, outcome, isFailed }) => `${isFailed ? 'failed' : 'done'}  ${name}: ${outcome}`,
    ),
    ...report.proposals.flatMap(({ place, sentence, cards }) => [
      `${place.file}:${place.function}  ${sentence}`,
      ...cards.flatMap(cardLines),
    ]),
    ...report.findings.flatMap(findingLines),
    ...report.patterns.map(
      ({ pattern, holdsOnHistory }) =>
        `${holdsOnHistory ? 'holds' : 'does not hold'} on history: ${pattern.sentence}`,
    ),
  ].join('\n')
}

function cardLines({ id, title, state, diff, why }: VariantCard): string[] {
  const size = `+${diff.added} −${diff.removed} lines`
  if (state.kind !== 'verified') return [`${shortId(id)}  ${state.kind}  ${title}  ${size}  ${state.reason}`]
  const { timing, equality } = state
  const { value, low, high } = timing.speedUp
  const times = (factor: number) => `${factor.toFixed(2)}×`
  const same =
    equality.kind === 'exact' ? 'the same to the bit' : `the same within ${equality.allowed.toExponential(0)}`
  return [
    `${shortId(id)}  ${title}  ${timing.verdict === 'not shown' ? 'no change of speed shown' : timing.verdict} ${times(value)} (${times(low)} to ${times(high)})  ${size}`,
    `  ${same} on ${equality.inputs} inputs`,
    ...why.map(sentence => `  ${sentence}`),
  ]
}

function findingLines({ place, lines, severity, title, reason, failing, fix, id }: CodeFinding): string[] {
  return [
    `${place.file}:${lines.first}  ${severity}  ${title}  (${place.function})`,
    `  ${reason}`,
    ...(failing
      ? [`  on ${failing.input}: ${failing.actual}, should be ${failing.expected}`]
      : ['  no input was run']),
    ...(fix ? [`  a proven fix is known: ${id}`] : []),
  ]
}

function suspicionLines({ place, lines, title, reason, unshown }: CodeSuspicion): string[] {
  return [
    `${place.file}:${lines.first}  looks odd  ${title}  (${place.function})`,
    `  ${reason}`,
    `  not shown: ${unshown}`,
  ]
}

/** As much of an id as tells one from another; commands take less where that is enough. */
function shortId(id: string): string {
  return id.slice(0, 8)
}

function counted(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
