import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { VariantCard } from '../contract/assistant.ts'
import { openedAssistant } from '../fixtures/openedAssistant.ts'
import type { Assistant } from './assistant.ts'
import { findPython } from './verifier/findPython.ts'
import { findSandbox } from './verifier/sandbox.ts'

// Without Python or a sandbox nothing is ever run
const [python, sandbox] = await Promise.all([findPython(undefined), findSandbox()])

async function standing(
  assistant: Assistant,
  card: VariantCard,
): Promise<VariantCard['applied'] | undefined> {
  const report = await assistant.answer('assistant/optimised', {})
  return report?.cards.find(({ id }) => id === card.id)?.applied
}

test.skipIf(!python.ok || !sandbox.ok)(
  'where the file moved on elsewhere a card is proven again: the same is written, another is not, and what is unknown is said',
  async () => {
    const { assistant, code, ended } = await openedAssistant()
    const file = join(code, 'order_book.py')
    const before = readFileSync(file, 'utf8')
    const wanted = { file, function: 'unmatched_fills', seconds: 30 }
    await ended((await assistant.answer('assistant/optimise', wanted)).task)
    const [card] = (await assistant.answer('assistant/optimised', {}))?.cards ?? []
    if (!card) throw new Error('no card')
    expect(card.after).toContain('set(')
    const apply = () => assistant.answer('assistant/apply', { card: card.id })

    const moved = `# mine\n${before}`
    writeFileSync(file, moved)
    const same = await apply()
    if (same.kind !== 'applied') throw new Error(JSON.stringify(same))
    expect(same.notice).toContain('proven again in its new text')
    expect(readFileSync(file, 'utf8')).toBe(`# mine\n${card.after}`)
    expect(await standing(assistant, card)).toBe('applied')
    await assistant.answer('assistant/undo', { change: same.change })

    const other = `${before}\n\ndef set(values):\n    return ()\n`
    writeFileSync(file, other)
    expect(await apply()).toMatchObject({
      kind: 'conflict',
      reason: expect.stringMatching(/in its new text this is not the same: .*Nothing was written\.$/),
    })
    expect(readFileSync(file, 'utf8')).toBe(other)
    expect(await standing(assistant, card)).toBe('undone')

    writeFileSync(file, `import no_such_module\n${before}`)
    const unknown = await apply()
    if (unknown.kind !== 'applied') throw new Error(JSON.stringify(unknown))
    expect(unknown.notice).toContain('in its new text this is not proven: ')
    expect(await standing(assistant, card)).toBe('merged')
    expect(await apply()).toMatchObject({ kind: 'refused' })
    await assistant.answer('assistant/undo', { change: unknown.change })
    await assistant.answer('assistant/undo', { change: `${unknown.change}.undo` })
    expect(await standing(assistant, card)).toBe('merged')
    const { choices } = (await assistant.answer('assistant/get', {})).taste
    expect(choices).toBe(5)
  },
  90_000,
)
