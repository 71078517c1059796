import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { loadOnnxPolicy, type LoadedPolicy } from '../../../adapters/policy/onnxPolicy.ts'
import { serve } from '../../remote.ts'

/** The policy thread of a drill: the product's, but it hangs for good once a file named `hang` lies in its folder. */
const { folder }: { readonly folder: string } = workerData

if (parentPort) serve(parentPort, loadOnnxPolicy(folder).then(hanging))

function hanging(policy: LoadedPolicy): Pick<LoadedPolicy, 'logits'> {
  return {
    logits(observations, count) {
      // The loop never ends by itself; whoever waits has to do without this thread
      while (existsSync(join(folder, 'hang')))
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
      return policy.logits(observations, count)
    },
  }
}
