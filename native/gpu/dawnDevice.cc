// A graphics processor behind Dawn: Metal on a Mac, Vulkan elsewhere.
#include <algorithm>
#include <cstring>
#include <thread>

#include "computeDevice.h"
#include "dawnLibrary.h"

namespace gpu {
namespace {

using Clock = std::chrono::steady_clock;

const uint32_t BACKEND_NULL = 1;
const uint32_t TYPE_SOFTWARE = 3;
const uint32_t SUCCESS = 1;
const uint32_t WORKGROUP = 64;
const uint32_t MOST_GROUPS_A_ROW = 65535;
/** What every adapter of WebGPU must allow one binding to hold. */
const uint64_t MOST_BYTES = 128ull << 20;

std::string stringOf(const Text& text) {
  if (!text.data) return {};
  return text.length == SIZE_MAX ? std::string(text.data) : std::string(text.data, text.length);
}

const char* backendName(uint32_t backend) {
  static const char* const names[] = {"unknown", "Null", "WebGPU", "Direct3D 11", "Direct3D 12", "Metal", "Vulkan", "OpenGL", "OpenGL ES"};
  return backend < sizeof names / sizeof *names ? names[backend] : "unknown";
}

/** What an asynchronous request came to. */
struct Outcome {
  uint32_t status = 0;
  Object object = nullptr;
  std::string message;
};

void onObject(uint32_t status, Object object, Text message, void* first, void*) {
  *static_cast<Outcome*>(first) = {status, object, stringOf(message)};
}

void onMapped(uint32_t status, Text message, void* first, void*) {
  *static_cast<Outcome*>(first) = {status, nullptr, stringOf(message)};
}

/** A buffer on the device that grows and is kept. */
struct DeviceBuffer {
  Object object = nullptr;
  uint64_t size = 0;
};

class DawnDevice final : public ComputeDevice {
 public:
  explicit DawnDevice(const std::string& path) : path_(path) {}
  ~DawnDevice() override { release(); }

  std::string open(const std::string& shader, Milliseconds patience, DeviceFacts& facts) override {
    std::string fault = dawn_.load(path_);
    if (!fault.empty()) return fault;
    const Clock::time_point deadline = Clock::now() + patience;
    instance_ = createInstance();
    if (!instance_) return "the library gave no instance";
    fault = takeAdapter(deadline, facts);
    if (fault.empty()) fault = takeDevice(deadline);
    if (fault.empty()) fault = compile(shader);
    return fault;
  }

  std::string run(Work& work, Milliseconds patience, std::vector<float>& answer) override {
    if (!fault_.empty()) return fault_;
    const uint64_t sourceBytes = work.source.size() * sizeof(float);
    const uint64_t answerBytes = work.answers * sizeof(float);
    if (sourceBytes > MOST_BYTES || answerBytes > MOST_BYTES) return "one run takes at most 128 MiB in and out";
    reserve(source_, sourceBytes, USAGE_SOURCE);
    reserve(answer_, answerBytes, USAGE_ANSWER);
    reserve(readBack_, answerBytes, USAGE_READ_BACK);
    submit(work, sourceBytes, answerBytes);
    fault_ = copyOut(answerBytes, Clock::now() + patience, answer);
    return fault_;
  }

  void lose() override {
    if (device_) dawn_.DeviceDestroy(device_);
  }

 private:
  /** An instance that prints nothing: what is wrong with a machine is said in one sentence, ours. */
  Object createInstance() {
    LoggingDescriptor quiet;
    quiet.logging.callback = reinterpret_cast<void*>(onLogged);
    const InstanceDescriptor wanted{&quiet, 0, nullptr, nullptr};
    Object instance = dawn_.CreateInstance(&wanted);
    return instance ? instance : dawn_.CreateInstance(nullptr);
  }

  std::string takeAdapter(Clock::time_point deadline, DeviceFacts& facts) {
    Outcome& found = expectOutcome();
    dawn_.InstanceRequestAdapter(instance_, nullptr, callback(reinterpret_cast<void*>(onObject), &found));
    if (!waitFor(found, deadline)) return "no adapter answered in time";
    facts.isAbsent = !found.object;
    if (!found.object) return "there is no adapter" + (found.message.empty() ? "" : ": " + found.message);
    adapter_ = found.object;
    AdapterInfo info{};
    dawn_.AdapterGetInfo(adapter_, &info);
    // It would take every command and answer zeros
    facts.isAbsent = info.backend == BACKEND_NULL;
    if (facts.isAbsent) return "there is no adapter, only the Null backend, which computes nothing";
    const std::string description = stringOf(info.description);
    facts.name = stringOf(info.device).empty() ? description : stringOf(info.device);
    facts.vendor = stringOf(info.vendor);
    facts.backend = backendName(info.backend);
    facts.isSoftware = info.type == TYPE_SOFTWARE;
    return {};
  }

  std::string takeDevice(Clock::time_point deadline) {
    DeviceDescriptor wanted{};
    wanted.lost = callback(reinterpret_cast<void*>(onLost), this);
    wanted.uncaptured = {nullptr, reinterpret_cast<void*>(onUncaptured), this, nullptr};
    Outcome& found = expectOutcome();
    dawn_.AdapterRequestDevice(adapter_, &wanted, callback(reinterpret_cast<void*>(onObject), &found));
    if (!waitFor(found, deadline)) return "no device answered in time";
    if (!found.object) return "the adapter gave no device: " + found.message;
    device_ = found.object;
    queue_ = dawn_.DeviceGetQueue(device_);
    return {};
  }

  std::string compile(const std::string& shader) {
    ShaderSource code{nullptr, 2, {shader.data(), shader.size()}};
    ShaderDescriptor described{&code, {}};
    Object module = dawn_.DeviceCreateShaderModule(device_, &described);
    static const char* const entries[] = {"greeks", "scenarios"};
    for (int program = 0; program < 2; program += 1) {
      PipelineDescriptor wanted{nullptr, {}, nullptr, {nullptr, module, {entries[program], std::strlen(entries[program])}, 0, nullptr}};
      pipelines_[program] = dawn_.DeviceCreateComputePipeline(device_, &wanted);
    }
    if (module) dawn_.ShaderModuleRelease(module);
    reserve(uniform_, sizeof(Shape), USAGE_UNIFORM);
    dawn_.InstanceProcessEvents(instance_);
    return fault_.empty() ? std::string() : "the shader does not compile: " + fault_;
  }

  void submit(Work& work, uint64_t sourceBytes, uint64_t answerBytes) {
    const uint32_t groups = (work.shape.count + WORKGROUP - 1) / WORKGROUP;
    const uint32_t columns = std::max(1u, std::min(groups, MOST_GROUPS_A_ROW));
    work.shape.row = columns * WORKGROUP;
    dawn_.QueueWriteBuffer(queue_, uniform_.object, 0, &work.shape, sizeof(Shape));
    dawn_.QueueWriteBuffer(queue_, source_.object, 0, work.source.data(), sourceBytes);
    Object pipeline = pipelines_[static_cast<int>(work.program)];
    Object group = bind(pipeline, sourceBytes, answerBytes);
    Object encoder = dawn_.DeviceCreateCommandEncoder(device_, nullptr);
    Object pass = dawn_.CommandEncoderBeginComputePass(encoder, nullptr);
    dawn_.ComputePassEncoderSetPipeline(pass, pipeline);
    dawn_.ComputePassEncoderSetBindGroup(pass, 0, group, 0, nullptr);
    dawn_.ComputePassEncoderDispatchWorkgroups(pass, columns, (groups + columns - 1) / columns, 1);
    dawn_.ComputePassEncoderEnd(pass);
    dawn_.CommandEncoderCopyBufferToBuffer(encoder, answer_.object, 0, readBack_.object, 0, answerBytes);
    Object commands = dawn_.CommandEncoderFinish(encoder, nullptr);
    dawn_.QueueSubmit(queue_, 1, &commands);
    dawn_.CommandBufferRelease(commands);
    dawn_.ComputePassEncoderRelease(pass);
    dawn_.CommandEncoderRelease(encoder);
    dawn_.BindGroupRelease(group);
  }

  Object bind(Object pipeline, uint64_t sourceBytes, uint64_t answerBytes) {
    Object layout = dawn_.ComputePipelineGetBindGroupLayout(pipeline, 0);
    const Binding bindings[] = {
        {nullptr, 0, source_.object, 0, sourceBytes, nullptr, nullptr},
        {nullptr, 1, answer_.object, 0, answerBytes, nullptr, nullptr},
        {nullptr, 2, uniform_.object, 0, sizeof(Shape), nullptr, nullptr},
    };
    BindGroupDescriptor wanted{nullptr, {}, layout, 3, bindings};
    Object group = dawn_.DeviceCreateBindGroup(device_, &wanted);
    dawn_.BindGroupLayoutRelease(layout);
    return group;
  }

  std::string copyOut(uint64_t bytes, Clock::time_point deadline, std::vector<float>& answer) {
    Outcome& mapped = expectOutcome();
    dawn_.BufferMapAsync(readBack_.object, 1, 0, bytes, callback(reinterpret_cast<void*>(onMapped), &mapped));
    if (!waitFor(mapped, deadline)) return "the device did not answer in time";
    if (!fault_.empty()) return fault_;
    if (mapped.status != SUCCESS) return "the device gave no answer: " + mapped.message;
    const void* range = dawn_.BufferGetConstMappedRange(readBack_.object, 0, bytes);
    if (range) {
      answer.resize(bytes / sizeof(float));
      std::memcpy(answer.data(), range, bytes);
    }
    dawn_.BufferUnmap(readBack_.object);
    return range ? std::string() : "the answer could not be read back";
  }

  /** Where the next request tells what it came to. It lives as long as we do: after a timeout a callback may still come. */
  Outcome& expectOutcome() {
    outcome_ = Outcome();
    return outcome_;
  }

  /** Processes events until a request is answered; false where the deadline came first. */
  bool waitFor(const Outcome& outcome, Clock::time_point deadline) {
    const Clock::time_point start = Clock::now();
    for (;;) {
      dawn_.InstanceProcessEvents(instance_);
      if (outcome.status != 0) return true;
      const Clock::time_point now = Clock::now();
      if (now > deadline) return false;
      // A short job is awaited awake; a long one leaves the processor to others
      if (now - start < std::chrono::microseconds(200)) std::this_thread::yield();
      else std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
  }

  void reserve(DeviceBuffer& buffer, uint64_t bytes, uint64_t usage) {
    if (buffer.size >= bytes && buffer.object) return;
    if (buffer.object) dawn_.BufferRelease(buffer.object);
    uint64_t size = 4096;
    while (size < bytes) size *= 2;
    BufferDescriptor wanted{nullptr, {}, usage, size, 0};
    buffer = {dawn_.DeviceCreateBuffer(device_, &wanted), size};
  }

  static CallbackInfo callback(void* function, void* first) { return {nullptr, WHILE_PROCESSING_EVENTS, function, first, nullptr}; }

  static void onLost(const Object*, uint32_t, Text message, void* first, void*) {
    auto* self = static_cast<DawnDevice*>(first);
    if (self->fault_.empty()) self->fault_ = "the device was lost: " + stringOf(message);
  }

  static void onLogged(uint32_t, Text, void*, void*) {}

  static void onUncaptured(const Object*, uint32_t, Text message, void* first, void*) {
    auto* self = static_cast<DawnDevice*>(first);
    if (self->fault_.empty()) self->fault_ = stringOf(message);
  }

  void release() {
    for (DeviceBuffer* buffer : {&source_, &answer_, &readBack_, &uniform_})
      if (buffer->object) dawn_.BufferRelease(buffer->object);
    for (Object pipeline : pipelines_)
      if (pipeline) dawn_.ComputePipelineRelease(pipeline);
    if (queue_) dawn_.QueueRelease(queue_);
    if (device_) dawn_.DeviceDestroy(device_);
    if (device_) dawn_.DeviceRelease(device_);
    if (adapter_) dawn_.AdapterRelease(adapter_);
    // What destroying says is told while we still exist to hear it
    if (instance_) dawn_.InstanceProcessEvents(instance_);
    if (instance_) dawn_.InstanceRelease(instance_);
  }

  std::string path_;
  DawnLibrary dawn_;
  Object instance_ = nullptr;
  Object adapter_ = nullptr;
  Object device_ = nullptr;
  Object queue_ = nullptr;
  Object pipelines_[2] = {nullptr, nullptr};
  DeviceBuffer source_, answer_, readBack_, uniform_;
  Outcome outcome_;
  /** Why the device is not to be asked again. */
  std::string fault_;
};

}  // namespace

std::unique_ptr<ComputeDevice> createDawnDevice(const std::string& libraryPath) {
  return std::unique_ptr<ComputeDevice>(new DawnDevice(libraryPath));
}

}  // namespace gpu
