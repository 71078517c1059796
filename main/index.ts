import { lockDown, openCockpitWindow } from './shell/electron.ts'

// What Electron runs. Everything it does stands in shell/electron.ts
lockDown()
void openCockpitWindow(process.argv, import.meta.dirname)
