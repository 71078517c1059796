import { expect, onTestFinished, test } from 'vitest'
import { openMadeUpOllama, saying, type ChatScript, type KeptModel } from '../fixtures/ollamaServer.ts'
import { openedAssistant } from '../fixtures/openedAssistant.ts'

const MODEL: KeptModel = {
  name: 'made-up:7b',
  size: 1000,
  quantization: 'Q4_K_M',
  facts: { 'general.architecture': 'llama', 'llama.context_length': 8192 },
}

/** An assistant beside a made-up Ollama that answers by a script. */
async function beside(script: (question: string) => ChatScript) {
  const server = await openMadeUpOllama([MODEL], request => script(request.messages.at(-1)?.content ?? ''))
  onTestFinished(() => server.close())
  return { ...(await openedAssistant(server.address)), server }
}

test('the models that are here are told, and the one that he takes is kept', async () => {
  const { assistant } = await beside(() => saying(['']))
  expect(await assistant.answer('assistant/models', {})).toMatchObject([{ name: 'made-up:7b', bits: 4 }])
  const { model } = await assistant.answer('assistant/useModel', { source: 'ollama', name: 'made-up:7b' })
  expect(model).toMatchObject({ kind: 'ollama', card: { name: 'made-up:7b' } })
  const without = await assistant.answer('assistant/useModel', { source: 'none', name: '' })
  expect(without.model.kind).toBe('none')
})

test('an answer grows as it is written, and cites what search found', async () => {
  const { assistant, news, ended } = await beside(() => saying(['The smile is ', 'fitted in [1].']))
  await assistant.answer('assistant/useModel', { source: 'ollama', name: 'made-up:7b' })
  const asked = await assistant.answer('assistant/ask', { text: 'explain the smile' })
  if (asked.kind !== 'chat') throw new Error(`taken for ${asked.kind}`)
  expect(await ended(asked.task)).toMatchObject({ end: 'done' })
  const told = news.filter(each => each.kind === 'chat').map(({ text }) => text)
  expect(told.at(-1)).toBe('The smile is fitted in [1].')
  expect(told.length).toBeGreaterThan(1)
  expect(asked.sources[0]?.place.function).toBe('smile')
})

test('a model that goes away in the middle is said, and everything else goes on', async () => {
  const { assistant, ended } = await beside(() => [{ send: '{"message":{"role":"assis' }, { drop: true }])
  await assistant.answer('assistant/useModel', { source: 'ollama', name: 'made-up:7b' })
  const asked = await assistant.answer('assistant/ask', { text: 'explain the smile' })
  if (asked.kind !== 'chat') throw new Error(`taken for ${asked.kind}`)
  expect(await ended(asked.task)).toMatchObject({ end: 'failed' })
  const { hits } = await assistant.answer('assistant/search', { query: 'smile' })
  expect(hits[0]?.place.function).toBe('smile')
})

test('a model that is not there cannot be taken, and the one before stays', async () => {
  const { assistant } = await beside(() => saying(['']))
  await assistant.answer('assistant/useModel', { source: 'ollama', name: 'made-up:7b' })
  const missing = assistant.answer('assistant/useModel', { source: 'ollama', name: 'another:70b' })
  await expect(missing).rejects.toThrow('another:70b')
  const { model } = await assistant.answer('assistant/get', {})
  expect(model).toMatchObject({ kind: 'ollama', card: { name: 'made-up:7b' } })
})
