import { homedir } from 'node:os'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { bubblewrap } from './sandbox.ts'
import { openVerifier } from './openVerifier.ts'

const python = { path: '/usr/bin/python3', version: '3.11.2', packages: [], imports: [], folders: [] }

test.each([
  ['/', 'holds more than code'],
  [homedir(), 'holds more than code'],
  ['/nowhere/at/all', 'there is no folder'],
])('nothing is run over %s, and it is said why', async (folder, reason) => {
  const scratch = temporaryFolder()
  const verifier = openVerifier({ python, sandbox: bubblewrap('/nowhere/bwrap'), assets: scratch, scratch })
  const task = { module: 'def f():\n    return 1\n', folder, seconds: 5 }
  const [evaluated] = await verifier.evaluate({ ...task, calls: ['f()'] })
  expect(evaluated).toMatchObject({ kind: 'stopped', reason: expect.stringContaining(reason) })
  const candidates = [{ id: 'a', module: task.module, reorders: false }]
  const file = `${folder}/f.py`
  const [verdict] = await verifier.verify({
    ...task,
    file,
    function: 'f',
    candidates,
    seen: {},
    recorded: undefined,
  })
  expect(verdict).toMatchObject({ kind: 'unverified', reason: expect.stringContaining(reason) })
  await verifier.close()
})
