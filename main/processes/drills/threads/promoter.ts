import { setTimeout as sleep } from 'node:timers/promises'
import { ModelRegistry } from '../../../registry/modelRegistry.ts'

// Promotes and rolls back until it is killed: `promoter.ts FOLDER SHIPPED VERSION`
const [folder = '', shipped = '', version = ''] = process.argv.slice(2)
const registry = new ModelRegistry(folder, [shipped])
process.stdout.write('ready\n')
for (;;) {
  const { champion } = await registry.inCharge()
  const moved = champion.version === version ? await registry.rollBack(1) : await registry.promote(version, 1)
  if (!moved.ok) throw new Error(String(moved.failure))
  await sleep(1)
}
