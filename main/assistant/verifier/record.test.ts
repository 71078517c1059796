import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTools, HARNESS, openTestVerifier } from '../../fixtures/verifier.ts'
import { recordedInputs } from './recorded.ts'

const tools = await findTools()

const BOOK = `
from dataclasses import dataclass

@dataclass
class Position:
    strike: float
    quantity: int

class Book:
    @staticmethod
    def value(positions, spot, *, curve=None, table=None):
        total = 0.0
        for position in positions:
            total += (spot - position.strike) * position.quantity
        if curve is not None:
            total += float(curve.sum())
        if table is not None:
            total += float(table["oi"].sum())
        positions.clear()
        return total
`

const RUN = `
import numpy as np, pandas as pd
from book import Book, Position
for day in range(30):
    Book.value([Position(100.0 + day / 7, day), Position(99.5, -1)], 101.25, curve=np.linspace(0.0, day, 4))
    Book.value([], 100, table=pd.DataFrame({"oi": [day, 2], "right": ["call", None]}))
Book.value([Position(1.0, 1)], 2.0, curve=open(__file__)) if False else None
assert Book.value([], 1.0) == 0.0
`

describe.skipIf(tools === undefined)('a test run that is observed', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerodte-record-'))
    writeFileSync(join(folder, 'book.py'), BOOK)
    writeFileSync(join(folder, 'run.py'), RUN)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const record = (script: string) =>
    spawnSync(
      tools?.python.path ?? '',
      ['-B', join(HARNESS, 'record.py'), 'book', 'Book.value', 'calls.jsonl', script],
      { cwd: folder, encoding: 'utf8' },
    )

  test('writes down every call as it was before the call, and changes nothing of the run', async () => {
    const { status, stderr } = record('run.py')
    expect([status, stderr.trim()]).toEqual([0, '61 calls of Book.value recorded'])
    const text = readFileSync(join(folder, 'calls.jsonl'), 'utf8')
    const inputs = recordedInputs(text)
    expect(inputs).toHaveLength(60)
    expect(JSON.stringify(inputs[0]?.arguments['positions'])).toContain('["instance","Position"')

    const open = await openTestVerifier()
    const task = {
      file: join(folder, 'book.py'),
      folder,
      module: BOOK,
      function: 'Book.value',
      seen: {},
      recorded: text,
      seconds: 60,
    }
    const wrong = BOOK.replace('table["oi"].sum()', 'table["oi"].iloc[0]')
    const verdicts = await open.verifier.verify({
      ...task,
      candidates: [
        { id: 'same', module: BOOK, reorders: false },
        { id: 'wrong', module: wrong, reorders: false },
      ],
    })
    await open.close()
    const [same] = verdicts
    expect(verdicts.map(({ kind }) => kind)).toEqual(['verified', 'refuted'])
    expect(same?.kind === 'verified' && same.equality.kinds).toContainEqual({ kind: 'recorded', inputs: 60 })
  }, 60_000)

  test('a run that fails still fails, and what was called till then is there', () => {
    writeFileSync(
      join(folder, 'failing.py'),
      'from book import Book\nBook.value([], 1.0)\nraise SystemExit(3)\n',
    )
    const { status, stderr } = record('failing.py')
    expect(status).toBe(3)
    expect(stderr).toContain('1 calls of Book.value recorded')
  })
})

test('lines that are no recording are passed over, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.json())), lines => {
      expect(() => recordedInputs(lines.join('\n'))).not.toThrow()
    }),
  )
  expect(recordedInputs(undefined)).toEqual([])
  expect(recordedInputs('{"spot": ["float", "0x1p+0"]}\nnothing\n{"spot": 1}')).toHaveLength(1)
})
