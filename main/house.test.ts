import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TOP, readSources } from './fixtures/sources.ts'

const all = readSources()
const sources = all.filter(({ isTest, path }) => !isTest && !path.startsWith('e2e/'))
const packageFile = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8'))
const lockFile = JSON.parse(readFileSync(join(TOP, 'package-lock.json'), 'utf8'))

/** Every room that a newcomer may enter first. */
const ROOMS = readdirSync(join(TOP, 'main'), { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(entry => `main/${entry.name}`)
  .concat('preload', 'renderer', 'native', 'migrations', 'e2e', 'assets')

test.each(ROOMS)('%s says in a README of at most thirty lines what it is for', room => {
  const file = join(TOP, room, 'README.md')
  expect(existsSync(file)).toBe(true)
  expect(readFileSync(file, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(30)
})

test('no file is longer than one idea', () => {
  const limit = (path: string) => (/\/(pricing|training)\//.test(path) ? 600 : 400)
  const long = all.filter(({ path, text }) => text.split('\n').length - 1 > limit(path))
  expect(long.map(({ path }) => path)).toEqual([])
})

test('nothing is promised in place of being done', () => {
  const promise = /\b(TODO|FIXME|HACK|XXX|not implemented|for now)\b/i
  expect(sources.filter(({ text }) => promise.test(text)).map(({ path }) => path)).toEqual([])
})

test('files are named for what they hold, and export it by name', () => {
  const vague = /(^|\/)(utils?|helpers?|misc|common|manager)\.[a-z]+$/i
  expect(all.filter(({ path }) => vague.test(path)).map(({ path }) => path)).toEqual([])
  expect(sources.filter(({ text }) => /^export default/m.test(text)).map(({ path }) => path)).toEqual([])
})

test('every package is pinned to one version', () => {
  const { dependencies, devDependencies, optionalDependencies } = packageFile
  const pins: [string, string][] = Object.entries({
    ...dependencies,
    ...devDependencies,
    ...optionalDependencies,
  })
  expect(pins.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
})

test('the lock file has the parts of every package for every machine', () => {
  const locked: [string, { optionalDependencies?: object }][] = Object.entries(lockFile.packages)
  const missing = locked.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      name =>
        !(`node_modules/${name}` in lockFile.packages) &&
        !(`${path}/node_modules/${name}` in lockFile.packages),
    ),
  )
  expect(missing).toEqual([])
  for (const part of ['@oxlint/binding-darwin-arm64', '@duckdb/node-bindings-darwin-arm64'])
    expect(lockFile.packages).toHaveProperty([`node_modules/${part}`])
})

test('migrations are numbered without a gap', () => {
  const files = readdirSync(join(TOP, 'migrations'))
    .filter(name => name.endsWith('.sql'))
    .toSorted()
  expect(files.length).toBeGreaterThan(0)
  files.forEach((name, index) =>
    expect(name).toMatch(new RegExp(`^${String(index + 1).padStart(4, '0')}-[a-z-]+\\.sql$`)),
  )
})

test('what the program may be given is allowed to be given: licences of what it runs on', () => {
  const run: string[] = [...Object.keys(packageFile.dependencies), 'hnswlib-node']
  const licences = run.map(
    name => JSON.parse(readFileSync(join(TOP, 'node_modules', name, 'package.json'), 'utf8')).license,
  )
  // Those of other machines are not installed here, so the lock file speaks for them
  for (const name of ['bun-webgpu-linux-x64', 'bun-webgpu-darwin-arm64'])
    licences.push(lockFile.packages[`node_modules/${name}`].license)
  for (const licence of licences) expect(licence).toMatch(/^(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD)$/)
})
