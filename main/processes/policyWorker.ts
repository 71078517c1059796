import { parentPort, workerData } from 'node:worker_threads'
import { loadOnnxPolicy } from '../adapters/policy/onnxPolicy.ts'
import { serve } from './remote.ts'

/** The policy on a thread of its own: one that hangs or crashes takes nothing else with it. */
const { folder, file }: { readonly folder: string; readonly file: string } = workerData

if (parentPort) serve(parentPort, loadOnnxPolicy(folder, file))
