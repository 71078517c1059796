import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { firstPolicyCard, firstPolicyModel } from '../training/firstPolicy.ts'

/** Writes the first policy and its card into a folder: `npm run policy:first`. */
const folder = join(import.meta.dirname, '../../assets/policies/first')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'policy.onnx'), firstPolicyModel())
writeFileSync(join(folder, 'card.json'), `${JSON.stringify(firstPolicyCard(), null, 2)}\n`)
process.stdout.write(`${folder}\n`)
