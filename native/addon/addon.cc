// The addon `pricing.node`: plain C Node-API, so that one binary serves every Node and Electron. JavaScript owns all memory.
#include "families.h"
#include "operation.h"
#include "pool.h"

NAPI_MODULE_INIT() {
  retainPool();
  napi_add_env_cleanup_hook(env, [](void*) { releasePool(); }, nullptr);
  registerOperations(env, exports);
  registerEuropean(env, exports);
  registerAmerican(env, exports);
  registerScenario(env, exports);
  return exports;
}
