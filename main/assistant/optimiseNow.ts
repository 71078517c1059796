import type { OptimiseReport } from '../contract/assistant.ts'
import { createRandom } from '../core/base/random.ts'
import type { Result } from '../core/base/result.ts'
import type { AssistantParts } from './assistantParts.ts'
import type { Conversation } from './conversation.ts'
import { explore } from './explorer/explore.ts'
import { importRoot } from './importRoot.ts'
import { optimise } from './optimise.ts'
import type { OptimiseParts, OptimiseRequest, OptimiseWatch } from './optimiseParts.ts'
import { readPython } from './syntax/python/read.ts'
import { unreadLine } from './syntax/unreadLine.ts'

/** Makes a function faster with everything that is here: the verifier where one can be had, the language model where one is chosen. */
export async function optimiseNow(
  parts: AssistantParts,
  conversation: Conversation,
  request: OptimiseRequest,
  watch: OptimiseWatch,
): Promise<Result<OptimiseReport, string>> {
  const { grammars, index, workshop } = parts
  const [verifier, python] = await Promise.all([workshop.verifier(), workshop.python()])
  const packages = python.ok ? python.value.packages.map(name => name.split(' ')[0] ?? name) : []
  const working: OptimiseParts = {
    ...parts,
    random: createRandom(1),
    readModule: source => readPython(grammars, source),
    unreadLine: (source, lines) => unreadLine(grammars, source, lines),
    callSites: name => index.callSites(name),
    explore: (module, path, knowledge, options) => explore(module, path, knowledge, { ...options, packages }),
    // Where nothing can be run nothing is known, and nothing is called verified
    verify: async (task, { signal, onProgress }) =>
      verifier.ok
        ? verifier.value.verify({ ...task, folder: importRoot(task.file) }, { signal, onProgress })
        : task.candidates.map(({ id }) => ({ id, kind: 'unverified', reason: verifier.failure })),
  }
  const proposals = conversation.proposals(request)
  return optimise(working, proposals ? { ...request, proposals } : request, watch)
}
