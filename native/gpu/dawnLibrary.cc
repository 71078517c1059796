#include "dawnLibrary.h"

#include <dlfcn.h>

namespace gpu {
namespace {

// Node and Dawn carry different versions of the same C++ library, and Linux would let Dawn call into Node's: a library must
// prefer its own functions. On a Mac it does so anyway.
#ifdef RTLD_DEEPBIND
const int LOADING = RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND;
#else
const int LOADING = RTLD_NOW | RTLD_LOCAL;
#endif

}  // namespace

std::string DawnLibrary::load(const std::string& path) {
  // Never closed again: Dawn keeps threads of its own, which would run on in memory that is gone
  void* library = dlopen(path.c_str(), LOADING);
  if (!library) {
    const char* reason = dlerror();
    return std::string("the library cannot be loaded: ") + (reason ? reason : path);
  }
#define WEBGPU_FIND(RESULT, NAME, ...)                                   \
  NAME = reinterpret_cast<decltype(NAME)>(dlsym(library, "wgpu" #NAME)); \
  if (!NAME) return "the library has no function wgpu" #NAME;
  WEBGPU_FUNCTIONS(WEBGPU_FIND)
#undef WEBGPU_FIND
  return {};
}

}  // namespace gpu
