// Applies a change to a file and takes it back, again and again, until it is killed. `applyRounds.ts DATABASE FILE`
import { readFileSync } from 'node:fs'
import { applyChange, settleChanges, undoChange } from '../../assistant/change/applyChange.ts'
import { changedText, openAssistantDatabase } from './killedApply.ts'

const [, , databaseFile = '', file = ''] = process.argv
const database = openAssistantDatabase(databaseFile)
const parts = { database, now: Date.now }
settleChanges(parts)
process.stdout.write('begun\n')
for (;;) {
  const before = readFileSync(file, 'utf8')
  const applied = applyChange(parts, {
    file,
    before,
    after: changedText(before),
    lines: undefined,
    card: undefined,
  })
  if (applied.kind !== 'applied') throw new Error(`not applied: ${JSON.stringify(applied)}`)
  const undone = undoChange(parts, applied.change)
  if (undone.kind !== 'undone') throw new Error(`not undone: ${JSON.stringify(undone)}`)
}
