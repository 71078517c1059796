import { afterEach, expect, test } from 'vitest'
import {
  openMadeUpOllama,
  saying,
  type ChatScript,
  type KeptModel,
  type MadeUpOllama,
} from '../../fixtures/ollamaServer.ts'
import type { ModelRequest } from './languageModel.ts'
import { openOllama } from './ollama.ts'

const CODER: KeptModel = {
  name: 'coder:7b',
  size: 4_700_000_000,
  quantization: 'Q4_K_M',
  facts: {
    'general.architecture': 'qwen2',
    'general.parameter_count': 7_615_616_512,
    'qwen2.context_length': 32_768,
    'qwen2.block_count': 28,
    'qwen2.embedding_length': 3584,
    'qwen2.attention.head_count': 28,
    'qwen2.attention.head_count_kv': 4,
    'tokenizer.ggml.tokens': null,
  },
}

const REQUEST: ModelRequest = {
  system: 'Help.',
  messages: [
    { by: 'user', text: 'Hello' },
    { by: 'model', text: 'Yes?' },
    { by: 'user', text: 'Price a call' },
  ],
  maximumTokens: 50,
  temperature: 0,
}

const opened: MadeUpOllama[] = []
afterEach(() => opened.splice(0).forEach(server => server.close()))

async function serve(script: (count: number) => ChatScript, models: readonly KeptModel[] = [CODER]) {
  const server = await openMadeUpOllama(models, (_request, count) => script(count))
  opened.push(server)
  return server
}

async function ask(script: ChatScript, request: Partial<ModelRequest> = {}, between = 10_000) {
  const server = await serve(() => script)
  const patience = { answer: 10_000, first: between, between }
  const model = await openOllama(server.address, { patience, free: () => 16e9 }).model('coder:7b')
  if (!model.ok) throw new Error(model.failure)
  const pieces: string[] = []
  const answer = await model.value.generate({ ...REQUEST, ...request }, piece => pieces.push(piece))
  return { answer, pieces, server }
}

test('an answer is told piece by piece, and what was asked is what was said', async () => {
  const { answer, pieces, server } = await ask(saying(['Use ', 'Black', '-Scholes']), {
    seed: 5,
    shape: { price: 'number' },
  })
  expect(answer).toEqual({ ok: true, value: { text: 'Use Black-Scholes', end: 'whole' } })
  expect(pieces).toEqual(['Use ', 'Black', '-Scholes'])
  expect(server.chats[0]).toEqual({
    model: 'coder:7b',
    stream: true,
    messages: [
      { role: 'system', content: 'Help.' },
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Yes?' },
      { role: 'user', content: 'Price a call' },
    ],
    options: { temperature: 0, num_predict: 50, num_ctx: 8192, seed: 5 },
    format: {
      type: 'object',
      properties: { price: { type: 'number' } },
      required: ['price'],
      additionalProperties: false,
    },
  })
})

test('a stream that is cut anywhere, inside a letter too, says the same', async () => {
  const whole = Buffer.from(
    saying(['Δ of the ', 'put: −0,4 €'])
      .map(step => ('send' in step ? step.send : ''))
      .join(''),
  )
  for (const size of [1, 3, 7]) {
    const parts = Array.from({ length: Math.ceil(whole.length / size) }, (_, place) => ({
      send: whole.subarray(place * size, (place + 1) * size),
    }))
    const { answer } = await ask(size === 1 ? parts.slice(0, 40).concat({ send: whole.subarray(40) }) : parts)
    expect(answer).toEqual({ ok: true, value: { text: 'Δ of the put: −0,4 €', end: 'whole' } })
  }
})

test('an answer cut at its longest says so, and a last line needs no line end', async () => {
  expect((await ask(saying(['half'], 'length'))).answer).toMatchObject({
    value: { text: 'half', end: 'cut' },
  })
  const bare = saying(['all']).map(step => ('send' in step ? { send: String(step.send).trimEnd() } : step))
  const [first, last] = bare
  const { answer } = await ask([first ?? { drop: true }, { send: '\n\n' }, last ?? { drop: true }])
  expect(answer).toMatchObject({ value: { text: 'all', end: 'whole' } })
})

const HALF = saying(['half ', 'more']).slice(0, 2)

test.each<[string, ChatScript, object]>([
  ['a connection that is cut', [...HALF, { drop: true }], { kind: 'broken', text: 'half more' }],
  [
    'a connection cut inside a line',
    [...HALF, { send: '{"message":{"con' }, { drop: true }],
    { kind: 'broken', text: 'half more' },
  ],
  [
    'an end before the end',
    HALF,
    { kind: 'broken', sentence: 'Ollama went away in the middle of its answer.', text: 'half more' },
  ],
  [
    'a line that is no JSON',
    [...HALF, { send: '<html>\n' }],
    { kind: 'broken', sentence: 'Ollama sent what is no part of an answer: <html>' },
  ],
  ['a line of another form', [{ send: '{"response":"x"}\n' }], { kind: 'broken', text: '' }],
  [
    'an error in the stream',
    [...HALF, { send: '{"error":"out of memory"}\n' }],
    { kind: 'refused', sentence: 'Ollama says: out of memory.', text: 'half more' },
  ],
  [
    'a model that is gone',
    { status: 404, body: '{"error":"model \'coder:7b\' not found"}' },
    { kind: 'refused', sentence: "Ollama says: model 'coder:7b' not found." },
  ],
  [
    'a server in trouble',
    { status: 500, body: 'oops' },
    { kind: 'refused', sentence: 'Ollama says: HTTP 500.' },
  ],
  ['a redirection', { status: 302, body: '' }, { kind: 'unreachable' }],
])('%s is a failure with what was said until then', async (_name, script, expected) => {
  const { answer } = await ask(script)
  expect(answer).toMatchObject({ ok: false, failure: expected })
})

test('silence ends, at the first piece and between pieces', async () => {
  expect((await ask([{ hang: true }], {}, 500)).answer).toMatchObject({
    failure: { kind: 'late', sentence: 'Ollama was silent for 0.5 seconds.', text: '' },
  })
  expect((await ask([...HALF, { hang: true }], {}, 500)).answer).toMatchObject({
    failure: { kind: 'late', text: 'half more' },
  })
})

test('slow is not silent', async () => {
  const slow = saying(['a', 'b', 'c', 'd']).flatMap(step => [{ wait: 60 }, step])
  const { answer } = await ask(slow, {}, 5000)
  expect(answer).toMatchObject({ value: { text: 'abcd' } })
})

test('cancelling ends the request on the other side, before and during an answer', async () => {
  const stop = new AbortController()
  const server = await serve(() => [...HALF, { hang: true }])
  const model = await openOllama(server.address, { free: () => 16e9 }).model('coder:7b')
  if (!model.ok) throw new Error(model.failure)
  const answer = await model.value.generate({ ...REQUEST, signal: stop.signal }, piece => {
    if (piece === 'more') stop.abort()
  })
  expect(answer).toEqual({
    ok: false,
    failure: { kind: 'cancelled', sentence: 'Cancelled.', text: 'half more' },
  })
  await expect.poll(() => server.left).toBe(1)
  const again = await model.value.generate({ ...REQUEST, signal: stop.signal }, () => undefined)
  expect(again).toMatchObject({ failure: { kind: 'cancelled', text: '' } })
  expect(server.chats).toHaveLength(1)
})

test('requests that overlap are answered in turn', async () => {
  const server = await serve(count => saying([`answer ${count}`]))
  const model = await openOllama(server.address).model('coder:7b')
  if (!model.ok) throw new Error(model.failure)
  const order: string[] = []
  await Promise.all([1, 2, 3].map(() => model.value.generate(REQUEST, piece => order.push(piece))))
  expect(order).toEqual(['answer 1', 'answer 2', 'answer 3'])
})

test('a card says what the model is and whether it fits', async () => {
  const server = await serve(() => [])
  const cards = await openOllama(server.address, { free: () => 4e9 }).models()
  expect(cards).toEqual({
    ok: true,
    value: [
      {
        name: 'coder:7b',
        source: 'ollama',
        family: 'llama 7B',
        parameters: 7_615_616_512,
        bits: 4,
        contextLength: 32_768,
        bytes: 4_700_000_000,
        // Keys and values of 8,192 tokens, 28 layers and 512 numbers in 16 bits, and what running takes
        memory: 4_700_000_000 + 4 * 28 * 512 * 8192 + 300e6,
        licence: 'Made-up Licence',
        fits: {
          ok: false,
          reason: 'It needs 5.5 GB loaded, and 4.0 GB are free, of which a part is left to the rest.',
        },
      },
    ],
  })
})

test('a server that is not there, or is another, is said', async () => {
  const server = await serve(() => [])
  server.close()
  const absent = await openOllama(server.address).models()
  expect(!absent.ok && absent.failure).toMatch(
    /^No Ollama answers at http:\/\/127\.0\.0\.1:\d+\/: .*ECONNREFUSED/,
  )
  const other = await serve(() => [])
  const wrong = await openOllama(`${other.address}/deeper`).models()
  expect(!wrong.ok && wrong.failure).toBe('Ollama says: not found.')
  const unknown = await openOllama(other.address).model('writer')
  expect(!unknown.ok && unknown.failure).toBe('Ollama has no model writer; `ollama pull writer` fetches it.')
})

test.each([
  ['http://192.168.1.5:11434', /^192\.168\.1\.5 is another machine/],
  ['https://models.example.com', /^models\.example\.com is another machine/],
  ['http://127.0.0.1.example.com:11434', /is another machine/],
  ['http://localhost.example.com', /is another machine/],
  ['http://[2001:db8::1]:11434', /is another machine/],
  ['file:///etc/passwd', /^The address of Ollama must be like/],
  ['no address', /^The address of Ollama must be like/],
])('%s is not spoken to', async (address, reason) => {
  const cards = await openOllama(address).models()
  expect(!cards.ok && cards.failure).toMatch(reason)
})
