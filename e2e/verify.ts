// Says whether the project is good: format, lint, types, unit and property tests, shells, and the product in a browser.
// `--fast` leaves the browser out. Ends with one line: N passed, N failed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { installChromium } from './chromium.ts'
import { installCodeTools } from './codeTools.ts'

const top = join(import.meta.dirname, '..')
const results = join(top, 'out/tests')
const bin = (name: string) => join(top, 'node_modules/.bin', name)
const tally = { passed: 0, failed: 0 }
const skipped: string[] = []

interface Counted {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly string[]
}

process.chdir(top)
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

checkOnce('format', ['oxfmt', '--check', '.'])
checkOnce('lint', ['oxlint', '--format', 'unix'])
checkOnce('types', ['tsc', '-b', 'renderer', 'main/shell', 'preload', 'main/training'])
checkOnce('types of tests', ['tsc', '-p', 'e2e'])
for (const name of installCodeTools()) say(`missing, and what needs it is skipped: ${name}`)
runTests('unit, property and shell tests', ['vitest', 'run', ...vitestReports()], 'vitest.json', countVitest)
if (!process.argv.includes('--fast')) testInBrowser()

for (const name of skipped) say(`skipped: ${name}`)
say('not tried here: the same in the Electron window, `npm run e2e:electron`')
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`)
process.exitCode = tally.failed === 0 ? 0 : 1

function vitestReports(): string[] {
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${join(results, 'vitest.json')}`]
}

function testInBrowser(): void {
  say('\n== Chromium')
  if (!installChromium()) {
    tally.failed += 1
    say('No Chromium, and none could be installed; what was tried stands above.')
    return
  }
  runTests(
    'the product in a browser',
    ['playwright', 'test', '-c', 'e2e', '--project=web'],
    'playwright.json',
    countPlaywright,
  )
}

/** A step that is good or not as a whole. */
function checkOnce(title: string, command: readonly string[]): void {
  say(`\n== ${title}`)
  if (perform(command)) tally.passed += 1
  else tally.failed += 1
}

/** A step that counts its tests into a file. A run that dies without a count has failed. */
function runTests(
  title: string,
  command: readonly string[],
  report: string,
  count: (report: string) => Counted,
): void {
  say(`\n== ${title}`)
  const isGood = perform(command)
  const file = join(results, report)
  const counted = existsSync(file) ? count(readFileSync(file, 'utf8')) : { passed: 0, failed: 0, skipped: [] }
  tally.passed += counted.passed
  tally.failed += counted.failed > 0 || isGood ? counted.failed : 1
  if (counted.passed === 0 && counted.failed === 0 && isGood) tally.failed += 1
  skipped.push(...counted.skipped)
}

function perform([name = '', ...options]: readonly string[]): boolean {
  const environment = {
    ...process.env,
    // Tools that start Node start this one
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    PLAYWRIGHT_JSON_OUTPUT_NAME: join(results, 'playwright.json'),
  }
  return spawnSync(bin(name), options, { stdio: 'inherit', env: environment }).status === 0
}

function countVitest(report: string): Counted {
  const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(report)
  const names = testResults.flatMap((file: { assertionResults: { status: string; title: string }[] }) =>
    file.assertionResults
      .filter(({ status }) => status === 'pending' || status === 'skipped')
      .map(({ title }) => title),
  )
  // A file that does not even load has no tests to fail
  return { passed: numPassedTests, failed: numFailedTests || numFailedTestSuites, skipped: names }
}

function countPlaywright(report: string): Counted {
  const { stats, suites, errors } = JSON.parse(report)
  if (stats.flaky > 0) say(`passed at the second try: ${stats.flaky}`)
  const passed = stats.expected + stats.flaky
  return { passed, failed: stats.unexpected || errors.length, skipped: skippedSpecs(suites) }
}

interface Suite {
  readonly specs?: readonly {
    readonly title: string
    readonly tests: readonly { readonly status: string }[]
  }[]
  readonly suites?: readonly Suite[]
}

function skippedSpecs(suites: readonly Suite[]): string[] {
  return suites.flatMap(({ specs = [], suites: inner = [] }) => [
    ...specs.filter(spec => spec.tests.some(({ status }) => status === 'skipped')).map(({ title }) => title),
    ...skippedSpecs(inner),
  ])
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
