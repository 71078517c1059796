import type { ReadOnlyEngine } from '../contract/readOnly.ts'

/** What the cockpit shows now, in a sentence or two for a model that answers about his code; empty where none runs. */
export async function cockpitFacts(engine: ReadOnlyEngine): Promise<string> {
  const answer = await engine.ask('snapshot/get', {})
  if (!answer.ok) return ''
  const { positions, phase, session } = answer.value
  const legs = positions.reduce((count, { structure }) => count + structure.legs.length, 0)
  const held =
    positions.length === 0
      ? 'He holds no position'
      : `He holds ${positions.length} positions with ${legs} legs in SPY options that expire today`
  return `In his cockpit now: ${held}; the phase of the day is ${phase}${session ? '' : ', and no session runs'}.`
}
