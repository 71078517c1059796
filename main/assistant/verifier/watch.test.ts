import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { findTools, openTestVerifier } from '../../fixtures/verifier.ts'

const COLLECTS = `import gc


def total(prices: list[float]) -> float:
    keeper = gc
    keeper.collect(0)
    return sum(prices)
`

test.runIf((await findTools()) !== undefined)(
  'what the gate lets through by another name cannot find what nobody handed over',
  async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'collects.py')
    writeFileSync(file, COLLECTS)
    const { verifier, close } = await openTestVerifier()
    const finding = COLLECTS.replace('keeper.collect(0)', 'keeper.get_objects()')
    const [reaching, plain] = await verifier.verify({
      file,
      folder,
      module: COLLECTS,
      function: 'total',
      candidates: [
        { id: 'reaching', module: finding, reorders: false },
        { id: 'plain', module: COLLECTS.replace('sum(prices)', 'sum(prices[:])'), reorders: false },
      ],
      seen: {},
      recorded: undefined,
      seconds: 30,
    })
    await close()
    expect(reaching).toMatchObject({ kind: 'refuted', reason: expect.stringContaining('PermissionError') })
    expect(plain?.kind).toBe('verified')
  },
  60_000,
)
