import type { FunctionStatement } from '../syntax/python/tree.ts'
import type { Draft } from './transform.ts'

/** A function that is written out here, word for word; its text is the body, without indentation. */
export function writtenFunction(
  name: string,
  parameters: readonly string[],
  text: string,
): FunctionStatement {
  const plain = { above: [], beside: '', lines: undefined }
  return {
    ...plain,
    kind: 'function',
    name,
    parameters: parameters.map(parameter => ({
      form: 'plain',
      name: parameter,
      annotation: undefined,
      fallback: undefined,
    })),
    returns: undefined,
    decorators: [],
    isAsync: false,
    body: [{ ...plain, kind: 'verbatim', text }],
  }
}

/** What was added to a draft, and a function of that name, which is added once. */
export function withFunction(added: Draft['added'], written: FunctionStatement): Draft['added'] {
  const isThere = added.some(one => one.kind === 'function' && one.name === written.name)
  return isThere ? added : [...added, written]
}
