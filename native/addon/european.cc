// European options as JavaScript sees them.
#include "../kernels/europeanTable.h"

#include "families.h"
#include "operation.h"

void registerEuropean(napi_env, napi_value) {
}
