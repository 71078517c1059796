import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { namesIn, temporaryFolder } from '../fixtures/folder.ts'
import { MOMENTUM_MARKET, sessionTables } from './sessionTables.ts'

test('a session is compiled once; a file that is damaged or another is named, counted, and compiled again', async () => {
  const folder = temporaryFolder()
  const notes: string[] = []
  const open = sessionTables(folder, note => notes.push(note))
  const compiled = await open(3, MOMENTUM_MARKET)
  const [name = ''] = namesIn(folder)
  expect(name).toMatch(/^[0-9a-f]{12}-3\.table$/)
  const file = join(folder, name)
  const bytes = new Uint8Array(readFileSync(file))
  expect(await open(3, MOMENTUM_MARKET)).toEqual(compiled)
  expect(notes).toEqual([])
  const turned = bytes.slice()
  turned[turned.length >> 1] = (turned[turned.length >> 1] ?? 0) ^ 1
  writeFileSync(file, turned)
  expect(await open(3, MOMENTUM_MARKET)).toEqual(compiled)
  expect(new Uint8Array(readFileSync(file))).toEqual(bytes)
  const other = file.replace('-3.table', '-4.table')
  copyFileSync(file, other)
  expect((await open(4, MOMENTUM_MARKET)).id).not.toBe(compiled.id)
  expect(notes).toEqual([
    `${file} was refused: its SHA-256 digest is not that of its content. Its session is compiled again, 1 so far.`,
    `${other} was refused: seed must be 4, is 3. Its session is compiled again, 2 so far.`,
  ])
})
