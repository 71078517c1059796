import { giveWay, hostPort } from './hostPort.ts'
import { compareModels, runTraining } from './runTraining.ts'
import { createPacer, Stopped } from './pace.ts'
import { isLearnerCall, type LearnerNews, type LearnerTask } from './learnerMessages.ts'
import { giveWayTo } from './rightOfWay.ts'
import type { TrainingWatch } from './runTraining.ts'

/** The learner: one task, asked by messages, paced by messages. Runs as a thread, a process or a utility process. */
giveWay()
const port = hostPort()
const pacer = createPacer()
const say = (news: LearnerNews) => port.send(news)

const watch: TrainingWatch = {
  onProgress: ({ phase, done, total }) => say({ kind: 'progress', phase, done, total }),
  onMetrics: (step, values) => say({ kind: 'metrics', step, values }),
  onNote: sentence => say({ kind: 'note', sentence }),
  gate: () => pacer.gate(),
}

port.onMessage(message => {
  if (!isLearnerCall(message)) return
  // Heard between any two runs of a graph, so the longest of them is how late it comes
  if (message.kind === 'giveWay') return giveWayTo(message.to)
  if (message.kind === 'stop') pacer.stop()
  else pacer.set(message.pace)
  if (message.kind === 'task') void work(message.task)
})

async function work(task: LearnerTask): Promise<void> {
  try {
    say(await perform(task))
  } catch (cause) {
    say(
      cause instanceof Stopped
        ? { kind: 'stopped' }
        : { kind: 'failed', reason: cause instanceof Error ? cause.message : String(cause) },
    )
  }
}

async function perform(task: LearnerTask): Promise<LearnerNews> {
  if (task.kind === 'compare') return { kind: 'done', comparison: await compareModels(task, watch) }
  const trained = await runTraining(task.folder, task.tables, watch)
  return trained.ok ? { kind: 'done', comparison: undefined } : { kind: 'failed', reason: trained.failure }
}
