import { contextBridge, ipcRenderer } from 'electron'
import type { BytePipe } from '../main/contract/wire.ts'

// Bytes only: errors would lose their fields on the way over the bridge
const pipe: BytePipe = {
  call: bytes => ipcRenderer.invoke('zerodte:call', bytes),
  onPush: listener =>
    void ipcRenderer.on('zerodte:push', (_event, bytes: Uint8Array) => {
      // Said for each push; a page that falls silent is spared frames
      ipcRenderer.send('zerodte:taken')
      listener(bytes)
    }),
  onConnection: listener => listener(true),
}

contextBridge.exposeInMainWorld('zerodtePipe', pipe)
