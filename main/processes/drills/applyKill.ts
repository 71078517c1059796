// Kills a process in the middle of writing changes into a file, and holds what is left against the old and the new text.
// `--times 200`
import { parseArgs } from 'node:util'
import { createRandom } from '../../core/base/random.ts'
import { killApplies } from './killedApply.ts'

const { values } = parseArgs({ options: { times: { type: 'string', default: '200' } } })
const times = Number(values.times)
if (!Number.isInteger(times) || times < 1)
  throw new Error(`--times must be a whole number, was ${values.times}`)

const left = await killApplies(times, createRandom(Date.now()))
process.stdout.write(
  `${left.kills} kills: ${left.inTheMiddle} in the middle of a change; the old text ${left.old} times, the new one ${left.new} times.\n`,
)
for (const problem of left.problems) process.stdout.write(`${problem}\n`)
process.stdout.write(left.problems.length === 0 ? 'Never half.\n' : `${left.problems.length} problems.\n`)
process.exitCode = left.problems.length === 0 ? 0 : 1
