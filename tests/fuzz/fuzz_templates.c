/* Any bytes as a file of templates, or as its body; what loads must evaluate, and be the same when saved and loaded. */
#include "fuzz/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void templates_evaluate(fairu_context *ctx, const fairu_templates *t)
{
  const size_t n_axes = fairu_templates_n_axes(t);
  const size_t n = fairu_templates_n_processes(t) * fairu_templates_n_bins(t);
  double *z = calloc(n_axes + 1, sizeof *z);
  double *nu = calloc(n * (1 + n_axes + n_axes * n_axes) + 1, sizeof *nu);
  fuzz_must(z && nu);
  for (size_t k = 0; k < n_axes; k++) {
    fairu_axis axis;
    fuzz_must(fairu_grid_axis(fairu_templates_grid(t), ctx, k, &axis) == FAIRU_OK);
    z[k] = 0.5 * axis.knots[0] + 0.5 * axis.knots[axis.n_knots - 1];
  }
  double *first = nu + n, *second = nu + n + n_axes * n;
  int status = fairu_templates_evaluate(t, ctx, z, n_axes, nu, first, second);
  fuzz_check(ctx, status, status == FAIRU_OK ? nu : NULL);
  status = fairu_templates_evaluate_variance(t, ctx, z, n_axes, nu, first, second);
  fuzz_check(ctx, status, status == FAIRU_OK ? nu : NULL);
  free(z);
  free(nu);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'T', 'P', 'L' };
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  fairu_templates *t = NULL;
  fuzz_file file;
  fuzz_open_packed(&file, magic, bytes, size);
  FUZZ_LOAD(ctx, fairu_templates_load(ctx, file.path, &t), t);
  fuzz_close(&file);
  if (t)
    templates_evaluate(ctx, t);
  if (t && !fuzz_word(&words, 'l') && fuzz_chosen(bytes, size))
    FUZZ_AGAIN(ctx, fairu_templates, fairu_templates_save, fairu_templates_load, fairu_templates_destroy, t);
  fairu_templates_destroy(t);
  fairu_context_destroy(ctx);
  return 0;
}
