import type { BytePipe } from '../../main/contract/wire.ts'
import { setConnection } from './actions.ts'
import { connect } from '../../main/contract/client.ts'
import { createReplica, deskStore } from './deskStore.ts'
import { createFrameGate } from './frames.ts'
import { notifyAlert } from './notifications.ts'
import { rememberView } from './rememberedView.ts'

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
  connection.on('preference', preference => deskStore.setState({ preference }))
  connection.on('chain', chain => gate({ chain }))
  connection.on('pulse', pulse => gate({ pulse }))
  connection.on('curves', curves => gate({ curves }))
  connection.onConnection(isConnected => {
    deskStore.setState({ isConnected })
    if (!isConnected) return
    void resync()
    if (isFirst) void rememberView()
    isFirst = false
  })
}
