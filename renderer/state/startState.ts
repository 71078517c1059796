import type { BytePipe } from '../../main/contract/wire.ts'
import { setConnection } from './actions.ts'
import { receiveAssistantNews } from './assistantStore.ts'
import { connect } from '../../main/contract/client.ts'
import { createReplica, deskStore } from './deskStore.ts'
import { createFrameGate } from './frames.ts'
import { notifyAlert } from './notifications.ts'
import { rememberView } from './rememberedView.ts'

/** Silence from which on the engine counts as lost: a pulse comes ten times a second. */
const SILENT_AFTER = 2000

/** Ties the page to the engine: snapshot first, audits after it, frames as they come, and again after every break. */
export function startState(pipe: BytePipe): void {
  const connection = connect(pipe)
  setConnection(connection)
  let isAsking = false
  let isFirst = true
  const resync = async () => {
    if (isAsking) return
    isAsking = true
    const answer = await connection.call('snapshot/get', {})
    isAsking = false
    if (answer.ok) replica.begin(answer.value)
    else if (answer.code !== 'disconnected') setTimeout(() => void resync(), SILENT_AFTER)
  }
  const replica = createReplica(() => void resync())
  const gate = createFrameGate(paint => requestAnimationFrame(paint))
  connection.on('audit', audit => {
    const known = deskStore.getState().sequence
    replica.receive(audit)
    if (audit.sequence <= known) return
    for (const fact of audit.facts) {
      if (fact.kind === 'sessionOpened') void resync()
      if (fact.kind === 'alerted') notifyAlert(fact.alert)
    }
  })
  connection.on('assistant', receiveAssistantNews)
  connection.on('preference', preference => deskStore.setState({ preference }))
  connection.on('chain', chain => gate({ chain }))
  connection.on('pulse', pulse => {
    gate({ pulse })
    watchdog.heard()
  })
  connection.on('curves', curves => gate({ curves }))
  const watchdog = watchSilence(
    () => deskStore.setState({ isConnected: false }),
    () => {
      deskStore.setState({ isConnected: true })
      void resync()
    },
  )
  connection.onConnection(isConnected => {
    deskStore.setState({ isConnected })
    watchdog.expect(isConnected)
    if (!isConnected) return
    void resync()
    if (isFirst) void rememberView()
    isFirst = false
  })
}

/** Tells when nothing was heard for too long, and when something is heard again. */
function watchSilence(
  onSilent: () => void,
  onHeard: () => void,
): { heard(): void; expect(isConnected: boolean): void } {
  let heardAt = performance.now()
  let isExpected = false
  let isSilent = false
  setInterval(() => {
    if (!isExpected || isSilent || performance.now() - heardAt < SILENT_AFTER) return
    isSilent = true
    onSilent()
  }, SILENT_AFTER / 4)
  return {
    heard() {
      heardAt = performance.now()
      if (!isSilent) return
      isSilent = false
      onHeard()
    },
    expect(isConnected) {
      isExpected = isConnected
      isSilent = false
      heardAt = performance.now()
    },
  }
}
