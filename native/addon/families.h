// The families of kernels; each offers its operations and functions to JavaScript.
#pragma once

#include "columns.h"

void registerEuropean(napi_env env, napi_value exports);
void registerAmerican(napi_env env, napi_value exports);
void registerScenario(napi_env env, napi_value exports);
