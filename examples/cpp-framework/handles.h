// Handles of libfairu that free themselves, and statuses that become exceptions.
#ifndef HANDLES_H
#define HANDLES_H

#include <memory>
#include <stdexcept>
#include <string>

#include <fairu/fairu.h>

struct Free {
  void operator()(fairu_context *p) const
  {
    fairu_context_destroy(p);
  }
  void operator()(fairu_classifier *p) const
  {
    fairu_classifier_destroy(p);
  }
  void operator()(fairu_systematics *p) const
  {
    fairu_systematics_destroy(p);
  }
  void operator()(fairu_events *p) const
  {
    fairu_events_destroy(p);
  }
  void operator()(fairu_grid *p) const
  {
    fairu_grid_destroy(p);
  }
  void operator()(fairu_binning *p) const
  {
    fairu_binning_destroy(p);
  }
  void operator()(fairu_fill *p) const
  {
    fairu_fill_destroy(p);
  }
  void operator()(fairu_templates *p) const
  {
    fairu_templates_destroy(p);
  }
};
template <class T> using Handle = std::unique_ptr<T, Free>;

inline void check(int status, fairu_context *ctx)
{
  if (status != FAIRU_OK)
    throw std::runtime_error(std::string(fairu_status_name(status)) + ": " +
                             (ctx ? fairu_context_message(ctx) : ""));
}

// make<T>(create, ctx, arguments...): the last argument of every creator is where the handle goes.
template <class T, class Create, class... Arguments>
Handle<T> make(Create create, fairu_context *ctx, Arguments... arguments)
{
  T *out = nullptr;
  check(create(ctx, arguments..., &out), ctx);
  return Handle<T>(out);
}

inline Handle<fairu_context> make_context()
{
  fairu_context *out = nullptr;
  check(fairu_context_create(nullptr, &out), nullptr);
  return Handle<fairu_context>(out);
}

#endif
