/* NULL, one pointer at a time: workspaces, patches, patch sets. */
#include "abi/null.h"
#include "abi/workspaces.h"

static void workspace_rows(null_test *t, const fairu_workspace *w, const fairu_likelihood *lh)
{
  fairu_context *ctx = t->w.ctx;
  fairu_workspace **out = OUT(fairu_workspace);
  fairu_model **model = OUT(fairu_model);
  const char *poi = NULL;
  fairu_workspace_options options;
  ANSWERS(fairu_workspace_options_init(NULL, sizeof options) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_workspace_options_init(&options, sizeof options), FAIRU_OK);
  NO_OBJECT_CTX(fairu_workspace_read(NULL, "w.json", out));
  NO_OBJECT(fairu_workspace_read(ctx, NULL, out));
  REFUSES(fairu_workspace_read(ctx, "w.json", NULL));
  NO_OBJECT_CTX(fairu_workspace_parse(NULL, "{}", 2, "w.json", out));
  NO_OBJECT(fairu_workspace_parse(ctx, NULL, 2, "w.json", out));
  NO_OBJECT(fairu_workspace_parse(ctx, "{}", 2, NULL, out));
  REFUSES(fairu_workspace_parse(ctx, "{}", 2, "w.json", NULL));
  IGNORES(fairu_workspace_destroy(NULL));
  ANSWERS(fairu_workspace_n_measurements(NULL) == 0);
  ANSWERS(fairu_workspace_measurement_name(NULL, 0) == NULL);
  ANSWERS(fairu_workspace_measurement_poi(NULL, 0) == NULL);
  NO_OBJECT(fairu_likelihood_create_from_workspace(ctx, NULL, &options, OUT(fairu_likelihood)));
  NO_OBJECT_CTX(fairu_likelihood_create_from_workspace(NULL, w, &options, OUT(fairu_likelihood)));
  MAKES(fairu_likelihood_create_from_workspace(ctx, w, NULL, OUT(fairu_likelihood)), fairu_likelihood);
  REFUSES(fairu_likelihood_create_from_workspace(ctx, w, &options, NULL));
  NO_OBJECT(fairu_model_create_from_workspace(ctx, NULL, &options, &poi, model));
  NO_OBJECT_CTX(fairu_model_create_from_workspace(NULL, w, &options, &poi, model));
  MAKES(fairu_model_create_from_workspace(ctx, w, NULL, &poi, model), fairu_model);
  REFUSES(fairu_model_create_from_workspace(ctx, w, &options, &poi, NULL));
  MAKES(fairu_model_create_from_workspace(ctx, w, &options, NULL, model), fairu_model);
  NO_OBJECT(fairu_data_create_from_workspace(ctx, NULL, lh, OUT(fairu_data)));
  NO_OBJECT_CTX(fairu_data_create_from_workspace(NULL, w, lh, OUT(fairu_data)));
  NO_OBJECT(fairu_data_create_from_workspace(ctx, w, NULL, OUT(fairu_data)));
  REFUSES(fairu_data_create_from_workspace(ctx, w, lh, NULL));
}

static void writing_rows(null_test *t, const fairu_likelihood *lh, const fairu_data *data)
{
  fairu_context *ctx = t->w.ctx;
  REFUSES_CTX(fairu_likelihood_write_workspace(lh, NULL, data, t->w.path, "m"));
  REFUSES(fairu_likelihood_write_workspace(lh, ctx, data, NULL, "m"));
  REFUSES(fairu_likelihood_write_workspace(NULL, ctx, data, t->w.path, "m"));
  REFUSES(fairu_likelihood_write_workspace(lh, ctx, NULL, t->w.path, "m"));
  REFUSES(fairu_likelihood_write_workspace(lh, ctx, data, t->w.path, NULL));
}

static void patch_rows(null_test *t, const fairu_workspace *w)
{
  fairu_context *ctx = t->w.ctx;
  fairu_workspace **out = OUT(fairu_workspace);
  NO_OBJECT(fairu_workspace_patch(NULL, ctx, "[]", 2, "p.json", out));
  NO_OBJECT_CTX(fairu_workspace_patch(w, NULL, "[]", 2, "p.json", out));
  NO_OBJECT(fairu_workspace_patch(w, ctx, NULL, 2, "p.json", out));
  NO_OBJECT(fairu_workspace_patch(w, ctx, "[]", 2, NULL, out));
  REFUSES(fairu_workspace_patch(w, ctx, "[]", 2, "p.json", NULL));
  NO_OBJECT(fairu_workspace_patch_file(NULL, ctx, "p.json", out));
  NO_OBJECT_CTX(fairu_workspace_patch_file(w, NULL, "p.json", out));
  NO_OBJECT(fairu_workspace_patch_file(w, ctx, NULL, out));
  REFUSES(fairu_workspace_patch_file(w, ctx, "p.json", NULL));
}

static void patchset_rows(null_test *t, const fairu_patchset *p, const fairu_workspace *w)
{
  fairu_context *ctx = t->w.ctx;
  const char *const values[1] = { "1300" };
  NO_OBJECT_CTX(fairu_patchset_read(NULL, "p.json", OUT(fairu_patchset)));
  NO_OBJECT(fairu_patchset_read(ctx, NULL, OUT(fairu_patchset)));
  REFUSES(fairu_patchset_read(ctx, "p.json", NULL));
  IGNORES(fairu_patchset_destroy(NULL));
  ANSWERS(fairu_patchset_n_patches(NULL) == 0);
  ANSWERS(fairu_patchset_patch_name(NULL, 0) == NULL);
  REFUSES(fairu_patchset_verify(NULL, ctx, w));
  REFUSES_CTX(fairu_patchset_verify(p, NULL, w));
  REFUSES(fairu_patchset_verify(p, ctx, NULL));
  NO_OBJECT(fairu_patchset_apply(NULL, ctx, w, "a", OUT(fairu_workspace)));
  NO_OBJECT_CTX(fairu_patchset_apply(p, NULL, w, "a", OUT(fairu_workspace)));
  NO_OBJECT(fairu_patchset_apply(p, ctx, NULL, "a", OUT(fairu_workspace)));
  NO_OBJECT(fairu_patchset_apply(p, ctx, w, NULL, OUT(fairu_workspace)));
  REFUSES(fairu_patchset_apply(p, ctx, w, "a", NULL));
  REFUSES(fairu_patchset_find(NULL, ctx, values, 1, &t->out.size));
  REFUSES_CTX(fairu_patchset_find(p, NULL, values, 1, &t->out.size));
  REFUSES(fairu_patchset_find(p, ctx, NULL, 1, &t->out.size));
  REFUSES(fairu_patchset_find(p, ctx, values, 1, NULL));
}

static void all_rows(null_test *t)
{
  fairu_workspace *workspace = NULL;
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  fairu_patchset *patchset = NULL;
  CHECK_OK(t->w.ctx, abi_workspace(t->w.ctx, &workspace));
  CHECK_OK(t->w.ctx, fairu_likelihood_create_from_workspace(t->w.ctx, workspace, NULL, &likelihood));
  CHECK_OK(t->w.ctx, fairu_data_create_from_workspace(t->w.ctx, workspace, likelihood, &data));
  CHECK_OK(t->w.ctx, abi_patchset(t->w.ctx, &patchset));
  null_reset(t);
  workspace_rows(t, workspace, likelihood);
  writing_rows(t, likelihood, data);
  patch_rows(t, workspace);
  patchset_rows(t, patchset, workspace);
  fairu_patchset_destroy(patchset);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  fairu_workspace_destroy(workspace);
}

int main(void)
{
  static const char *const names[] = { "histfactory" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
