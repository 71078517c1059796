// How exact every kernel is, held against oracles: `npm run accuracy [--json]`. Each section is a file of its own; a miss ends
// with exit code 1.
import { americanAccuracy } from './americanAccuracy.ts'
import { europeanAccuracy } from './europeanAccuracy.ts'
import { modelAccuracy } from './modelAccuracy.ts'
import { missesOf, tableOf, type Section } from './report.ts'
import { singlePrecisionAccuracy } from './singlePrecision.ts'
import { tableAccuracy } from './tableAccuracy.ts'
import { volatilityAccuracy } from './volatilityAccuracy.ts'

const PARTS: readonly (() => Promise<readonly Section[]>)[] = [
  europeanAccuracy,
  volatilityAccuracy,
  tableAccuracy,
  americanAccuracy,
  modelAccuracy,
  singlePrecisionAccuracy,
]

const asJson = process.argv.includes('--json')
const sections: Section[] = []
for (const part of PARTS) {
  const found = await part()
  sections.push(...found)
  if (!asJson) process.stdout.write(`${tableOf(found)}\n`)
}
const misses = missesOf(sections)
if (asJson) process.stdout.write(`${JSON.stringify({ sections, misses }, undefined, 2)}\n`)
else
  process.stdout.write(misses.length === 0 ? 'Every figure keeps its limit.\n' : `${misses.length} missed.\n`)
process.exitCode = misses.length === 0 ? 0 : 1
