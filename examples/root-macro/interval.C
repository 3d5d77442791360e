// A macro of ROOT: histograms "signal", "background" and "observed" of a file, interval of the signal strength mu by libfairu.
//
//   root -l -b -q 'interval.C("histograms.root")'
//
// ROOT finds header and library after `make install` into a prefix of the system, or with
//   export ROOT_INCLUDE_PATH=PREFIX/include LD_LIBRARY_PATH=PREFIX/lib
#include <cmath>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <TFile.h>
#include <TH1.h>

#include <fairu/fairu.h>

R__LOAD_LIBRARY(libfairu)

namespace
{

void check(int status, fairu_context *ctx)
{
  if (status != FAIRU_OK)
    throw std::runtime_error(std::string(fairu_status_name(status)) + ": " +
                             (ctx ? fairu_context_message(ctx) : ""));
}

// Contents without underflow and overflow, behind those of the histograms before.
std::size_t append(TFile &file, const char *name, std::vector<double> &contents)
{
  auto *histogram = file.Get<TH1>(name);
  if (!histogram)
    throw std::runtime_error(std::string("no histogram '") + name + "'");
  const int n = histogram->GetNbinsX();
  for (int bin = 1; bin <= n; bin++)
    contents.push_back(histogram->GetBinContent(bin));
  return static_cast<std::size_t>(n);
}

// What is made on the way, freed whatever happens.
struct Objects {
  fairu_context *ctx = nullptr;
  fairu_grid *grid = nullptr;
  fairu_templates *templates = nullptr;
  fairu_likelihood *model = nullptr;
  fairu_data *data = nullptr;

  ~Objects()
  {
    fairu_data_destroy(data);
    fairu_likelihood_destroy(model);
    fairu_templates_destroy(templates);
    fairu_grid_destroy(grid);
    fairu_context_destroy(ctx);
  }
};

fairu_interval interval_of(const std::vector<double> &yields, const std::vector<double> &observed)
{
  static const char *const processes[] = { "signal", "background" };
  const fairu_factor mu = { "mu", "signal", 1.0, -INFINITY, INFINITY };
  Objects o;
  check(fairu_context_create(nullptr, &o.ctx), nullptr);
  fairu_likelihood_options options;
  check(fairu_likelihood_options_init(&options, sizeof options), o.ctx);
  options.factors = &mu;
  options.n_factors = 1;
  check(fairu_grid_create(o.ctx, nullptr, 0, nullptr, 0, &o.grid), o.ctx);
  check(fairu_templates_create(o.ctx, o.grid, processes, 2, observed.size(), yields.data(), nullptr,
                               FAIRU_INTERPOLATION_LOG, &o.templates),
        o.ctx);
  check(fairu_likelihood_create(o.ctx, o.templates, &options, &o.model), o.ctx);
  check(fairu_data_create(o.ctx, o.model, &o.data), o.ctx);
  check(fairu_data_set_observed(o.data, o.ctx, observed.data(), observed.size()), o.ctx);
  fairu_interval result = {};
  result.struct_size = sizeof result;
  check(fairu_likelihood_interval(o.model, o.ctx, o.data, nullptr, &result, nullptr, nullptr, 1), o.ctx);
  return result;
}

} // namespace

int interval(const char *path)
{
  try {
    const std::unique_ptr<TFile> file(TFile::Open(path));
    if (!file || file->IsZombie())
      throw std::runtime_error(std::string("cannot open ") + path);
    std::vector<double> yields, observed;
    const std::size_t n = append(*file, "signal", yields);
    if (append(*file, "background", yields) != n || append(*file, "observed", observed) != n)
      throw std::runtime_error("the histograms do not have the same bins");
    const fairu_interval result = interval_of(yields, observed);
    std::printf("mu = %.4f, 68.3 %% interval [%.4f, %.4f]\n", result.best, result.lower, result.upper);
    return 0;
  } catch (const std::exception &problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
  }
}
