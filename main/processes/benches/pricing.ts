// How fast the kernels price, beside other people's programs in the same run: `npm run bench -- pricing [--json] [--no-install]`.
// Each section is a file of its own; a miss ends with exit code 1.
import { americanSpeed } from './americanSpeed.ts'
import { europeanSpeed } from './europeanSpeed.ts'
import { installPeers } from './peers.ts'
import { tellEach } from './report.ts'

if (!process.argv.includes('--no-install')) installPeers()
await tellEach([europeanSpeed, americanSpeed])
