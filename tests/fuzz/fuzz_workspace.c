/* Any bytes as a workspace of pyhf's form; see likelihoods.h for what it has to do. 'w' in the options: it is called wrongly, too. */
#include "fuzz/likelihoods.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void workspace_wrong_names(fairu_context *ctx, const fairu_workspace *workspace)
{
  static const char *const names[1] = { NULL };
  fairu_model *model = NULL;
  fairu_workspace_options options;
  fuzz_must(fairu_workspace_options_init(&options, sizeof options) == FAIRU_OK);
  options.n_two_points = 1;
  FUZZ_WRONG(fairu_model_create_from_workspace(ctx, workspace, &options, NULL, &model));
  options.two_points = names;
  FUZZ_WRONG(fairu_model_create_from_workspace(ctx, workspace, &options, NULL, &model));
  options.struct_size = 1;
  fuzz_must(fairu_model_create_from_workspace(ctx, workspace, &options, NULL, &model) != FAIRU_OK && !model);
}

/* A caller's mistakes are told. */
static void workspace_misused(fairu_context *ctx, const fuzz_likelihood *m)
{
  fairu_workspace *workspace = NULL;
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  fairu_model *model = NULL;
  FUZZ_WRONG(fairu_workspace_parse(ctx, NULL, 0, "fuzz", &workspace));
  FUZZ_WRONG(fairu_workspace_read(ctx, NULL, &workspace));
  FUZZ_WRONG(fairu_workspace_read(ctx, "fuzz", NULL));
  FUZZ_WRONG(fairu_workspace_parse(ctx, "{}", 2, "fuzz", NULL));
  FUZZ_WRONG(fairu_likelihood_create_from_workspace(ctx, NULL, NULL, &likelihood));
  FUZZ_WRONG(fairu_likelihood_create_from_workspace(ctx, m->workspace, NULL, NULL));
  FUZZ_WRONG(fairu_likelihood_create_from_workspace(NULL, m->workspace, NULL, &likelihood));
  FUZZ_WRONG(fairu_model_create_from_workspace(ctx, m->workspace, NULL, NULL, NULL));
  FUZZ_WRONG(fairu_model_create_from_workspace(ctx, NULL, NULL, NULL, &model));
  FUZZ_WRONG(fairu_data_create_from_workspace(ctx, NULL, m->likelihood, &data));
  FUZZ_WRONG(fairu_data_create_from_workspace(ctx, m->workspace, NULL, &data));
  FUZZ_WRONG(fairu_data_create_from_workspace(NULL, m->workspace, m->likelihood, &data));
  FUZZ_WRONG(fairu_data_create_from_workspace(ctx, m->workspace, m->likelihood, NULL));
  if (m->likelihood) /* else that is told first */
    workspace_wrong_names(ctx, m->workspace);
  fuzz_must(!likelihood && !data && fairu_workspace_n_measurements(NULL) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fuzz_likelihood m;
  fuzz_choice choice;
  int chosen;
  fairu_context *ctx = fuzz_workspace_begin(&m, &choice, bytes, size, &chosen);
  if (m.workspace)
    fuzz_likelihood_use(ctx, &m, chosen);
  if (m.workspace && fuzz_word(&choice.words, 'w'))
    workspace_misused(ctx, &m);
  return fuzz_workspace_end(ctx, &m);
}
