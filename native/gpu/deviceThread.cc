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
  bool isBusy = false;
  {
    std::lock_guard<std::mutex> lock(shared_->mutex);
    isBusy = shared_->isBusy;
    if (!shared_->isStopping) {
      std::lock_guard<std::mutex> endingLock(ending().mutex);
      ending().count += 1;
    }
    shared_->isStopping = true;
    calledOff.swap(shared_->errands);
    shared_->changed.notify_all();
  }
  for (Errand& errand : calledOff) errand(nullptr);
  return isBusy;
}

void DeviceThread::awaitEnds(Milliseconds patience) {
  std::unique_lock<std::mutex> lock(ending().mutex);
  ending().changed.wait_for(lock, patience, [] { return ending().count == 0; });
}

DeviceThread::Ending& DeviceThread::ending() {
  // Never destroyed: a thread that was left behind may still come to its end after the process has come to its own
  static Ending* only = new Ending;
  return *only;
}

void DeviceThread::work(const std::shared_ptr<Shared>& shared) {
  for (;;) {
    Errand errand;
    {
      std::unique_lock<std::mutex> lock(shared->mutex);
      shared->isBusy = false;
      shared->changed.wait(lock, [&] { return shared->isStopping || !shared->errands.empty(); });
      if (shared->isStopping) break;
      errand = std::move(shared->errands.front());
      shared->errands.pop_front();
      shared->isBusy = true;
    }
    errand(shared->device.get());
  }
  shared->device.reset();
  std::lock_guard<std::mutex> lock(ending().mutex);
  ending().count -= 1;
  ending().changed.notify_all();
}

}  // namespace gpu
