import { execFileSync, spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeMarshal, type MarshalValue } from './marshal.ts'
import { readProfile } from './profile.ts'

// Linux always has it, so that there the test cannot be left out by mistake
const isLeftOut = process.platform !== 'linux' && spawnSync('python3', ['--version']).status !== 0

/** A value as Python writes it down. */
function written(value: MarshalValue): string {
  if (value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number')
    return Number.isInteger(value) && !Object.is(value, -0)
      ? String(value)
      : `float(${JSON.stringify(String(value))})`
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Uint8Array) return `bytes([${[...value].join()}])`
  if ('entries' in value && typeof value.entries !== 'function')
    return `{${value.entries.map(([key, entry]) => `${written(key)}: ${written(entry)}`).join()}}`
  return Array.isArray(value) ? `(${value.map(part => `${written(part)},`).join('')})` : 'None'
}

const leaf: fc.Arbitrary<MarshalValue> = fc.oneof(
  fc.integer(),
  fc.bigInt({ min: 2n ** 40n, max: 2n ** 90n }),
  fc.bigInt({ min: -(2n ** 90n), max: -(2n ** 40n) }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter(value => !Number.isInteger(value)),
  fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', ' ', '\n') }),
  fc.constantFrom(true, false, undefined),
  fc.uint8Array({ maxLength: 5 }),
)
const { value: anyValue } = fc.letrec<{ value: MarshalValue }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.string({ unit: fc.constantFrom('x', 'y', 'z') }), tie('value')), {
        selector: ([key]) => key,
        maxLength: 4,
      })
      .map(entries => ({ entries })),
  ),
}))

test.skipIf(isLeftOut)('what Python writes is read as it was, in every version of the format', () => {
  const values = fc.sample(anyValue, { numRuns: 60, seed: 5 })
  const script = `import marshal, sys, base64
for line in sys.stdin:
    value = eval(line)
    # The same text twice, so that there is something to refer to
    print(*(base64.b64encode(marshal.dumps((value, value), version)).decode() for version in (0, 1, 2, 4)))`
  const output = execFileSync('python3', ['-c', script], {
    input: values.map(value => `${written(value).replaceAll('\n', String.raw`\n`)}\n`).join(''),
    encoding: 'utf8',
  })
  const lines = output.trimEnd().split('\n')
  expect(lines).toHaveLength(values.length)
  values.forEach((value, index) => {
    for (const text of lines[index]?.split(' ') ?? []) {
      const read = decodeMarshal(Buffer.from(text, 'base64'))
      expect(read.ok && plain(read.value)).toEqual([plain(value), plain(value)])
    }
  })
})

/** Bytes compare by content, whatever array they are in. */
function plain(value: MarshalValue): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && 'entries' in value && typeof value.entries !== 'function')
    return { entries: value.entries.map(([key, entry]) => [key, plain(entry)]) }
  return value
}

test('any bytes are a value or a reason, never a throw', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom('a.pstats', 'a.json', 'a.txt'),
      (bytes, name) => {
        expect(typeof decodeMarshal(bytes).ok).toBe('boolean')
        expect(typeof readProfile(bytes, name).ok).toBe('boolean')
      },
    ),
    { numRuns: 2000 },
  )
})

test.skipIf(isLeftOut)('a profile that is cut off or spoilt is a reason, never a throw', () => {
  const script = `import cProfile, sys, tempfile, os
profile = cProfile.Profile()
profile.runcall(sorted, range(100), key=lambda value: -value)
path = os.path.join(tempfile.mkdtemp(), 'p'); profile.dump_stats(path)
sys.stdout.buffer.write(open(path, 'rb').read())`
  const whole = execFileSync('python3', ['-c', script])
  const read = readProfile(whole, 'p.pstats')
  expect(read.ok && read.value.map(({ name }) => name)).toContain('<lambda>')
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (place, byte) => {
      expect(decodeMarshal(whole.subarray(0, place)).ok).toBe(false)
      expect(typeof readProfile(whole.subarray(0, place), 'p.pstats').ok).toBe('boolean')
      const spoilt = Buffer.from(whole)
      spoilt[place] = byte
      expect(typeof readProfile(spoilt, 'p.pstats').ok).toBe('boolean')
    }),
    { numRuns: 500 },
  )
})
