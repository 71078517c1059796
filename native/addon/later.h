// Work off the main thread that a Promise answers. What the work throws, for want of memory, becomes a rejection or an exception of
// JavaScript: nothing ends the process.
#pragma once

#include <functional>
#include <initializer_list>

#include "columns.h"

/** Does work at once; what it throws is thrown to JavaScript. */
void performNow(napi_env env, const std::function<void()>& work);

/** Does work later, on a thread of Node's; `kept` are values that must live until then. Gives the Promise of its end. */
napi_value performLater(napi_env env, const char* name, std::initializer_list<napi_value> kept, std::function<void()> work);
