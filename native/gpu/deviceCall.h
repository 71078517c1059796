// A call from JavaScript that a device answers later, by Promise.
#pragma once

#include "../addon/columns.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "deviceThread.h"
#include "packing.h"

namespace gpu {

struct DeviceCall;

/** A device as JavaScript holds it. It lives until JavaScript has let go of it and no answer is under way. */
class DeviceHandle {
 public:
  DeviceHandle(napi_env env, std::unique_ptr<ComputeDevice> device, Milliseconds patience);
  ~DeviceHandle();
  DeviceHandle(const DeviceHandle&) = delete;
  DeviceHandle& operator=(const DeviceHandle&) = delete;

  /** Calls off what waits and closes the device, without waiting for its driver. No answer is written into columns any more. */
  void close();
  bool isClosed() const { return isClosed_; }
  Milliseconds patience() const { return patience_; }
  DeviceThread& thread() { return thread_; }

  /** On the main thread: an answer is awaited, which keeps the process alive; and it has come. */
  void expectAnswer(napi_env env);
  void endAnswer(napi_env env);
  /** From any thread: hands an answered call to the main thread, or drops it where that has ended. */
  void report(DeviceCall* call);

 private:
  static void onEnvironmentEnd(void* handle);

  napi_env env_;
  Milliseconds patience_;
  DeviceThread thread_;
  std::mutex mutex_;
  napi_threadsafe_function answering_ = nullptr;
  size_t underWay_ = 0;
  /** Answers that nobody waits for any more: of the errand that a closed device had in hand. */
  size_t abandoned_ = 0;
  bool isClosed_ = false;
};

/** What is asked of a device, what it found out, and whom to tell. */
struct DeviceCall {
  std::shared_ptr<DeviceHandle> handle;
  napi_deferred deferred = nullptr;
  /** The array of output columns; none while a device is being opened. */
  napi_ref outputs = nullptr;
  PackedWork packed;
  std::vector<float> answer;
  DeviceFacts facts;
  std::string fault;
};

/** Puts a call in line on the thread of its device; gives the Promise of its answer. */
napi_value launch(napi_env env, std::unique_ptr<DeviceCall> call, std::function<void(ComputeDevice&, DeviceCall&)> perform);

/** The device that JavaScript gives, which must be open; throws otherwise. */
bool readDevice(napi_env env, napi_value value, std::shared_ptr<DeviceHandle>* handle);

}  // namespace gpu
