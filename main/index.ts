import { lockDown, openCockpitWindow } from './shell/electron.ts'

// What Electron runs. Everything it does stands in shell/electron.ts
lockDown()
await openCockpitWindow(
  process.argv.slice(2).filter(argument => argument.startsWith('--') || !argument.startsWith('-')),
)
