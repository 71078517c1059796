// The one door to a graphics processor: open it, run a program on it, close it. Whoever wants another library than Dawn
// writes another ComputeDevice; nothing else here knows what lies behind. A device is used by one thread only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gpu {

using Milliseconds = std::chrono::milliseconds;

/** What a device says of itself. */
struct DeviceFacts {
  std::string name;
  std::string vendor;
  /** The interface behind WebGPU: Metal, Vulkan and so on. */
  std::string backend;
  /** A processor that only plays a graphics processor. */
  bool isSoftware = false;
  /** There is no device to open, which is nobody's fault. */
  bool isAbsent = false;
};

/** The entry points of options.wgsl. */
enum class Program { greeks = 0, scenarios = 1 };

/** The uniform of options.wgsl, in its order. */
struct Shape {
  uint32_t count = 0;
  /** Written by the device: invocations in one row of the dispatch. */
  uint32_t row = 0;
  uint32_t legs = 0;
  uint32_t spots = 0;
  uint32_t factors = 0;
  uint32_t times = 0;
  uint32_t unused[2] = {0, 0};
};

/** One run of a program: what goes in, and how many numbers come out. */
struct Work {
  Program program = Program::greeks;
  Shape shape;
  std::vector<float> source;
  size_t answers = 0;
};

/** A graphics processor. Every answer is empty where all went well, and otherwise says in a sentence what did not. */
class ComputeDevice {
 public:
  virtual ~ComputeDevice() = default;
  /** Takes the first adapter and compiles the shader for it. */
  virtual std::string open(const std::string& shader, Milliseconds patience, DeviceFacts& facts) = 0;
  /** Runs a program and copies its answers out. After an error the device is not asked again. */
  virtual std::string run(Work& work, Milliseconds patience, std::vector<float>& answer) = 0;
  /** Loses the device as a driver that falls over would, for drills. */
  virtual void lose() = 0;
};

/** A device behind a library that speaks the C interface of WebGPU, as Dawn does; the library is loaded when opened. */
std::unique_ptr<ComputeDevice> createDawnDevice(const std::string& libraryPath);

}  // namespace gpu
