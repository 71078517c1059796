// Puts the addons as built on this machine where a release keeps them: native/prebuilds, or the folder that is given.
import { keepForRelease } from './build.mjs'

const kept = keepForRelease(process.argv[2])
process.stdout.write(kept === undefined ? 'There are no addons: node native/build.mjs first.\n' : `${kept}\n`)
if (kept === undefined) process.exitCode = 1
