import { parentPort } from 'node:worker_threads'
import { createExplainer } from './explainer.ts'
import { serve } from './remote.ts'

/** Explanations on a thread of their own: millions of questions to a policy, none of them to the one that decides. */
if (parentPort) serve(parentPort, Promise.resolve(createExplainer()))
