// What this machine can do at most with the arithmetic of the European batch kernel: its instructions for one vector of options,
// all independent of one another, and its streams of memory (7 columns in, 9 out, past the cache). One line of JSON:
// millions of options a second.
#include <immintrin.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

/** Counted in the compiled kernel, per vector: fused and plain multiplications, additions, divisions, roots. */
constexpr int FUSED = 71, PLAIN = 30, ADDED = 12, DIVIDED = 5, ROOTS = 1;

static double processorSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static double wallSeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

static volatile double sink;

/** The mix, spread so that divisions stand between multiplications as they do in the kernel. */
#define MIX(NAME, VECTOR, TARGET, SET, FMA, MUL, ADD, DIV, ROOT, STORE)                            \
  __attribute__((target(TARGET))) static double NAME(long vectors) {                              \
    VECTOR f[8], m[4], a[2], d[5], r = SET(1.5);                                                  \
    const VECTOR factor = SET(0.999), term = SET(1e-3), number = SET(2.9);                        \
    for (auto& each : f) each = SET(1.0);                                                         \
    for (auto& each : m) each = SET(1.0);                                                         \
    for (auto& each : a) each = SET(1.0);                                                         \
    for (auto& each : d) each = SET(1.7);                                                         \
    for (long vector = 0; vector < vectors; vector += 1) {                                        \
      _Pragma("GCC unroll 128") for (int k = 0; k < FUSED; k += 1) {                              \
        f[k % 8] = FMA(f[k % 8], factor, term);                                                   \
        if (k < PLAIN) m[k % 4] = MUL(m[k % 4], factor);                                          \
        if (k < ADDED) a[k % 2] = ADD(a[k % 2], term);                                            \
        if (k % 14 == 0 && k / 14 < DIVIDED) d[k / 14] = DIV(number, d[k / 14]);                  \
        if (k == 40) r = ROOT(r);                                                                 \
      }                                                                                           \
    }                                                                                             \
    VECTOR sum = r;                                                                               \
    for (auto& each : f) sum = ADD(sum, each);                                                    \
    for (auto& each : m) sum = ADD(sum, each);                                                    \
    for (auto& each : a) sum = ADD(sum, each);                                                    \
    for (auto& each : d) sum = ADD(sum, each);                                                    \
    double out[8];                                                                                \
    STORE(out, sum);                                                                              \
    return out[0];                                                                                \
  }

MIX(mixOf2, __m128d, "sse2,fma", _mm_set1_pd, _mm_fmadd_pd, _mm_mul_pd, _mm_add_pd, _mm_div_pd, _mm_sqrt_pd, _mm_storeu_pd)
MIX(mixOf4, __m256d, "avx2,fma", _mm256_set1_pd, _mm256_fmadd_pd, _mm256_mul_pd, _mm256_add_pd, _mm256_div_pd, _mm256_sqrt_pd,
    _mm256_storeu_pd)
MIX(mixOf8, __m512d, "avx512f", _mm512_set1_pd, _mm512_fmadd_pd, _mm512_mul_pd, _mm512_add_pd, _mm512_div_pd, _mm512_sqrt_pd,
    _mm512_storeu_pd)

template <class Work>
static double fastest(double (*clock)(), int times, Work work) {
  double best = 1e9;
  for (int time = 0; time < times; time += 1) {
    double since = clock();
    work();
    best = std::min(best, clock() - since);
  }
  return best;
}

static double optionsOfMix(double (*mix)(long), int lanes) {
  const long vectors = 200000;
  return vectors * lanes / fastest(processorSeconds, 15, [&] { sink = mix(vectors); }) / 1e6;
}

__attribute__((target("avx2"))) static void stream(const double* in, double* out, size_t count, size_t first, size_t last) {
  for (size_t row = first; row < last; row += 64) {
    for (int column = 0; column < 7; column += 1)
      for (int line = 0; line < 8; line += 1) __builtin_prefetch(in + column * count + row + 64 + line * 8);
    for (size_t at = row; at < row + 64; at += 4) {
      __m256d sum = _mm256_setzero_pd();
      for (int column = 0; column < 7; column += 1) sum = _mm256_add_pd(sum, _mm256_loadu_pd(in + column * count + at));
      for (int column = 0; column < 9; column += 1) _mm256_stream_pd(out + column * count + at, sum);
    }
  }
  _mm_sfence();
}

int main() {
  const size_t count = 1 << 20;
  double* columns = static_cast<double*>(std::aligned_alloc(4096, (16 * count + 512) * 8));
  std::memset(columns, 0, 16 * count * 8);
  double* out = columns + 7 * count;
  double alone = fastest(processorSeconds, 15, [&] { stream(columns, out, count, 0, count); });
  double shared = fastest(wallSeconds, 15, [&] {
    std::thread other([&] { stream(columns, out, count, 0, count / 2); });
    stream(columns, out, count, count / 2, count);
    other.join();
  });
  bool hasV4 = __builtin_cpu_supports("avx512f");
  std::printf("{\"sse2\": %.2f, \"avx2\": %.2f, \"avx512\": %.2f, \"streams\": %.2f, \"sharedStreams\": %.2f}\n",
              optionsOfMix(mixOf2, 2), optionsOfMix(mixOf4, 4), hasV4 ? optionsOfMix(mixOf8, 8) : 0, count / alone / 1e6,
              count / shared / 1e6);
}
