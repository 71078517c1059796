import { expect, test } from 'vitest'
import { decodeSource } from './decodeSource.ts'

test('UTF-8 is text, with a byte-order mark or without', () => {
  expect(decodeSource(Buffer.from('é = 1'))).toEqual({ ok: true, value: 'é = 1' })
  expect(decodeSource(Buffer.from('\uFEFFé = 1'))).toEqual({ ok: true, value: 'é = 1' })
  expect(decodeSource(new Uint8Array())).toEqual({ ok: true, value: '' })
})

test('what is no UTF-8 text is named', () => {
  expect(decodeSource(Buffer.from('é = 1', 'latin1'))).toEqual({ ok: false, failure: 'is not UTF-8' })
  expect(decodeSource(Buffer.from('\uFEFFx = 1', 'utf16le'))).toEqual({
    ok: false,
    failure: 'is UTF-16, must be UTF-8',
  })
  expect(decodeSource(Uint8Array.of(0x7f, 0x45, 0, 1))).toEqual({ ok: false, failure: 'is not text' })
})
