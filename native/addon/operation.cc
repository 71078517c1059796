#include "operation.h"

#include <cstring>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>

#include "later.h"
#include "pool.h"

namespace {

constexpr size_t MOST_ROWS = size_t(1) << 40;
constexpr size_t MOST_THREADS = 64;
/** Stands first in what an external of ours points to; asking V8 for a type tag would cost more than a chain of strikes. */
constexpr uint64_t BOUND_MARK = 0x7a65726f62756e64;

std::mutex offeredMutex;

/** Operations by name. They are never taken back, and a list never moves what it holds. */
std::vector<std::unique_ptr<const Operation>>& offered() {
  static auto* list = new std::vector<std::unique_ptr<const Operation>>;
  return *list;
}

const Operation* findOffered(const char* name) {
  for (const auto& operation : offered())
    if (std::strcmp(operation->name, name) == 0) return operation.get();
  return nullptr;
}

/** An operation with its columns. References keep the buffers alive; a buffer that was given away since is refused. */
struct Bound {
  uint64_t mark = BOUND_MARK;
  const Operation* operation;
  BoundColumns columns;
  size_t rows = MOST_ROWS;
  std::vector<napi_ref> buffers;
};

void releaseBound(napi_env env, void* data, void*) {
  Bound* bound = static_cast<Bound*>(data);
  for (napi_ref buffer : bound->buffers) napi_delete_reference(env, buffer);
  bound->mark = 0;
  delete bound;
}

bool holdBuffer(napi_env env, napi_value buffer, Bound* bound) {
  for (napi_ref held : bound->buffers) {
    napi_value other;
    bool isSame = false;
    napi_get_reference_value(env, held, &other);
    if (napi_strict_equals(env, other, buffer, &isSame) == napi_ok && isSame) return true;
  }
  napi_ref reference;
  if (napi_create_reference(env, buffer, 1, &reference) != napi_ok) return false;
  bound->buffers.push_back(reference);
  return true;
}

bool bindColumn(napi_env env, napi_value value, const ColumnRule& rule, Bound* bound, std::vector<void*>* into) {
  Column column;
  bool isRead = rule.isBytes ? readBytes(env, value, rule.name, &column) : readDoubles(env, value, rule.name, &column);
  if (!isRead || !holdBuffer(env, column.buffer, bound)) return false;
  if (column.length < rule.fixedLength)
    return refuseRange(env, rule.name, ("at least " + std::to_string(rule.fixedLength) + " long").c_str());
  if (rule.fixedLength == 0 && column.length / rule.perRow < bound->rows) bound->rows = column.length / rule.perRow;
  into->push_back(column.values);
  return true;
}

bool bindColumns(napi_env env, napi_value list, const char* name, const std::vector<ColumnRule>& rules, Bound* bound,
                 std::vector<void*>* into) {
  uint32_t length = 0;
  if (napi_get_array_length(env, list, &length) != napi_ok) return refuseType(env, name, "an array of columns");
  if (length != rules.size()) return refuseRange(env, name, (std::to_string(rules.size()) + " columns").c_str());
  for (uint32_t index = 0; index < length; index += 1) {
    napi_value value;
    if (napi_get_element(env, list, index, &value) != napi_ok) return false;
    if (!bindColumn(env, value, rules[index], bound, into)) return false;
  }
  return true;
}

/** bind(name, inputs, outputs): a bound operation. */
napi_value bind(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  char name[64];
  size_t length;
  if (!readArguments(env, info, 3, arguments)) return nullptr;
  if (napi_get_value_string_utf8(env, arguments[0], name, sizeof name, &length) != napi_ok) {
    refuseType(env, "name", "a string");
    return nullptr;
  }
  const Operation* operation = findOffered(name);
  if (operation == nullptr) {
    refuseRange(env, "name", "that of an operation");
    return nullptr;
  }
  Bound* bound = new Bound;
  bound->operation = operation;
  napi_value handle;
  if (!bindColumns(env, arguments[1], "inputs", operation->inputs, bound, &bound->columns.inputs) ||
      !bindColumns(env, arguments[2], "outputs", operation->outputs, bound, &bound->columns.outputs) ||
      napi_create_external(env, bound, releaseBound, nullptr, &handle) != napi_ok) {
    releaseBound(env, bound, nullptr);
    return nullptr;
  }
  return handle;
}

/** One call of a bound operation. */
struct Call {
  Bound* bound;
  size_t count;
  Level level;
  unsigned threads;

  void perform() const {
    const Operation* operation = bound->operation;
    auto body = [this, operation](size_t first, size_t rows) { operation->perform(level, bound->columns, first, rows); };
    if (threads <= 1) return body(0, count);
    parallelFor(count, operation->grain, threads, body);
  }
};

bool isWhole(napi_env env, const Bound& bound) {
  for (napi_ref reference : bound.buffers) {
    napi_value buffer;
    bool isDetached = true;
    napi_get_reference_value(env, reference, &buffer);
    if (napi_is_detached_arraybuffer(env, buffer, &isDetached) != napi_ok || isDetached)
      return refuseType(env, "bound", "a handle whose buffers are still here");
  }
  return true;
}

bool readCall(napi_env env, napi_value* arguments, Call* call) {
  void* data = nullptr;
  bool isExternal = napi_get_value_external(env, arguments[0], &data) == napi_ok && data != nullptr;
  call->bound = static_cast<Bound*>(data);
  if (!isExternal || call->bound->mark != BOUND_MARK) return refuseType(env, "bound", "what bind gave");
  size_t level, threads;
  if (!readCount(env, arguments[1], "count", call->bound->rows, &call->count)) return false;
  if (!readCount(env, arguments[2], "level", static_cast<size_t>(widestLevel()), &level)) return false;
  if (!readCount(env, arguments[3], "threads", MOST_THREADS, &threads)) return false;
  call->level = static_cast<Level>(level);
  call->threads = static_cast<unsigned>(threads);
  return isWhole(env, *call->bound);
}

/** run(bound, count, level, threads): works on the first `count` rows and returns when they are done. */
napi_value run(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  Call call;
  if (!readArguments(env, info, 4, arguments) || !readCall(env, arguments, &call)) return nullptr;
  // A call on one thread asks for no memory and so cannot fail; it takes the shorter way
  if (call.threads <= 1) call.perform();
  else performNow(env, [&call] { call.perform(); });
  return nullptr;
}

/** runLater(bound, count, level, threads): the same off the main thread; a Promise of its end. */
napi_value runLater(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  Call call;
  if (!readArguments(env, info, 4, arguments) || !readCall(env, arguments, &call)) return nullptr;
  // The handle keeps the columns alive
  return performLater(env, call.bound->operation->name, {arguments[0]}, [call] { call.perform(); });
}

/** processorSeconds(): processor time of the calling thread, to measure work by on a machine that others use too. */
napi_value processorSeconds(napi_env env, napi_callback_info) {
  napi_value result;
  double seconds = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
#ifdef CLOCK_THREAD_CPUTIME_ID
  timespec time;
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0) seconds = time.tv_sec + time.tv_nsec * 1e-9;
#endif
  napi_create_double(env, seconds, &result);
  return result;
}

/** misalignment(column): how many bytes the column begins after a place where a vector of any width may lie. */
napi_value misalignment(napi_env env, napi_callback_info info) {
  napi_value arguments[1], result;
  Column column;
  if (!readArguments(env, info, 1, arguments) || !readDoubles(env, arguments[0], "column", &column)) return nullptr;
  napi_create_uint32(env, static_cast<uint32_t>(reinterpret_cast<uintptr_t>(column.values) % 64), &result);
  return result;
}

/** Names of the instruction sets that this machine has, from narrow to wide; their places are the levels of `run`. */
napi_value levelNames(napi_env env) {
#if defined(__x86_64__)
  const char* names[] = {"sse2", "avx2", "avx512"};
#else
  const char* names[] = {"neon"};
#endif
  napi_value list;
  napi_create_array(env, &list);
  for (uint32_t level = 0; level <= static_cast<uint32_t>(widestLevel()); level += 1) {
    napi_value name;
    napi_create_string_utf8(env, names[level], NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, list, level, name);
  }
  return list;
}

}  // namespace

void offer(const Operation& operation) {
  std::lock_guard<std::mutex> lock(offeredMutex);
  if (findOffered(operation.name) == nullptr) offered().push_back(std::make_unique<const Operation>(operation));
}

void registerOperations(napi_env env, napi_value exports) {
  setFunction(env, exports, "bind", bind);
  setFunction(env, exports, "run", run);
  setFunction(env, exports, "runLater", runLater);
  setFunction(env, exports, "misalignment", misalignment);
  setFunction(env, exports, "processorSeconds", processorSeconds);
  napi_set_named_property(env, exports, "levels", levelNames(env));
}
