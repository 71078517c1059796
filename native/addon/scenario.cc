// The scenario kernels as JavaScript sees them.
#include "families.h"

void registerScenario(napi_env, napi_value) {}
