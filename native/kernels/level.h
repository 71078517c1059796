// Instruction sets that the kernels are compiled for, and the choice among them at run time.
#pragma once

/** From narrow to wide: 2, 4 and 8 doubles a vector. `base` is SSE2 on x64 and NEON on arm64. */
enum class Level { base = 0, avx2 = 1, avx512 = 2 };

/** The widest instruction set of this machine, asked anew. */
static inline Level findWidestLevel() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  bool hasV3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  bool hasV4 = hasV3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd");
  if (hasV4) return Level::avx512;
  if (hasV3) return Level::avx2;
#endif
  return Level::base;
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
