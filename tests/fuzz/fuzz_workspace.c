/* Any bytes as a workspace; what is read becomes a likelihood or is refused, and has a value where it starts. */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void workspace_evaluate(fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_data *data)
{
  const size_t n = fairu_likelihood_n_parameters(likelihood);
  double *start = calloc(n + 1, sizeof *start), *gradient = calloc(n + 1, sizeof *gradient), nll[2];
  fuzz_must(start && gradient);
  for (size_t i = 0; i < n; i++) {
    fairu_parameter parameter = { .struct_size = sizeof parameter };
    fuzz_must(fairu_likelihood_parameter(likelihood, ctx, i, &parameter) == FAIRU_OK);
    fuzz_must(parameter.start >= parameter.lower && parameter.start <= parameter.upper);
    start[i] = parameter.start;
  }
  const int status = fairu_likelihood_nll(likelihood, ctx, data, start, n, nll, gradient, NULL);
  fuzz_check(ctx, status, status == FAIRU_OK ? nll : NULL);
  free(start);
  free(gradient);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fairu_context *ctx = fuzz_context();
  fairu_workspace *workspace = NULL;
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  FUZZ_CHECK(ctx, fairu_workspace_parse(ctx, (const char *)bytes, size, "fuzz", &workspace), workspace);
  if (workspace)
    FUZZ_CHECK(ctx, fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &likelihood), likelihood);
  if (likelihood)
    FUZZ_CHECK(ctx, fairu_data_create_from_workspace(ctx, workspace, likelihood, &data), data);
  if (data)
    workspace_evaluate(ctx, likelihood, data);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  fairu_workspace_destroy(workspace);
  fairu_context_destroy(ctx);
  return 0;
}
