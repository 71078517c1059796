#include "deviceThread.h"

#include <thread>
#include <utility>

namespace gpu {

DeviceThread::DeviceThread(std::unique_ptr<ComputeDevice> device) : shared_(std::make_shared<Shared>()) {
  shared_->device = std::move(device);
  std::thread(work, shared_).detach();
}

void DeviceThread::post(Errand errand) {
  {
    std::lock_guard<std::mutex> lock(shared_->mutex);
    if (!shared_->isStopping) {
      shared_->errands.push_back(std::move(errand));
      shared_->changed.notify_all();
      return;
    }
  }
  errand(nullptr);
}

bool DeviceThread::stop() {
  std::deque<Errand> calledOff;
  {
    std::lock_guard<std::mutex> lock(shared_->mutex);
    shared_->isStopping = true;
    calledOff.swap(shared_->errands);
    shared_->changed.notify_all();
  }
  for (Errand& errand : calledOff) errand(nullptr);
  std::unique_lock<std::mutex> lock(shared_->mutex);
  return shared_->changed.wait_for(lock, Milliseconds(500), [this] { return shared_->hasEnded; });
}

void DeviceThread::work(const std::shared_ptr<Shared>& shared) {
  for (;;) {
    Errand errand;
    {
      std::unique_lock<std::mutex> lock(shared->mutex);
      shared->changed.wait(lock, [&] { return shared->isStopping || !shared->errands.empty(); });
      if (shared->isStopping) break;
      errand = std::move(shared->errands.front());
      shared->errands.pop_front();
    }
    errand(shared->device.get());
  }
  shared->device.reset();
  std::lock_guard<std::mutex> lock(shared->mutex);
  shared->hasEnded = true;
  shared->changed.notify_all();
}

}  // namespace gpu
