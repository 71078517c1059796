#include "deviceCall.h"

#include <utility>

namespace gpu {
namespace {

constexpr napi_type_tag DEVICE_TAG = {0x7a65726f64746520, 0x6772617068696373};

napi_value text(napi_env env, const std::string& value) {
  napi_value result = nullptr;
  napi_create_string_utf8(env, value.data(), value.size(), &result);
  return result;
}

void releaseHandle(napi_env, void* data, void*) { delete static_cast<std::shared_ptr<DeviceHandle>*>(data); }

/** An opened device with what it says of itself. */
napi_value describe(napi_env env, const DeviceCall& call) {
  napi_value result, device, isSoftware;
  napi_create_object(env, &result);
  napi_create_external(env, new std::shared_ptr<DeviceHandle>(call.handle), releaseHandle, nullptr, &device);
  napi_type_tag_object(env, device, &DEVICE_TAG);
  napi_get_boolean(env, call.facts.isSoftware, &isSoftware);
  napi_set_named_property(env, result, "device", device);
  napi_set_named_property(env, result, "name", text(env, call.facts.name));
  napi_set_named_property(env, result, "vendor", text(env, call.facts.vendor));
  napi_set_named_property(env, result, "backend", text(env, call.facts.backend));
  napi_set_named_property(env, result, "isSoftware", isSoftware);
  return result;
}

/** Writes the answers into the caller's columns, which it may have given away meanwhile. */
bool writeOutputs(napi_env env, const DeviceCall& call) {
  const size_t rows = call.packed.unknown.size();
  napi_value list;
  uint32_t columns = 0;
  napi_get_reference_value(env, call.outputs, &list);
  napi_get_array_length(env, list, &columns);
  if (call.answer.size() < columns * rows) return false;
  for (uint32_t index = 0; index < columns; index += 1) {
    napi_value value;
    napi_typedarray_type type;
    size_t length = 0;
    void* data = nullptr;
    if (napi_get_element(env, list, index, &value) != napi_ok) return false;
    if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok) return false;
    if (type != napi_float64_array || length < rows || (!data && rows > 0)) return false;
    unpackColumn(call.answer, call.packed.unknown, index, static_cast<double*>(data));
  }
  return true;
}

void settle(napi_env env, DeviceCall& call) {
  napi_value value = nullptr;
  // Whoever closed the device, after a timeout say, may have given the columns to others
  if (call.fault.empty() && call.handle->isClosed()) call.fault = "the device was closed";
  if (call.fault.empty() && call.outputs && !writeOutputs(env, call)) call.fault = "the output columns are gone";
  if (!call.fault.empty()) {
    napi_create_error(env, text(env, call.facts.isAbsent ? "ABSENT" : "BROKEN"), text(env, call.fault), &value);
    napi_reject_deferred(env, call.deferred, value);
    return;
  }
  if (call.outputs) napi_get_undefined(env, &value);
  else value = describe(env, call);
  napi_resolve_deferred(env, call.deferred, value);
}

/** On the main thread, when an answer has come; without an environment where it is ending. */
void onAnswer(napi_env env, napi_value, void*, void* data) {
  std::unique_ptr<DeviceCall> call(static_cast<DeviceCall*>(data));
  if (!env) return;
  call->handle->endAnswer(env);
  settle(env, *call);
  if (call->outputs) napi_delete_reference(env, call->outputs);
}

}  // namespace

DeviceHandle::DeviceHandle(napi_env env, std::unique_ptr<ComputeDevice> device, Milliseconds patience)
    : env_(env), patience_(patience), thread_(std::move(device)) {
  napi_create_threadsafe_function(env, nullptr, nullptr, text(env, "graphics processor"), 0, 1, nullptr, nullptr, nullptr, onAnswer,
                                  &answering_);
  napi_unref_threadsafe_function(env, answering_);
  // Added after the function above, so that it runs before the function's own end
  napi_add_env_cleanup_hook(env, onEnvironmentEnd, this);
}

DeviceHandle::~DeviceHandle() {
  thread_.stop();
  std::lock_guard<std::mutex> lock(mutex_);
  if (!answering_) return;
  napi_remove_env_cleanup_hook(env_, onEnvironmentEnd, this);
  napi_release_threadsafe_function(answering_, napi_tsfn_release);
}

void DeviceHandle::close() {
  isClosed_ = true;
  // A driver that hangs must not keep the process alive
  abandoned_ = thread_.stop() ? 1 : 0;
  if (underWay_ <= abandoned_ && answering_) napi_unref_threadsafe_function(env_, answering_);
}

void DeviceHandle::expectAnswer(napi_env env) {
  underWay_ += 1;
  if (underWay_ == 1) napi_ref_threadsafe_function(env, answering_);
}

void DeviceHandle::endAnswer(napi_env env) {
  underWay_ -= 1;
  if (underWay_ <= abandoned_ && answering_) napi_unref_threadsafe_function(env, answering_);
}

void DeviceHandle::report(DeviceCall* call) {
  std::unique_ptr<DeviceCall> dropped(call);
  std::lock_guard<std::mutex> lock(mutex_);
  if (answering_ && napi_call_threadsafe_function(answering_, call, napi_tsfn_nonblocking) == napi_ok) dropped.release();
}

void DeviceHandle::onEnvironmentEnd(void* data) {
  auto* handle = static_cast<DeviceHandle*>(data);
  handle->isClosed_ = true;
  handle->thread_.stop();
  std::lock_guard<std::mutex> lock(handle->mutex_);
  napi_release_threadsafe_function(handle->answering_, napi_tsfn_abort);
  handle->answering_ = nullptr;
}

napi_value launch(napi_env env, std::unique_ptr<DeviceCall> call, std::function<void(ComputeDevice&, DeviceCall&)> perform) {
  napi_value promise;
  napi_create_promise(env, &call->deferred, &promise);
  DeviceCall* raw = call.release();
  raw->handle->expectAnswer(env);
  raw->handle->thread().post([raw, perform](ComputeDevice* device) {
    if (device) perform(*device, *raw);
    else raw->fault = "the device was closed";
    // The handle outlives the report, though the call does not: its end waits for this errand's
    raw->handle->report(raw);
  });
  return promise;
}

bool readDevice(napi_env env, napi_value value, std::shared_ptr<DeviceHandle>* handle) {
  bool isDevice = false;
  void* data = nullptr;
  if (napi_check_object_type_tag(env, value, &DEVICE_TAG, &isDevice) != napi_ok || !isDevice)
    return refuseType(env, "device", "what open gave");
  napi_get_value_external(env, value, &data);
  *handle = *static_cast<std::shared_ptr<DeviceHandle>*>(data);
  return !(*handle)->isClosed() || refuseType(env, "device", "open");
}

}  // namespace gpu
