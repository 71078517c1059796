// Instruction sets that the kernels are compiled for, and the choice among them at run time.
#pragma once

#if defined(__x86_64__)
#include <cpuid.h>
#endif

/** From narrow to wide: 2, 4 and 8 doubles a vector. `base` is SSE2 on x64 and NEON on arm64. */
enum class Level { base = 0, avx2 = 1, avx512 = 2 };

#if defined(__x86_64__)
/** What the compiler takes for granted under -march=x86-64-v3 beyond SSE4.2, which every machine with AVX2 has. */
static inline bool hasThirdLevel() {
  // Compilers know different names of these three, so the processor itself is asked: leaf 1 (MOVBE, F16C), leaf 0x80000001 (LZCNT)
  const unsigned MOVBE = 1u << 22, F16C = 1u << 29, LZCNT = 1u << 5;
  unsigned a, b, c = 0, extended = 0, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !__get_cpuid(0x80000001, &a, &b, &extended, &d)) return false;
  return (c & MOVBE) && (c & F16C) && (extended & LZCNT) && __builtin_cpu_supports("avx") && __builtin_cpu_supports("avx2") &&
         __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

/** What it takes for granted under -march=x86-64-v4 beyond that. */
static inline bool hasFourthLevel() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

/** The widest instruction set of this machine, asked anew. */
static inline Level findWidestLevel() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!hasThirdLevel()) return Level::base;
  return hasFourthLevel() ? Level::avx512 : Level::avx2;
#else
  return Level::base;
#endif
}

/** The same, found once. */
static inline Level widestLevel() {
  static const Level found = findWidestLevel();
  return found;
}

/** Declares `TYPE NAME` in the namespace of every instruction set, and `TYPE& NAMEAt(level)` that chooses among them. */
#if defined(__x86_64__)
#define KERNEL_TABLE(TYPE, NAME)                                \
  namespace lanes2 { extern const TYPE NAME; }                  \
  namespace lanes4 { extern const TYPE NAME; }                  \
  namespace lanes8 { extern const TYPE NAME; }                  \
  static inline const TYPE& NAME##At(Level level) {                    \
    if (level == Level::avx512) return lanes8::NAME;            \
    return level == Level::avx2 ? lanes4::NAME : lanes2::NAME;  \
  }
#else
#define KERNEL_TABLE(TYPE, NAME)                \
  namespace lanes2 { extern const TYPE NAME; }  \
  static inline const TYPE& NAME##At(Level) { return lanes2::NAME; }
#endif
