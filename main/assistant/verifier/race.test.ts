import { expect, test } from 'vitest'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { findTools, openTestVerifier } from '../../fixtures/verifier.ts'

const WAITS = `import time


def total(prices: list[float]) -> float:
    time.sleep(0.02)
    return sum(prices)
`

test.runIf((await findTools()) !== undefined)(
  'time that a function sleeps is its time, though the processor does nothing for it',
  async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'waits.py')
    writeFileSync(file, WAITS)
    const opened = await openTestVerifier()
    const [verdict] = await opened.verifier.verify({
      file,
      folder,
      module: WAITS,
      function: 'total',
      candidates: [{ id: 'awake', module: WAITS.replace('    time.sleep(0.02)\n', ''), reorders: false }],
      seen: {},
      recorded: undefined,
      seconds: 20,
    })
    await opened.close()
    const timing = verdict?.kind === 'verified' ? verdict.timing : undefined
    expect(timing?.verdict).toBe('faster')
    for (const { before, after } of timing?.sizes ?? []) {
      expect(before).toBeGreaterThan(0.02)
      expect(after).toBeLessThan(0.02)
    }
  },
  60_000,
)
