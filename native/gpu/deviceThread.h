// The thread that owns a device: every call of the library happens there, so that nobody waits for a driver but this thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "computeDevice.h"

namespace gpu {

/** Runs errands on a thread of its own, one after the other, with the device in hand. Each is called once: without a device when stopped. */
class DeviceThread {
 public:
  using Errand = std::function<void(ComputeDevice*)>;

  explicit DeviceThread(std::unique_ptr<ComputeDevice> device);
  ~DeviceThread() { stop(); }
  DeviceThread(const DeviceThread&) = delete;
  DeviceThread& operator=(const DeviceThread&) = delete;

  /** Puts an errand in line. */
  void post(Errand errand);
  /**
   * Calls off what waits; the thread closes the device after the errand that it has in hand. Waits for nothing. Returns whether
   * there is such an errand.
   */
  bool stop();
  /** Waits until every thread that was stopped has closed its device; drivers that hang are left behind after the given time. */
  static void awaitEnds(Milliseconds patience);

 private:
  /** What the thread still needs when it has been left behind. */
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Errand> errands;
    std::unique_ptr<ComputeDevice> device;
    bool isBusy = false;
    bool isStopping = false;
  };
  /** Threads that were stopped and have not closed their devices yet. */
  struct Ending {
    std::mutex mutex;
    std::condition_variable changed;
    size_t count = 0;
  };
  static Ending& ending();
  static void work(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
};

}  // namespace gpu
