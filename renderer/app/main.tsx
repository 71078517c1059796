import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import 'dockview-react/dist/styles/dockview.css'
import '../ui/tokens.css'
import '../ui/parts.css'
import './app.css'
import { createRoot } from 'react-dom/client'
import '../state/pipe.ts'
import { startState } from '../state/startState.ts'
import { App } from './App.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('the page must have a root')
startState(window.zerodtePipe)
createRoot(root).render(<App />)
