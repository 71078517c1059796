// How exact every kernel is, held against oracles: `npm run accuracy [--json]`. Each section is a file of its own; a miss ends
// with exit code 1.
import { americanAccuracy } from './americanAccuracy.ts'
import { europeanAccuracy } from './europeanAccuracy.ts'
import { modelAccuracy } from './modelAccuracy.ts'
import { tellEach } from './report.ts'
import { singlePrecisionAccuracy } from './singlePrecision.ts'
import { tableAccuracy } from './tableAccuracy.ts'
import { volatilityAccuracy } from './volatilityAccuracy.ts'

await tellEach([
  europeanAccuracy,
  volatilityAccuracy,
  tableAccuracy,
  americanAccuracy,
  modelAccuracy,
  singlePrecisionAccuracy,
])
