import type { OptimiseReport, VariantCard } from '../contract/assistant.ts'

/** The variants that were found different, counted by what they did; the most usual first. */
export function refutedByReason(cards: readonly VariantCard[]): OptimiseReport['refuted'] {
  const counts = new Map<string, number>()
  for (const { state } of cards)
    if (state.kind === 'refuted') counts.set(state.reason, (counts.get(state.reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, variants]) => ({ reason, variants }))
    .toSorted((one, other) => other.variants - one.variants)
}

/** What came of it, in a sentence or two: never more than was shown. */
export function outcomeSentence(
  cards: readonly VariantCard[],
  {
    explored,
    tried,
    shown,
    unread,
    obstacles,
    isDone,
    isCancelled,
  }: {
    readonly explored: number
    readonly tried: number
    /** Proven ones that are listed: those that differ in what they do, the best of them. */
    readonly shown: number
    /** The line of the function that could not be read. */
    readonly unread: number | undefined
    /** What stands in the way of a faster form; told where none was found. */
    readonly obstacles: readonly string[]
    readonly isDone: boolean
    readonly isCancelled: boolean
  },
): string {
  if (explored === 0 && tried === 0)
    return unread === undefined
      ? ['No transformation applies to this function.', ...obstacles].join(' ')
      : `Line ${unread} could not be read as Python, so nothing can be done with this function.`
  const verified = cards.filter(({ state }) => state.kind === 'verified').length
  const counts = `${counted(explored, 'variant')}, ${tried} tried, ${verified} proven${shown < verified ? `, ${shown} of them shown` : ''}.`
  const faster = cards.flatMap(({ state }) =>
    state.kind === 'verified' && state.timing.verdict === 'faster' ? [state.timing.speedUp.value] : [],
  )
  if (faster.length > 0)
    return `${counts} The fastest takes ${shareOf(Math.max(...faster))} of the time.${isCancelled ? CANCELLED : ''}`
  if (isCancelled) return `${counts}${CANCELLED}`
  if (!isDone) return counts
  const unverified = cards.find(({ state }) => state.kind === 'unverified')?.state
  return verified === 0 && unverified?.kind === 'unverified'
    ? `${counts} Not proven: ${unverified.reason}.`
    : [`${counts} Nothing faster was shown.`, ...obstacles].join(' ')
}

const CANCELLED = ' Cancelled before the end.'

function counted(count: number, name: string): string {
  return `${count.toLocaleString('en-US')} ${name}${count === 1 ? '' : 's'}`
}

function shareOf(speedUp: number): string {
  const share = 100 / speedUp
  return `${share >= 10 ? Math.round(share) : Number(share.toPrecision(2))} %`
}
