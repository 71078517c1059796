import { at } from '../core/base/assert.ts'
import { MILLISECONDS_PER_MINUTE } from '../core/base/units.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { NOTHING_REMEMBERED } from '../core/memory/recollection.ts'
import { ACTIONS, ACTION_COUNT, type Action } from '../core/policy/action.ts'
import type { Limits } from '../core/risk/limits.ts'
import type { DecisionPoint } from '../research/agreementTrial.ts'
import { OPENINGS, beatTime, type SessionTable } from './sessionTable.ts'
import { TrainingBook } from './trainingBook.ts'
import { breakEvenOf, scoredNet } from './trainingTrade.ts'

/**
 * Every decision of a compiled session as somebody sees it who holds nothing and whom nothing is remembered of, with
 * what one lot of every opening made after costs. What is suggested to a trader is judged on these.
 */
export function decisionPointsOf(table: SessionTable, limits: Limits): DecisionPoint[] {
  const book = new TrainingBook(table, limits, NOTHING_REMEMBERED, undefined)
  return Array.from({ length: table.decisions.count }, (_, decision) => {
    const observation = new Float32Array(OBSERVATION_SIZE)
    const mask = new Uint8Array(ACTION_COUNT)
    const beat = at(table.decisions.beat, decision)
    book.advanceTo(beat)
    book.see(decision, observation, mask)
    const outcomes = ACTIONS.map(action => outcomeOf(table, decision, action))
    return {
      id: `${table.id}/${decision}`,
      session: table.id,
      minute: minuteOf(table, beat),
      observation,
      allowed: Array.from(mask, value => value === 1),
      nets: Float64Array.from(outcomes, ({ net }) => net),
      implied: Float64Array.from(outcomes, ({ implied }) => implied),
      until: Float64Array.from(outcomes, ({ until }) => until),
    }
  })
}

/** What an action decided then made, when that was known, and the odds at which it was worth nothing. */
function outcomeOf(table: SessionTable, decision: number, action: Action) {
  const opening = OPENINGS.indexOf(action)
  const none = { net: action === 'noTrade' ? 0 : Number.NaN, until: Number.NaN, implied: Number.NaN }
  if (opening < 0) return none
  const row = decision * OPENINGS.length + opening
  const beat = at(table.openings.scoreBeat, row)
  if (at(table.openings.reason, row) !== 0 || beat < 0) return none
  return {
    net: scoredNet(table, row, 1),
    until: minuteOf(table, beat),
    implied: breakEvenOf(table, row),
  }
}

function minuteOf(table: SessionTable, beat: number): number {
  return (beatTime(table, beat) - table.times.open) / MILLISECONDS_PER_MINUTE
}
