import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { present } from '../../core/base/assert.ts'
import { BATCH_OUTPUTS, createBatch, type OptionBatch } from '../../core/pricing/optionBatch.ts'

/** As Metal computes by default: nothing is kept in order, and divisions become multiplications by a reciprocal. */
const FLAGS = ['-std=c++20', '-Ofast', '-mrecip=all', '-march=x86-64-v3', '-w']

const HEADER = `
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>
static inline float choose(float no, float yes, bool is) { return is ? yes : no; }
static inline bool choose(bool no, bool yes, bool is) { return is ? yes : no; }
static inline float clampTo(float x, float low, float high) { return fminf(fmaxf(x, low), high); }
`

/** Reads packed singles, answers singles: the same columns as on a GPU. */
const MAIN = `
int main() {
  uint32_t count = 0;
  if (!fread(&count, 4, 1, stdin)) return 1;
  std::vector<float> source(7ull * count), answer(9ull * count);
  if (fread(source.data(), 4, source.size(), stdin) != source.size()) return 1;
  for (uint32_t position = 0; position < count; position += 1) greeks(position, count, source.data(), answer.data());
  fwrite(answer.data(), 4, answer.size(), stdout);
}
`

/** A batch priced by the shader of a GPU, turned into C++ and compiled with fast mathematics; or why that could not be. */
export function pricedWithFastMath(
  shader: string,
  given: OptionBatch,
): OptionBatch | { readonly leftOut: string } {
  if (process.arch !== 'x64') return { leftOut: 'it is made for x64' }
  const folder = mkdtempSync(join(tmpdir(), 'zerodte-fast-math-'))
  try {
    const [source, program] = [join(folder, 'options.cc'), join(folder, 'options')]
    writeFileSync(source, toCpp(readFileSync(shader, 'utf8')))
    try {
      execFileSync('g++', [...FLAGS, source, '-o', program], { stdio: 'pipe' })
    } catch {
      return { leftOut: 'no compiler, or it failed' }
    }
    return unpacked(execFileSync(program, { input: packed(given), maxBuffer: 1 << 30 }), given)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The functions of the shader and its entry point for one option, as C++. */
export function toCpp(wgsl: string): string {
  const functions = present(
    /struct Terms[^]*?(?=\/\/ One option an invocation)/.exec(wgsl),
    'the shader has terms',
  )[0]
  const entry = present(/fn greeks\([^]*?\n}\n/.exec(wgsl), 'the shader has an entry')[0].replace(
    /fn greeks[^]*?let years/,
    'void greeks(uint32_t position, uint32_t count, const float* source, float* answer) {\n  let years',
  )
  const cpp = `${functions}${entry}`
    .replaceAll(
      /^struct (\w+) \{([^}]*)\}/gm,
      (_, name: string, fields: string) =>
        `struct ${name} {${fields.replaceAll(/(\w+): f32,/g, 'float $1;')}};`,
    )
    .replaceAll(
      /fn (\w+)\(([^)]*)\) -> (\w+)/g,
      (_, name: string, parameters: string, result: string) =>
        `static inline ${result} ${name}(${parameters.replaceAll(/(\w+): (\w+)/g, '$2 $1')})`,
    )
    .replaceAll(/var (\w+): (\w+);/g, '$2 $1;')
    .replaceAll(/\blet /g, 'const auto ')
    .replaceAll(/\bf32\b/g, 'float')
    .replaceAll(/\b(\d+\.\d+(?:e-?\d+)?|\d+e-?\d+)\b/g, '$1f')
    .replaceAll(/\b(abs|exp|log|sqrt)\(/g, '$1f(')
    .replaceAll(/\babsf\(/g, 'fabsf(')
    .replaceAll(/\b(max|min)\(/g, 'f$1f(')
    .replaceAll(/\bselect\(/g, 'choose(')
    .replaceAll(/\bclamp\(/g, 'clampTo(')
  return `${HEADER}${cpp}${MAIN}`
}

/** What the host sends to a GPU: moneyness in double precision first, then all as singles. */
function packed(batch: OptionBatch): Buffer {
  const count = batch.capacity
  const numbers = new Float32Array(7 * count)
  const columns = [
    batch.spot.map((spot, place) => spot - (batch.strike[place] ?? 0)),
    batch.strike,
    batch.years,
    batch.volatility,
    batch.rate,
    batch.dividendYield,
    batch.sign,
  ]
  for (const [index, column] of columns.entries()) numbers.set(column, index * count)
  return Buffer.concat([Buffer.from(Uint32Array.of(count).buffer), Buffer.from(numbers.buffer)])
}

function unpacked(bytes: Buffer, given: OptionBatch): OptionBatch {
  const count = given.capacity
  const numbers = new Float32Array(Uint8Array.from(bytes).buffer)
  const batch = createBatch(count)
  for (const [index, output] of BATCH_OUTPUTS.entries())
    batch[output].set(numbers.subarray(index * count, (index + 1) * count))
  return batch
}
