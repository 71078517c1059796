import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { HARNESS } from '../../fixtures/verifier.ts'

const PYTHON = '/usr/bin/python3'
const [ALLOW, KILL, EPERM, ENOSYS] = [0x7fff0000, 0x80000000, 0x00050001, 0x00050026]

/** What each architecture is called by the kernel's audit, and calls of it by number: refused ones, and ones that must pass. */
const ARCHITECTURES = {
  x86_64: {
    audit: 0xc000003e,
    clone: 56,
    refused: [41, 57, 58, 59, 62, 101, 165, 272, 321, 322, 425],
    passing: [0, 1, 3, 9, 12, 202, 228, 231, 257],
  },
  aarch64: {
    audit: 0xc00000b7,
    clone: 220,
    refused: [198, 221, 129, 117, 40, 97, 280, 281, 425],
    passing: [56, 57, 63, 64, 93, 94, 98, 113, 214, 222],
  },
} as const

/** The filter of an architecture as instructions, and every number that it is made to refuse. */
function filterOf(machine: string): { readonly program: Buffer; readonly refused: readonly number[] } {
  const text = `import json, sys; sys.path.insert(0, ${JSON.stringify(HARNESS)}); import confine
print(json.dumps([confine.filter_program("${machine}").hex(), sorted({**confine.REFUSED["${machine}"], **confine.SHARED}.values())]))`
  const [hex, refused] = JSON.parse(spawnSync(PYTHON, ['-B', '-c', text], { encoding: 'utf8' }).stdout)
  return { program: Buffer.from(hex, 'hex'), refused }
}

/** Runs a classic BPF program, as the kernel does, over one system call: its number, its architecture and its first argument. */
function run(
  program: Buffer,
  call: { readonly number: number; readonly audit: number; readonly argument?: number },
): number {
  const memory = new Map([
    [0, call.number],
    [4, call.audit],
    [16, call.argument ?? 0],
  ])
  let accumulator = 0
  for (let at = 0; at < program.length / 8; at += 1) {
    const code = program.readUInt16LE(at * 8)
    const [yes, no] = [program.readUInt8(at * 8 + 2), program.readUInt8(at * 8 + 3)]
    const value = program.readUInt32LE(at * 8 + 4)
    if (code === 0x20) accumulator = memory.get(value) ?? Number.NaN
    else if (code === 0x15) at += accumulator === value ? yes : no
    else if (code === 0x35) at += accumulator >= value ? yes : no
    else if (code === 0x45) at += (accumulator & value) !== 0 ? yes : no
    else if (code === 0x06) return value
    else throw new Error(`no such instruction: ${code}`)
  }
  throw new Error('the program runs past its end')
}

test.skipIf(!existsSync(PYTHON)).each(Object.entries(ARCHITECTURES))(
  'the filter of %s refuses what leads out and lets pass what computes',
  (machine, { audit, clone, refused, passing }) => {
    const { program, refused: all } = filterOf(machine)
    expect(all).toEqual(expect.arrayContaining([...refused]))
    for (const number of all) expect(run(program, { number, audit })).toBe(EPERM)
    for (const number of passing) expect(run(program, { number, audit })).toBe(ALLOW)
    // Threads pass, processes do not; the call whose flags no filter can see is said not to exist
    expect(run(program, { number: clone, audit, argument: 0x3d0f00 })).toBe(ALLOW)
    expect(run(program, { number: clone, audit, argument: 0x11 })).toBe(EPERM)
    expect(run(program, { number: 435, audit })).toBe(ENOSYS)
    // Another architecture has other numbers for the same calls
    expect(run(program, { number: passing[0], audit: 0x40000003 })).toBe(KILL)
  },
)

test.skipIf(!existsSync(PYTHON))('on x86-64 the calls of the x32 mode are refused as well', () => {
  const { program } = filterOf('x86_64')
  expect(run(program, { number: 0x40000000 + 1, audit: ARCHITECTURES.x86_64.audit })).toBe(EPERM)
})
