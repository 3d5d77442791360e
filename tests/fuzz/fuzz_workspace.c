/* Any bytes as a workspace of pyhf's form; see likelihoods.h for what it has to do. 'w' in the options: it is called wrongly, too. */
#include "fuzz/likelihoods.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* A caller's mistakes are told. */
static void workspace_misused(fairu_context *ctx, const fuzz_likelihood *m)
{
  fairu_workspace *workspace = NULL;
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  fairu_model *model = NULL;
  fuzz_must(fairu_workspace_parse(ctx, NULL, 0, "fuzz", &workspace) == FAIRU_ERR_NULL && !workspace);
  fuzz_must(fairu_workspace_read(ctx, NULL, &workspace) == FAIRU_ERR_NULL && !workspace);
  fuzz_must(fairu_workspace_parse(ctx, "{}", 2, "fuzz", NULL) == FAIRU_ERR_NULL);
  fuzz_must(fairu_likelihood_create_from_workspace(ctx, NULL, NULL, &likelihood) == FAIRU_ERR_NULL);
  fuzz_must(fairu_likelihood_create_from_workspace(ctx, m->workspace, NULL, NULL) == FAIRU_ERR_NULL);
  fuzz_must(fairu_likelihood_create_from_workspace(NULL, m->workspace, NULL, &likelihood) == FAIRU_ERR_NULL);
  fuzz_must(fairu_model_create_from_workspace(ctx, m->workspace, NULL, NULL, NULL) == FAIRU_ERR_NULL);
  fuzz_must(fairu_model_create_from_workspace(ctx, NULL, NULL, NULL, &model) == FAIRU_ERR_NULL && !model);
  fuzz_must(fairu_data_create_from_workspace(ctx, NULL, m->likelihood, &data) == FAIRU_ERR_NULL);
  fuzz_must(fairu_data_create_from_workspace(ctx, m->workspace, NULL, &data) == FAIRU_ERR_NULL);
  fuzz_must(fairu_data_create_from_workspace(ctx, m->workspace, m->likelihood, NULL) == FAIRU_ERR_NULL);
  fuzz_must(!likelihood && !data && fairu_workspace_n_measurements(NULL) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fuzz_likelihood m = { 0 };
  fuzz_choice choice;
  size = fuzz_take_fault(bytes, size);
  const size_t begin = fuzz_take_options(&choice.words, bytes, size);
  const char *text = (const char *)bytes + begin;
  fairu_context *ctx = fuzz_context_of(&choice.words);
  m.options = begin > 0 ? fuzz_workspace_options(&choice) : NULL;
  FUZZ_LOAD(ctx, fairu_workspace_parse(ctx, text, size - begin, "fuzz", &m.workspace), m.workspace);
  if (m.workspace) {
    fuzz_measurements(m.workspace);
    fuzz_likelihood_use(ctx, &m, !fuzz_word(&choice.words, 'l') && fuzz_chosen(bytes, size));
  }
  if (m.workspace && fuzz_word(&choice.words, 'w'))
    workspace_misused(ctx, &m);
  fuzz_likelihood_clear(&m);
  fairu_context_destroy(ctx);
  return 0;
}
