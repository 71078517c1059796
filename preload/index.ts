import { contextBridge, ipcRenderer } from 'electron'
import type { BytePipe } from '../main/contract/wire.ts'

let pushed: (bytes: Uint8Array) => void = () => undefined

ipcRenderer.on('zerodte:push', (_event, bytes: Uint8Array) => {
  // Said for each push, heard or not; a page that falls silent is spared frames
  ipcRenderer.send('zerodte:taken')
  pushed(bytes)
})

// Bytes only: errors would lose their fields on the way over the bridge
const pipe: BytePipe = {
  call: bytes => ipcRenderer.invoke('zerodte:call', bytes),
  onPush(listener) {
    pushed = listener
  },
  onConnection: listener => listener(true),
}

contextBridge.exposeInMainWorld('zerodtePipe', pipe)
