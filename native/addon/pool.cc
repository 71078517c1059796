#include "pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace {

constexpr std::chrono::seconds IDLE{10};
constexpr size_t PIECES_A_THREAD = 4;
constexpr unsigned MOST_THREADS = 64;

struct Job {
  size_t count;
  size_t step;
  const std::function<void(size_t, size_t)>* body;
  std::atomic<size_t> next{0};
  std::mutex faultMutex;
  /** What the first piece that failed threw. */
  std::exception_ptr fault;

  /** Takes pieces until none is left; one that fails ends the job. */
  void work() {
    try {
      for (size_t first = next.fetch_add(step); first < count; first = next.fetch_add(step))
        (*body)(first, std::min(step, count - first));
    } catch (...) {
      std::lock_guard<std::mutex> lock(faultMutex);
      if (!fault) fault = std::current_exception();
      next = count;
    }
  }
};

struct Worker {
  std::thread thread;
  bool hasEnded = false;
};

class Pool {
 public:
  void run(Job& job, unsigned helpers) {
    std::unique_lock<std::mutex> turn(turns_, std::try_to_lock);
    if (!turn.owns_lock()) return job.work();
    {
      std::lock_guard<std::mutex> lock(mutex_);
      start(helpers);
      job_ = &job;
      wanted_ = helpers;
    }
    wake_.notify_all();
    job.work();
    std::unique_lock<std::mutex> lock(mutex_);
    wanted_ = 0;
    job_ = nullptr;
    done_.wait(lock, [this] { return busy_ == 0; });
  }

  void end() {
    std::lock_guard<std::mutex> turn(turns_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      isEnding_ = true;
    }
    wake_.notify_all();
    for (auto& worker : workers_) worker->thread.join();
    workers_.clear();
    isEnding_ = false;
  }

 private:
  void start(unsigned helpers) {
    auto ended = std::partition(workers_.begin(), workers_.end(), [](auto& worker) { return !worker->hasEnded; });
    for (auto each = ended; each != workers_.end(); ++each) (*each)->thread.join();
    workers_.erase(ended, workers_.end());
    // No thread may be under way when memory for its place is refused
    workers_.reserve(helpers);
    while (workers_.size() < helpers) {
      auto worker = std::make_unique<Worker>();
      Worker* self = worker.get();
      try {
        worker->thread = std::thread([this, self] { live(*self); });
      } catch (const std::system_error&) {
        return;  // The machine has no more threads to give: the caller does the rest
      }
      workers_.push_back(std::move(worker));
    }
  }

  void live(Worker& self) {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      bool isNeeded = wake_.wait_for(lock, IDLE, [this] { return isEnding_ || wanted_ > 0; });
      if (isEnding_ || !isNeeded) break;
      wanted_ -= 1;
      busy_ += 1;
      Job* job = job_;
      lock.unlock();
      job->work();
      lock.lock();
      busy_ -= 1;
      if (busy_ == 0) done_.notify_all();
    }
    self.hasEnded = true;
  }

  std::mutex turns_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  std::vector<std::unique_ptr<Worker>> workers_;
  Job* job_ = nullptr;
  unsigned wanted_ = 0;
  unsigned busy_ = 0;
  bool isEnding_ = false;
};

Pool& pool() {
  // Never destroyed: at the end of the process other static objects may be gone before the threads are
  static Pool* only = new Pool;
  return *only;
}

std::atomic<int> environments{0};

}  // namespace

void parallelFor(size_t count, size_t grain, unsigned threads, const std::function<void(size_t, size_t)>& body) {
  size_t worth = std::max<size_t>(1, count / std::max<size_t>(1, grain));
  unsigned used = static_cast<unsigned>(std::min<size_t>({threads, worth, MOST_THREADS}));
  if (used <= 1) return body(0, count);
  size_t pieces = used * PIECES_A_THREAD;
  Job job;
  job.count = count;
  job.step = ((count + pieces - 1) / pieces + 63) / 64 * 64;
  job.body = &body;
  pool().run(job, used - 1);
  if (job.fault) std::rethrow_exception(job.fault);
}

void retainPool() { environments += 1; }

void releasePool() {
  if (--environments == 0) pool().end();
}
