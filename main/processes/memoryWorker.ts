import { parentPort, workerData } from 'node:worker_threads'
import { openMemory } from '../adapters/memory/memoryStore.ts'
import { serve } from './remote.ts'

/** The memory database on a thread of its own, so that a slow disk never holds up a tick. */
const { file, migrations }: { readonly file: string; readonly migrations: string } = workerData

if (parentPort) serve(parentPort, openMemory(file, migrations))
