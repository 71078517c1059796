// The graphics processor as JavaScript sees it: `open` a device, `greeks` and `scenarios` on it, `close`. Inputs are read before a
// call returns; outputs, which the caller owns, are written when its Promise resolves, so nothing is shared with the driver and
// no buffer from outside the heap is ever shown to JavaScript. What goes wrong rejects with one sentence.
#include <memory>
#include <string>

#include "../addon/scenarioColumns.h"
#include "deviceCall.h"

namespace gpu {
namespace {

constexpr size_t MOST_ROWS = 1 << 20;
constexpr size_t MOST_MILLISECONDS = 600000;
/** How long the end of an environment waits for drivers. */
constexpr Milliseconds LAST_PATIENCE(500);

bool readText(napi_env env, napi_value value, const char* name, std::string* into) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) return refuseType(env, name, "a string");
  into->resize(length + 1);
  napi_get_value_string_utf8(env, value, &(*into)[0], length + 1, &length);
  into->resize(length);
  return true;
}

/** open(library, shader, milliseconds): the first device behind a library, or why there is none. */
napi_value open(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  std::string library;
  const auto shader = std::make_shared<std::string>();
  size_t patience = 0;
  if (!readArguments(env, info, 3, arguments) || !readText(env, arguments[0], "library", &library) ||
      !readText(env, arguments[1], "shader", shader.get()) ||
      !readCount(env, arguments[2], "milliseconds", MOST_MILLISECONDS, &patience))
    return nullptr;
  std::unique_ptr<DeviceCall> call(new DeviceCall);
  call->handle = std::make_shared<DeviceHandle>(env, createDawnDevice(library), Milliseconds(patience));
  return launch(env, std::move(call), [shader](ComputeDevice& device, DeviceCall& opening) {
    opening.fault = device.open(*shader, opening.handle->patience(), opening.facts);
  });
}

/** Sends packed work to the device; its answers go to the array of columns `outputs`. */
napi_value compute(napi_env env, std::shared_ptr<DeviceHandle> handle, PackedWork packed, napi_value outputs) {
  std::unique_ptr<DeviceCall> call(new DeviceCall);
  call->handle = std::move(handle);
  call->packed = std::move(packed);
  napi_create_reference(env, outputs, 1, &call->outputs);
  return launch(env, std::move(call), [](ComputeDevice& device, DeviceCall& asked) {
    if (asked.packed.unknown.empty()) return;
    asked.fault = device.run(asked.packed.work, asked.handle->patience(), asked.answer);
  });
}

bool readColumns(napi_env env, napi_value list, const char* name, uint32_t count, size_t rows, const double** into) {
  uint32_t length = 0;
  if (napi_get_array_length(env, list, &length) != napi_ok || length != count)
    return refuseType(env, name, ("an array of " + std::to_string(count) + " columns").c_str());
  for (uint32_t index = 0; index < count; index += 1) {
    napi_value value;
    Column column;
    if (napi_get_element(env, list, index, &value) != napi_ok || !readDoubles(env, value, name, &column)) return false;
    if (column.length < rows) return refuseRange(env, name, "as long as there are rows");
    into[index] = static_cast<const double*>(column.values);
  }
  return true;
}

/** greeks(device, inputs, outputs, count): price and eight Greeks of `count` options. */
napi_value greeks(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  std::shared_ptr<DeviceHandle> handle;
  size_t count = 0;
  const double* in[7];
  const double* out[GREEK_COLUMNS];
  if (!readArguments(env, info, 4, arguments) || !readDevice(env, arguments[0], &handle) ||
      !readCount(env, arguments[3], "count", MOST_ROWS, &count) || !readColumns(env, arguments[1], "inputs", 7, count, in) ||
      !readColumns(env, arguments[2], "outputs", GREEK_COLUMNS, count, out))
    return nullptr;
  PackedWork packed = packOptions({in[0], in[1], in[2], in[3], in[4], in[5], in[6], count});
  return compute(env, std::move(handle), std::move(packed), arguments[2]);
}

/** scenarios(device, inputs, outputs): a scenario grid, its legs summed on the device. */
napi_value scenarios(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  std::shared_ptr<DeviceHandle> handle;
  ScenarioArguments given;
  if (!readArguments(env, info, 3, arguments) || !readDevice(env, arguments[0], &handle) ||
      !readScenario(env, arguments[1], arguments[2], &given))
    return nullptr;
  return compute(env, std::move(handle), packScenarios(given.columns), arguments[2]);
}

/** lose(device): loses the device as a driver that falls over would, for drills. */
napi_value lose(napi_env env, napi_callback_info info) {
  napi_value argument;
  std::shared_ptr<DeviceHandle> handle;
  if (readArguments(env, info, 1, &argument) && readDevice(env, argument, &handle))
    handle->thread().post([](ComputeDevice* device) {
      if (device) device->lose();
    });
  return nullptr;
}

/** close(device): lets go of it; calls that wait are answered by a rejection. */
napi_value close(napi_env env, napi_callback_info info) {
  napi_value argument;
  std::shared_ptr<DeviceHandle> handle;
  if (readArguments(env, info, 1, &argument) && readDevice(env, argument, &handle)) handle->close();
  return nullptr;
}

}  // namespace
}  // namespace gpu

NAPI_MODULE_INIT() {
  // Hooks run from the last to the first, so after those of the devices, which have stopped their threads by then
  napi_add_env_cleanup_hook(env, [](void*) { gpu::DeviceThread::awaitEnds(gpu::LAST_PATIENCE); }, nullptr);
  setFunction(env, exports, "open", gpu::open);
  setFunction(env, exports, "greeks", gpu::greeks);
  setFunction(env, exports, "scenarios", gpu::scenarios);
  setFunction(env, exports, "lose", gpu::lose);
  setFunction(env, exports, "close", gpu::close);
  return exports;
}
