#include "later.h"

#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

/** Work on its way. */
struct Later {
  std::function<void()> work;
  std::vector<napi_ref> kept;
  napi_async_work handle = nullptr;
  napi_deferred deferred = nullptr;
  std::string fault;
};

/** Why work failed; empty where it did not. */
std::string faultOf(const std::function<void()>& work) {
  try {
    work();
    return {};
  } catch (const std::exception& fault) {
    return std::string("the work failed: ") + fault.what();
  }
}

void performHere(napi_env, void* data) {
  Later* later = static_cast<Later*>(data);
  later->fault = faultOf(later->work);
}

/** Answers the Promise and lets go of everything. */
void settle(napi_env env, std::unique_ptr<Later> later) {
  napi_value value, message;
  if (later->fault.empty()) {
    napi_get_undefined(env, &value);
    napi_resolve_deferred(env, later->deferred, value);
  } else {
    napi_create_string_utf8(env, later->fault.data(), later->fault.size(), &message);
    napi_create_error(env, nullptr, message, &value);
    napi_reject_deferred(env, later->deferred, value);
  }
  for (napi_ref kept : later->kept) napi_delete_reference(env, kept);
  if (later->handle) napi_delete_async_work(env, later->handle);
}

void answer(napi_env env, napi_status status, void* data) {
  std::unique_ptr<Later> later(static_cast<Later*>(data));
  if (status != napi_ok) later->fault = "the work was cancelled";
  settle(env, std::move(later));
}

bool keep(napi_env env, std::initializer_list<napi_value> values, Later* later) {
  for (napi_value value : values) {
    napi_ref reference;
    if (napi_create_reference(env, value, 1, &reference) != napi_ok) return false;
    later->kept.push_back(reference);
  }
  return true;
}

bool queue(napi_env env, const char* name, Later* later) {
  napi_value text;
  return napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &text) == napi_ok &&
         napi_create_async_work(env, nullptr, text, performHere, answer, later, &later->handle) == napi_ok &&
         napi_queue_async_work(env, later->handle) == napi_ok;
}

}  // namespace

void performNow(napi_env env, const std::function<void()>& work) {
  const std::string fault = faultOf(work);
  if (!fault.empty()) napi_throw_error(env, nullptr, fault.c_str());
}

napi_value performLater(napi_env env, const char* name, std::initializer_list<napi_value> kept, std::function<void()> work) {
  napi_value promise;
  std::unique_ptr<Later> later(new Later);
  later->work = std::move(work);
  if (napi_create_promise(env, &later->deferred, &promise) != napi_ok) return nullptr;
  if (keep(env, kept, later.get()) && queue(env, name, later.get())) {
    later.release();
    return promise;
  }
  later->fault = "Node takes no more work";
  settle(env, std::move(later));
  return promise;
}
