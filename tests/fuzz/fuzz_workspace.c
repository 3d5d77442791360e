/* Any bytes as a workspace of pyhf's form; see likelihoods.h for what it has to do. */
#include "fuzz/likelihoods.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fairu_context *ctx = fuzz_context();
  fuzz_likelihood m = { 0 };
  size = fuzz_take_fault(bytes, size);
  FUZZ_LOAD(ctx, fairu_workspace_parse(ctx, (const char *)bytes, size, "fuzz", &m.workspace), m.workspace);
  if (m.workspace)
    fuzz_likelihood_use(ctx, &m, fuzz_chosen(bytes, size));
  fuzz_likelihood_clear(&m);
  fairu_context_destroy(ctx);
  return 0;
}
