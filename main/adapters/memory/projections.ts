import type { Database } from 'better-sqlite3'
import type { Fact } from '../../contract/audits.ts'
import { toText } from '../../core/base/plainText.ts'
import { SITUATION_VERSION } from '../../core/memory/situation.ts'
import { isTaken, type Decision } from '../../core/policy/decision.ts'
import { PLAIN_WORDS } from '../../core/policy/sentence.ts'
import { structureName } from '../../core/portfolio/structure.ts'
import { newYorkMinute } from '../../core/session/newYork.ts'
import { CHOPPY_BELOW } from '../../core/volatility/realised.ts'
import type { JournalEntry } from '../../engine/ports.ts'

/** Writes what follows from a journal entry into the tables that questions are asked of. */
export type Projector = (entry: JournalEntry) => void

/** The projector of a database; runs inside the transaction that appends the entry. */
export function createProjector(database: Database): Projector {
  const write = prepareStatements(database)
  return entry => {
    for (const fact of entry.facts) project(write, entry, fact)
  }
}

type Statements = ReturnType<typeof prepareStatements>

function prepareStatements(database: Database) {
  return {
    session: database.prepare('INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?)'),
    decision: database.prepare('INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    feedback: database.prepare('INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    preference: database.prepare('INSERT INTO preferences SELECT ?, ?, count(*) + 1, ?, ? FROM preferences'),
    situation: database.prepare('INSERT OR REPLACE INTO situations VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    pattern: database.prepare(
      'INSERT INTO market_patterns VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET ended = ended + 1, won = won + excluded.won, net = net + excluded.net',
    ),
    note: database.prepare('INSERT OR REPLACE INTO session_memory VALUES (?, ?, ?, ?)'),
    order: database.prepare('INSERT INTO order_log VALUES (?, ?, ?, ?, ?, ?)'),
    fill: database.prepare('INSERT INTO fill_log VALUES (?, ?, ?, ?, ?, ?, ?)'),
    fee: database.prepare('INSERT INTO fee_log VALUES (?, ?, ?, ?)'),
    position: database.prepare('INSERT INTO position_log VALUES (?, ?, ?, ?, ?, ?)'),
  }
}

function project(write: Statements, entry: JournalEntry, fact: Fact): void {
  const { sequence, time } = entry
  switch (fact.kind) {
    case 'sessionOpened':
      write.session.run(
        fact.session.id,
        fact.session.date,
        fact.session.underlying,
        fact.session.source,
        fact.time,
      )
      return
    case 'suggested':
    case 'lapsed':
      projectDecision(write, fact.decision)
      return
    case 'answered':
      projectDecision(write, fact.decision)
      projectAnswer(write, sequence, fact.decision)
      return
    case 'rated':
      projectDecision(write, fact.decision)
      write.feedback.run(sequence, fact.decision.id, time, 'rated', null, null, null, fact.decision.rating)
      return
    case 'scored':
      projectDecision(write, fact.decision)
      projectOutcome(write, fact.decision)
      return
    default:
      projectMoney(write, entry, fact)
  }
}

function projectMoney(write: Statements, entry: JournalEntry, fact: Fact): void {
  const { sequence, session, time } = entry
  switch (fact.kind) {
    case 'orderPlaced':
    case 'orderChanged':
    case 'orderRefused':
      write.order.run(
        sequence,
        fact.order.id,
        time,
        fact.order.status,
        fact.order.purpose,
        toText(fact.order),
      )
      return
    case 'filled':
      write.order.run(
        sequence,
        fact.order.id,
        time,
        fact.order.status,
        fact.order.purpose,
        toText(fact.order),
      )
      write.fill.run(
        fact.fill.id,
        sequence,
        fact.fill.order,
        fact.fill.time,
        fact.fill.quantity,
        fact.fill.net,
        toText(fact.fill),
      )
      write.fee.run(fact.fill.id, sequence, fact.fill.time, fact.fill.fees)
      projectPosition(write, sequence, time, fact.position)
      return
    case 'settled':
      projectPosition(write, sequence, time, fact.position)
      return
    default:
      write.note.run(session, sequence, fact.kind, toText(fact))
  }
}

function projectDecision(write: Statements, decision: Decision): void {
  const { id, session, number, date, time, action, status } = decision
  write.decision.run(
    id,
    session,
    number,
    date,
    time,
    action,
    status,
    decision.outcome?.net ?? null,
    toText(decision),
  )
}

function projectAnswer(write: Statements, sequence: number, decision: Decision): void {
  const { answer } = decision
  if (!answer) return
  const edits = answer.edits ? toText(answer.edits) : null
  write.feedback.run(
    sequence,
    decision.id,
    answer.time,
    answer.kind,
    answer.reason ?? null,
    answer.comment ?? null,
    edits,
    null,
  )
  write.preference.run(sequence, answer.time, decision.id, answer.kind)
}

function projectOutcome(write: Statements, decision: Decision): void {
  const { outcome } = decision
  if (!outcome || outcome.status === 'unavailable') return
  const net = outcome.forgone === undefined ? outcome.net : -outcome.forgone
  const vector = Buffer.from(Float32Array.from(decision.situation).buffer)
  const answer = decision.answer?.kind ?? decision.status
  write.situation.run(
    decision.id,
    SITUATION_VERSION,
    decision.date,
    decision.time,
    vector,
    actionWords(decision),
    answer,
    outcome.net,
  )
  const hour = Math.floor(newYorkMinute(decision.time) / 60)
  write.pattern.run(
    decision.action,
    hour,
    regimeName(decision.context.regime),
    outcome.wasGood ? 1 : 0,
    isTaken(decision) ? outcome.net : net,
  )
}

function projectPosition(
  write: Statements,
  sequence: number,
  time: number,
  position: Extract<Fact, { kind: 'settled' }>['position'],
): void {
  write.position.run(
    sequence,
    position.decision,
    time,
    position.quantity,
    position.realised,
    toText(position),
  )
}

/** What a decision suggested, in words. */
export function actionWords(decision: Decision): string {
  return decision.proposal ? structureName(decision.proposal.structure) : PLAIN_WORDS[decision.action]
}

function regimeName(regime: number): string {
  if (Math.abs(regime) < CHOPPY_BELOW) return 'choppy'
  return regime > 0 ? 'rising' : 'falling'
}
