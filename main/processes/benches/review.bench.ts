// The domain expert on defects that are planted and on code that is right: `npm run bench -- review [-- --json]`. Ends with exit
// code 1 where recall, false alarms or findings that a second run does not show again miss their limits.
import { basename } from 'node:path'
import type { ModuleReview } from '../../assistant/review/reviewModule.ts'
import { TRADING_CASES } from '../../fixtures/tradingCode/cases.ts'
import { PLANTED_FUNCTIONS, type PlantedFunction } from '../../fixtures/tradingCode/defects.ts'
import { openReviewer } from '../../fixtures/tradingCode/reviewer.ts'
import { tell, type Figure, type Section } from './report.ts'

type Finding = ModuleReview['findings'][number]

const reviewer = await openReviewer()
const began = performance.now()
const reviews = new Map<string, ModuleReview>()
const files = [...new Set([...PLANTED_FUNCTIONS, ...TRADING_CASES].map(({ file }) => file))]
for (const file of files) reviews.set(file, await reviewer.review(file))
const milliseconds = performance.now() - began
const again = new Map<string, ModuleReview>()
for (const file of files) again.set(file, await reviewer.review(file))
await reviewer.close()

const defective = PLANTED_FUNCTIONS.filter(({ rule }) => rule !== undefined)
const clean = PLANTED_FUNCTIONS.filter(({ rule }) => rule === undefined)
const alarms = clean.filter(each => findingsAt(each).length > 0)
const caseAlarms = TRADING_CASES.filter(each => findingsAt(each).length > 0)
const findings = [...reviews.values()].flatMap(review => review.findings)
const repeated = findings.filter(isRepeated)
const fixed = findings.filter(({ fix }) => fix !== undefined)

const figures: readonly Figure[] = [
  { name: 'recall, all planted defects', value: recall(defective), unit: '%', atLeast: 90 },
  { name: 'recall, written before the first rule', value: recall(partOf('first')), unit: '%' },
  { name: 'recall, used to widen the rules', value: recall(partOf('widened')), unit: '%' },
  ...(partOf('held out').length > 0
    ? [{ name: 'recall, only measured', value: recall(partOf('held out')), unit: '%' }]
    : []),
  {
    name: 'false alarms, clean look-alikes',
    value: percent(alarms.length, clean.length),
    unit: '%',
    atMost: 5,
  },
  {
    name: 'false alarms, the case set of faster forms',
    value: percent(caseAlarms.length, TRADING_CASES.length),
    unit: '%',
    atMost: 5,
  },
  {
    name: 'findings that a second run from the start shows again, input and value',
    value: percent(repeated.length, findings.length),
    unit: '%',
    atLeast: 100,
  },
  { name: 'findings with a proven fix', value: percent(fixed.length, findings.length), unit: '%' },
  { name: 'time a function', value: milliseconds / sum(review => review.functions), unit: 'ms' },
]
const missed = defective.filter(each => !isFound(each))
const section: Section = {
  title: `Review: ${String(defective.length)} planted defects, ${String(clean.length)} look-alikes, ${String(TRADING_CASES.length)} cases`,
  figures,
  notes: [
    ...missed.map(each => `missed: ${nameOf(each)} (${each.rule ?? ''})`),
    ...[...alarms, ...caseAlarms].map(
      each => `false alarm: ${nameOf(each)} (${findingsAt(each)[0]?.rule ?? ''})`,
    ),
    `suspicions that no input showed: ${String(sum(review => review.suspicions.length))}`,
  ],
}
tell([section])

function findingsAt({
  file,
  function: path,
}: {
  readonly file: string
  readonly function: string
}): readonly Finding[] {
  return reviews.get(file)?.findings.filter(({ place }) => place.function === path) ?? []
}

function isFound(planted: PlantedFunction): boolean {
  return findingsAt(planted).some(({ rule }) => rule === planted.rule)
}

function isRepeated({ rule, place, failing }: Finding): boolean {
  return (again.get(place.file)?.findings ?? []).some(
    other =>
      other.rule === rule &&
      other.place.function === place.function &&
      other.failing?.input === failing?.input &&
      other.failing?.actual === failing?.actual &&
      other.failing?.actual !== other.failing?.expected,
  )
}

function partOf(part: PlantedFunction['part']): readonly PlantedFunction[] {
  return defective.filter(each => each.part === part)
}

function recall(planted: readonly PlantedFunction[]): number {
  return percent(planted.filter(isFound).length, planted.length)
}

function percent(part: number, whole: number): number {
  return (100 * part) / whole
}

function sum(of: (review: ModuleReview) => number): number {
  return [...reviews.values()].reduce((total, review) => total + of(review), 0)
}

function nameOf({ file, function: path }: { readonly file: string; readonly function: string }): string {
  return `${basename(file)} ${path}`
}
