// An event loop on many threads: one model that all share, one context for each worker, one event at a time; then templates from all
// events in one call of libfairu, whose chunks the framework's own scheduler runs. Both give the bits that one thread gives.
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

#include "handles.h"
#include "scheduler.h"

namespace
{

constexpr std::size_t n_features = 2;
const char *const features[n_features] = { "x", "y" };
const char *const nuisances[1] = { "scale" };

// Dense network 3-16-1 with x, y and Z as inputs. In an analysis: fairu_classifier_load or fairu_classifier_import.
Handle<fairu_classifier> make_model(fairu_context *ctx)
{
  constexpr std::size_t width = 16;
  std::vector<float> first(3 * width), last(width), bias(width);
  for (std::size_t i = 0; i < first.size(); i++)
    first[i] = std::sin(1.0F + static_cast<float>(i));
  for (std::size_t i = 0; i < width; i++)
    last[i] = bias[i] = std::cos(static_cast<float>(i));
  const fairu_layer layers[2] = { { 3, width, FAIRU_ACTIVATION_TANH, first.data(), bias.data() },
                                  { width, 1, FAIRU_ACTIVATION_SIGMOID, last.data(), bias.data() } };
  fairu_network_options options;
  check(fairu_network_options_init(&options, sizeof options), ctx);
  options.features = features;
  options.n_features = n_features;
  options.nuisances = nuisances;
  options.n_nuisances = 1;
  return make<fairu_classifier>(fairu_classifier_create_network, ctx, &options, layers, std::size_t{ 2 });
}

struct Event {
  float x[n_features];
  double z; // what the calibration says of the run it is from
};

Event read_event(std::size_t i)
{
  return { { static_cast<float>(i % 201) / 100.0F - 1.0F, static_cast<float>(i % 307) / 153.0F - 1.0F },
           0.95 + 0.001 * static_cast<double>(i / 1000 % 100) };
}

// What one worker needs; made at its first event, kept for the next.
struct Worker {
  Handle<fairu_context> ctx;
  std::uint64_t events = 0;
};

float process(const fairu_classifier *model, Worker &worker, const Event &event)
{
  if (!worker.ctx)
    worker.ctx = make_context();
  float score = 0.0F;
  check(fairu_classifier_score_event(model, worker.ctx.get(), event.x, n_features, &event.z, 1,
                                     FAIRU_OUTPUT_SCORE, &score),
        worker.ctx.get());
  worker.events++;
  return score;
}

std::vector<float> event_loop(const fairu_classifier *model, Scheduler &scheduler,
                              std::vector<Worker> &workers, std::size_t n)
{
  constexpr std::size_t grain = 500; // a framework schedules events or slices of them, as it likes
  std::vector<float> scores(n);
  scheduler.for_each((n + grain - 1) / grain, [&](std::size_t slice) {
    Worker &worker = workers[scheduler.slot()];
    for (std::size_t i = slice * grain; i < n && i < (slice + 1) * grain; i++)
      scores[i] = process(model, worker, read_event(i));
  });
  return scores;
}

// ---- large calls on the framework's scheduler

struct Hook {
  Scheduler *scheduler;
  std::size_t chunks;
};

// A fairu_executor_fn. No exception may leave it; a chunk that returns non-zero makes the others superfluous.
int run_chunks(std::size_t n_chunks, fairu_task_fn task, void *task_data, void *user_data)
{
  auto *hook = static_cast<Hook *>(user_data);
  hook->chunks += n_chunks;
  try {
    std::atomic<bool> enough{ false };
    hook->scheduler->for_each(n_chunks, [&](std::size_t chunk) {
      if (!enough && task(chunk, task_data) != 0)
        enough = true;
    });
    return 0;
  } catch (...) {
    return 1;
  }
}

Handle<fairu_events> make_table(fairu_context *ctx, std::size_t n)
{
  auto table = make<fairu_events>(fairu_events_create, ctx, n, n_features, features);
  for (std::size_t column = 0; column < n_features; column++) {
    float *values = nullptr;
    check(fairu_events_column_data(table.get(), ctx, column, &values), ctx);
    for (std::size_t i = 0; i < n; i++)
      values[i] = read_event(i).x[column];
  }
  return table;
}

Handle<fairu_systematics> make_systematics(fairu_context *ctx)
{
  fairu_nuisance scale;
  check(fairu_nuisance_init(&scale, sizeof scale), ctx);
  scale.name = nuisances[0];
  scale.nominal = 1.0;
  scale.width = 0.05;
  auto systematics = make<fairu_systematics>(fairu_systematics_create, ctx, &scale, std::size_t{ 1 });
  check(fairu_systematics_add_scale(systematics.get(), ctx, nuisances[0], features, 1), ctx);
  return systematics;
}

// Yields at five values of Z, in one call.
std::vector<double> make_yields(const fairu_classifier *model, fairu_context *ctx, std::size_t n)
{
  static const double knots[5] = { 0.9, 0.95, 1.0, 1.05, 1.1 };
  static const char *const processes[1] = { "signal" };
  constexpr std::size_t n_bins = 10;
  const fairu_axis axis = { nuisances[0], knots, 5, 1.0 };
  const auto grid =
      make<fairu_grid>(fairu_grid_create, ctx, &axis, std::size_t{ 1 }, nullptr, std::size_t{ 0 });
  const auto binning = make<fairu_binning>(fairu_binning_create_uniform, ctx, n_bins);
  const auto systematics = make_systematics(ctx);
  const auto table = make_table(ctx, n);
  const auto fill =
      make<fairu_fill>(fairu_fill_create, ctx, grid.get(), binning.get(), processes, std::size_t{ 1 });
  fairu_fill_options options;
  check(fairu_fill_options_init(&options, sizeof options), ctx);
  options.classifier = model;
  options.systematics = systematics.get();
  options.scale = 0.1;
  check(fairu_fill_add(fill.get(), ctx, processes[0], table.get(), &options), ctx);
  const auto templates = make<fairu_templates>(fairu_templates_create_from_fill, ctx, fill.get(),
                                               int{ FAIRU_INTERPOLATION_LINEAR });
  std::vector<double> yields;
  for (std::size_t point = 0; point < 5; point++) {
    const double *at = fairu_templates_yields(templates.get(), 0, point);
    yields.insert(yields.end(), at, at + n_bins);
  }
  return yields;
}

int run(std::size_t n, int n_workers)
{
  const auto ctx = make_context();
  const auto model = make_model(ctx.get());
  Scheduler scheduler(n_workers);
  std::vector<Worker> workers(static_cast<std::size_t>(n_workers));

  const auto scores = event_loop(model.get(), scheduler, workers, n);
  Worker alone;
  bool same = true;
  for (std::size_t i = 0; i < n; i++)
    same = same && scores[i] == process(model.get(), alone, read_event(i));
  std::uint64_t events = 0;
  for (const Worker &worker : workers)
    events += worker.events;
  std::printf("%s, %d workers: %llu events, %s\n", Scheduler::name(), n_workers,
              static_cast<unsigned long long>(events),
              same ? "same scores as one thread" : "other scores than one thread");

  const auto serial = make_yields(model.get(), ctx.get(), n);
  Hook hook = { &scheduler, 0 };
  check(fairu_context_set_executor(ctx.get(), run_chunks, &hook), ctx.get());
  const bool same_yields = serial == make_yields(model.get(), ctx.get(), n);
  std::printf("templates: %s of libfairu by the framework's workers, %s\n",
              hook.chunks > 1 ? "chunks" : "no chunks",
              same_yields ? "same yields as one thread" : "other yields than one thread");
  return same && same_yields && events == n && hook.chunks > 1 ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
  try {
    return run(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100000, argc > 2 ? std::atoi(argv[2]) : 4);
  } catch (const std::exception &problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
  }
}
