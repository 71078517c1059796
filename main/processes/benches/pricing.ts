// How fast the kernels price, beside other people's programs in the same run: `npm run bench -- pricing [--json] [--no-install]`.
// Each section is a file of its own; a miss ends with exit code 1.
import { cpus, loadavg } from 'node:os'
import { americanSpeed } from './americanSpeed.ts'
import { europeanSpeed } from './europeanSpeed.ts'
import { installPeers } from './peers.ts'
import { missesOf, tableOf, type Section } from './report.ts'

const PARTS: readonly (() => Promise<readonly Section[]>)[] = [europeanSpeed, americanSpeed]

const asJson = process.argv.includes('--json')
if (!process.argv.includes('--no-install')) installPeers()
const sections: Section[] = []
for (const part of PARTS) {
  const found = await part()
  sections.push(...found)
  if (!asJson) process.stdout.write(`${tableOf(found)}\n`)
}
const misses = missesOf(sections)
const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, load: loadavg() }
if (asJson) process.stdout.write(`${JSON.stringify({ machine, sections, misses }, undefined, 2)}\n`)
else
  process.stdout.write(misses.length === 0 ? 'Every figure keeps its limit.\n' : `${misses.length} missed.\n`)
process.exitCode = misses.length === 0 ? 0 : 1
