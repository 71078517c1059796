// The part of webgpu.h (webgpu-native/webgpu-headers, as of Dawn in bun-webgpu 0.1.5 and 0.1.7) that computing needs, declared by hand,
// and the library that answers to it, loaded at run time from a path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace gpu {

/** Any object of WebGPU. */
typedef void* Object;

/** Text with its length. A null with the greatest length means "none". */
struct Text {
  const char* data = nullptr;
  size_t length = SIZE_MAX;
};

struct Future {
  uint64_t id;
};

/** Callbacks come while events are processed, on the thread that does it. */
static const uint32_t WHILE_PROCESSING_EVENTS = 2;

struct CallbackInfo {
  void* next;
  uint32_t mode;
  void* callback;
  void* first;
  void* second;
};

struct UncapturedErrorInfo {
  void* next;
  void* callback;
  void* first;
  void* second;
};

/** Who is told what Dawn thinks of drivers: an extension of Dawn's own, with the defaults of its other fields. */
struct LoggingDescriptor {
  void* next = nullptr;
  uint32_t kind = 0x50006;
  uint32_t searchPathCount = 0;
  const void* searchPaths = nullptr;
  void* platform = nullptr;
  uint32_t validation = 2;
  uint32_t isCaptured = 0;
  UncapturedErrorInfo logging{};
};

struct InstanceDescriptor {
  const void* next;
  size_t featureCount;
  const void* features;
  const void* limits;
};

struct QueueDescriptor {
  void* next;
  Text label;
};

struct DeviceDescriptor {
  void* next;
  Text label;
  size_t featureCount;
  const void* features;
  const void* limits;
  QueueDescriptor queue;
  CallbackInfo lost;
  UncapturedErrorInfo uncaptured;
};

struct AdapterInfo {
  void* next;
  Text vendor;
  Text architecture;
  Text device;
  Text description;
  uint32_t backend;
  uint32_t type;
  uint32_t vendorId;
  uint32_t deviceId;
  uint32_t subgroupMinimum;
  uint32_t subgroupMaximum;
  // Later versions tell more; what they write must find room
  uint64_t room[16];
};

struct BufferDescriptor {
  void* next;
  Text label;
  uint64_t usage;
  uint64_t size;
  uint32_t isMapped;
};

static const uint64_t USAGE_READ_BACK = 0x1 | 0x8;
static const uint64_t USAGE_SOURCE = 0x80 | 0x8;
static const uint64_t USAGE_ANSWER = 0x80 | 0x4;
static const uint64_t USAGE_UNIFORM = 0x40 | 0x8;

struct ShaderSource {
  void* next;
  /** 2 says WGSL. */
  uint32_t kind;
  Text code;
};

struct ShaderDescriptor {
  void* next;
  Text label;
};

struct ComputeStage {
  void* next;
  Object shader;
  Text entryPoint;
  size_t constantCount;
  const void* constants;
};

struct PipelineDescriptor {
  void* next;
  Text label;
  Object layout;
  ComputeStage stage;
};

struct Binding {
  void* next;
  uint32_t number;
  Object buffer;
  uint64_t offset;
  uint64_t size;
  Object sampler;
  Object texture;
};

struct BindGroupDescriptor {
  void* next;
  Text label;
  Object layout;
  size_t count;
  const Binding* bindings;
};

#define WEBGPU_FUNCTIONS(F)                                                                              \
  F(Object, CreateInstance, const InstanceDescriptor*)                                                   \
  F(void, InstanceRelease, Object)                                                                       \
  F(Future, InstanceRequestAdapter, Object, const void*, CallbackInfo)                                   \
  F(void, InstanceProcessEvents, Object)                                                                 \
  F(Future, AdapterRequestDevice, Object, const DeviceDescriptor*, CallbackInfo)                         \
  F(uint32_t, AdapterGetInfo, Object, AdapterInfo*)                                                      \
  F(void, AdapterRelease, Object)                                                                        \
  F(Object, DeviceGetQueue, Object)                                                                      \
  F(void, DeviceDestroy, Object)                                                                         \
  F(void, DeviceRelease, Object)                                                                         \
  F(Object, DeviceCreateShaderModule, Object, const ShaderDescriptor*)                                   \
  F(void, ShaderModuleRelease, Object)                                                                   \
  F(Object, DeviceCreateComputePipeline, Object, const PipelineDescriptor*)                              \
  F(void, ComputePipelineRelease, Object)                                                                \
  F(Object, ComputePipelineGetBindGroupLayout, Object, uint32_t)                                         \
  F(void, BindGroupLayoutRelease, Object)                                                                \
  F(Object, DeviceCreateBuffer, Object, const BufferDescriptor*)                                         \
  F(void, BufferRelease, Object)                                                                         \
  F(Object, DeviceCreateBindGroup, Object, const BindGroupDescriptor*)                                   \
  F(void, BindGroupRelease, Object)                                                                      \
  F(Object, DeviceCreateCommandEncoder, Object, const void*)                                             \
  F(void, CommandEncoderRelease, Object)                                                                 \
  F(Object, CommandEncoderBeginComputePass, Object, const void*)                                         \
  F(void, ComputePassEncoderSetPipeline, Object, Object)                                                 \
  F(void, ComputePassEncoderSetBindGroup, Object, uint32_t, Object, size_t, const uint32_t*)             \
  F(void, ComputePassEncoderDispatchWorkgroups, Object, uint32_t, uint32_t, uint32_t)                    \
  F(void, ComputePassEncoderEnd, Object)                                                                 \
  F(void, ComputePassEncoderRelease, Object)                                                             \
  F(void, CommandEncoderCopyBufferToBuffer, Object, Object, uint64_t, Object, uint64_t, uint64_t)        \
  F(Object, CommandEncoderFinish, Object, const void*)                                                   \
  F(void, CommandBufferRelease, Object)                                                                  \
  F(void, QueueSubmit, Object, size_t, const Object*)                                                    \
  F(void, QueueWriteBuffer, Object, Object, uint64_t, const void*, size_t)                               \
  F(void, QueueRelease, Object)                                                                          \
  F(Future, BufferMapAsync, Object, uint64_t, size_t, size_t, CallbackInfo)                              \
  F(const void*, BufferGetConstMappedRange, Object, size_t, size_t)                                      \
  F(void, BufferUnmap, Object)

/** The functions of a loaded library, named as in webgpu.h without the prefix `wgpu`. */
struct DawnLibrary {
#define WEBGPU_MEMBER(RESULT, NAME, ...) RESULT (*NAME)(__VA_ARGS__) = nullptr;
  WEBGPU_FUNCTIONS(WEBGPU_MEMBER)
#undef WEBGPU_MEMBER

  /** Loads the library and finds every function; empty where all were found, otherwise what is missing. */
  std::string load(const std::string& path);
};

}  // namespace gpu
