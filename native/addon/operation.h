// An operation is a kernel as JavaScript calls it: `bind(name, inputs, outputs)` looks at the columns once, `run(bound, count, level,
// threads)` works on them as often as wanted for about a tenth of a microsecond a call, and `runLater` does the same off the
// main thread and answers by Promise. Scalars (the carry of an expiry, the spot) come as short columns of fixed length.
#pragma once

#include <vector>

#include "../kernels/level.h"
#include "columns.h"

/** What a column must be. */
struct ColumnRule {
  const char* name;
  /** Elements that it must have at least; 0 where it has one for each row. */
  size_t fixedLength = 0;
  bool isBytes = false;
  /** Elements for each row, for columns that hold several. */
  size_t perRow = 1;
};

/** Columns of one bound operation, in the order of its rules. */
struct BoundColumns {
  std::vector<void*> inputs;
  std::vector<void*> outputs;

  const double* input(size_t index) const { return static_cast<const double*>(inputs[index]); }
  double* output(size_t index) const { return static_cast<double*>(outputs[index]); }
};

struct Operation {
  const char* name;
  std::vector<ColumnRule> inputs;
  std::vector<ColumnRule> outputs;
  /** Rows that are worth a thread of their own. */
  size_t grain;
  /** Works on `count` rows from `first` on; called on several threads at once, for rows that do not overlap. */
  void (*perform)(Level level, const BoundColumns& columns, size_t first, size_t count);
};

/** Offers an operation to JavaScript, for the life of the process; offering one of the same name again changes nothing. */
void offer(const Operation& operation);

/** Puts `bind`, `run`, `runLater`, `misalignment`, `processorSeconds` and `levels` on the addon. */
void registerOperations(napi_env env, napi_value exports);
