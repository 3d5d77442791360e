/* cc minimal.c $(pkg-config --cflags --libs fairu) && ./a.out */
#include <fairu/fairu.h>
#include <math.h>
#include <stdio.h>

static const char *const processes[] = { "signal", "background" };
static const double yields[] = { 2, 5, 9, /* signal in three bins */ 50, 30, 10 /* background */ };
static const double observed[] = { 52, 37, 18 };
static const fairu_factor mu = { "mu", "signal", 1.0, -INFINITY, INFINITY };

int main(void)
{
  fairu_context *ctx = NULL;
  fairu_grid *grid = NULL;
  fairu_templates *templates = NULL;
  fairu_likelihood *model = NULL;
  fairu_data *data = NULL;
  fairu_likelihood_options options;
  fairu_interval interval = { .struct_size = sizeof interval };
  int failed = fairu_context_create(NULL, &ctx) || fairu_likelihood_options_init(&options, sizeof options);
  options.factors = &mu;
  options.n_factors = 1;
  failed =
      failed || fairu_grid_create(ctx, NULL, 0, NULL, 0, &grid) || /* no nuisance parameter */
      fairu_templates_create(ctx, grid, processes, 2, 3, yields, NULL, FAIRU_INTERPOLATION_LOG, &templates) ||
      fairu_likelihood_create(ctx, templates, &options, &model) || fairu_data_create(ctx, model, &data) ||
      fairu_data_set_observed(data, ctx, observed, 3) ||
      fairu_likelihood_interval(model, ctx, data, NULL, &interval, NULL, NULL, 1);
  if (failed)
    fprintf(stderr, "%s\n", ctx ? fairu_context_message(ctx) : "no memory");
  else
    printf("mu = %.4f, 68.3 %% interval [%.4f, %.4f]\n", interval.best, interval.lower, interval.upper);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(model);
  fairu_templates_destroy(templates);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
  return failed;
}
