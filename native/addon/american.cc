// The American kernels as JavaScript sees them.
#include "families.h"

void registerAmerican(napi_env, napi_value) {}
