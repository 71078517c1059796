#include "columns.h"

#include <string>

namespace {

std::string sentence(const char* name, const char* rule) { return std::string(name) + " must be " + rule; }

bool readTyped(napi_env env, napi_value value, const char* name, napi_typedarray_type wanted, const char* rule, Column* column) {
  bool isTyped = false;
  napi_typedarray_type type;
  if (napi_is_typedarray(env, value, &isTyped) != napi_ok || !isTyped) return refuseType(env, name, rule);
  napi_status status =
      napi_get_typedarray_info(env, value, &type, &column->length, &column->values, &column->buffer, nullptr);
  if (status != napi_ok || type != wanted) return refuseType(env, name, rule);
  return true;
}

}  // namespace

bool readDoubles(napi_env env, napi_value value, const char* name, Column* column) {
  return readTyped(env, value, name, napi_float64_array, "a Float64Array", column);
}

bool readBytes(napi_env env, napi_value value, const char* name, Column* column) {
  return readTyped(env, value, name, napi_uint8_array, "a Uint8Array", column);
}

bool readCount(napi_env env, napi_value value, const char* name, size_t most, size_t* count) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok) return refuseType(env, name, "a number");
  if (!(number >= 0 && number <= static_cast<double>(most)) || number != static_cast<double>(static_cast<size_t>(number)))
    return refuseRange(env, name, ("a whole number from 0 to " + std::to_string(most)).c_str());
  *count = static_cast<size_t>(number);
  return true;
}

bool readArguments(napi_env env, napi_callback_info info, size_t count, napi_value* values) {
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, values, nullptr, nullptr) != napi_ok) return false;
  if (given >= count) return true;
  napi_throw_type_error(env, nullptr, ("there must be " + std::to_string(count) + " arguments").c_str());
  return false;
}

bool refuseType(napi_env env, const char* name, const char* rule) {
  napi_throw_type_error(env, nullptr, sentence(name, rule).c_str());
  return false;
}

bool refuseRange(napi_env env, const char* name, const char* rule) {
  napi_throw_range_error(env, nullptr, sentence(name, rule).c_str());
  return false;
}

void setFunction(napi_env env, napi_value object, const char* name, napi_callback function) {
  napi_value value;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value) == napi_ok)
    napi_set_named_property(env, object, name, value);
}
