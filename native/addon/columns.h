// What JavaScript gives: columns that it owns, and numbers. Whatever is not as it should be becomes a TypeError or RangeError
// that names the argument; the functions then return false, and the caller returns at once.
#pragma once

#ifndef NAPI_VERSION
#define NAPI_VERSION 8
#endif
#ifndef NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED
#define NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED
#endif
#include <node_api.h>

#include <cstddef>

/** A column of JavaScript: its elements, how many, and the buffer they lie in. */
struct Column {
  void* values;
  size_t length;
  napi_value buffer;
};

/** Reads a Float64Array. */
bool readDoubles(napi_env env, napi_value value, const char* name, Column* column);

/** Reads a Uint8Array. */
bool readBytes(napi_env env, napi_value value, const char* name, Column* column);

/** Reads a whole number from 0 to `most`. */
bool readCount(napi_env env, napi_value value, const char* name, size_t most, size_t* count);

/** Reads the arguments of a call; there must be `count` of them. */
bool readArguments(napi_env env, napi_callback_info info, size_t count, napi_value* values);

/** Throws a TypeError about an argument: "NAME must be RULE". Returns false. */
bool refuseType(napi_env env, const char* name, const char* rule);

/** Throws a RangeError about an argument: "NAME must be RULE". Returns false. */
bool refuseRange(napi_env env, const char* name, const char* rule);

/** Puts a function on an object. */
void setFunction(napi_env env, napi_value object, const char* name, napi_callback function);
