import type { AssistantRequestName } from '../contract/assistantRequests.ts'
import type { ClientRequest } from '../contract/commands.ts'
import type { CallReply } from '../contract/wire.ts'
import {
  openWorkshop,
  type Answers,
  type AssistantParts,
  type AssistantSurroundings,
} from './assistantParts.ts'
import { settleChanges } from './change/applyChange.ts'
import { changingAnswers } from './changingAnswers.ts'
import { openCodeIndex } from './codeIndex/openCodeIndex.ts'
import { openConversation } from './conversation.ts'
import { readFolders } from './readFolders.ts'
import { assistantReport, readingAnswers } from './readingAnswers.ts'
import { openSearch, suppliedEncoder } from './openSearch.ts'
import { openGrammars } from './syntax/grammars.ts'
import { openTaste } from './taste/taste.ts'
import { Tasks } from './tasks.ts'
import { workingAnswers } from './workingAnswers.ts'

/** The code assistant, asked by name. */
export interface Assistant {
  /** Answers a request; what goes wrong is thrown with a sentence for the person who asked. */
  answer<Name extends AssistantRequestName>(
    name: Name,
    request: ClientRequest<Name>,
  ): Promise<CallReply<Name>>
  /** Cancels everything and puts away what it holds; the database stays open. */
  close(): Promise<void>
}

/**
 * Opens the assistant. What was read before can be searched at once; what changed since is read in the background, and folders
 * are watched from then on where `isWatching`.
 */
export async function openAssistant(around: AssistantSurroundings, isWatching: boolean): Promise<Assistant> {
  const { database, now, newId, tell } = around
  settleChanges({ database, now })
  // They load while the index is read
  const loading = openGrammars()
  const index = openCodeIndex({ database, grammars: loading, now })
  const taste = openTaste({ database, now })
  const search = openSearch(around, index)
  const encoder = suppliedEncoder(search, around.encoder)
  const grammars = await loading
  const parts: AssistantParts = {
    ...around,
    grammars,
    index,
    taste,
    search,
    encoderProblem: () => encoder.problem,
    tasks: new Tasks(tell, now, newId),
    workshop: openWorkshop(around),
  }
  const conversation = openConversation(parts, mode => assistantReport(parts, mode))
  const answers: Answers<AssistantRequestName> = {
    ...readingAnswers(parts, () => conversation.mode),
    ...changingAnswers(parts),
    ...workingAnswers(parts, conversation),
    ...conversation.answers,
  }
  if (isWatching) {
    if (index.folders().length > 0) readFolders(parts)
    void index.watch()
  }
  return {
    answer: (name, request) => answers[name](request),
    async close() {
      await parts.tasks.close()
      await conversation.close()
      await search.close()
      await index.close()
      await parts.workshop.close()
    },
  }
}
