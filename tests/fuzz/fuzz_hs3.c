/* Any bytes as a document of HS3. What is read is, in pyhf's form, a workspace that is read again: a patch of no operations makes it
 * one; both have the same parameters and, at their start, the same value. */
#include "fuzz/likelihoods.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void hs3_patched(fairu_context *ctx, const fuzz_likelihood *m)
{
  fuzz_likelihood other = { .options = m->options };
  fuzz_must(fairu_workspace_patch(m->workspace, ctx, "[]", 2, "nothing", &other.workspace) == FAIRU_OK);
  fuzz_likelihood_make(ctx, &other);
  fuzz_must((other.likelihood != NULL) == (m->likelihood != NULL));
  fuzz_must((other.data != NULL) == (m->data != NULL));
  if (m->data) {
    const double a = fuzz_likelihood_value(ctx, m), b = fuzz_likelihood_value(ctx, &other);
    fuzz_must(memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b)));
  }
  fuzz_likelihood_clear(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fuzz_likelihood m;
  fuzz_choice choice;
  int chosen;
  fairu_context *ctx = fuzz_workspace_begin(&m, &choice, bytes, size, &chosen);
  if (m.workspace && !fuzz_word(&choice.words, 'l')) {
    fuzz_likelihood_use(ctx, &m, chosen);
    hs3_patched(ctx, &m);
  }
  return fuzz_workspace_end(ctx, &m);
}
