/* NULL, one pointer at a time: models built call by call. */
#include "abi/null.h"
#include "likelihood/channel_model.h"

static void making_rows(null_test *t, fairu_model *m)
{
  fairu_context *ctx = t->w.ctx;
  size_t *size = &t->out.size;
  fairu_parameter_options options;
  ANSWERS(fairu_parameter_options_init(NULL, sizeof options) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_parameter_options_init(&options, sizeof options), FAIRU_OK);
  NO_OBJECT_CTX(fairu_model_create(NULL, OUT(fairu_model)));
  REFUSES(fairu_model_create(ctx, NULL));
  IGNORES(fairu_model_destroy(NULL));
  REFUSES(fairu_model_add_parameter(NULL, ctx, "a", &options, size));
  REFUSES_CTX(fairu_model_add_parameter(m, NULL, "a", &options, size));
  REFUSES(fairu_model_add_parameter(m, ctx, NULL, &options, size));
  ANSWERS(fairu_model_add_parameter(m, ctx, "a", NULL, size) == FAIRU_OK);
  ANSWERS(fairu_model_add_parameter(m, ctx, "b", &options, NULL) == FAIRU_OK);
  REFUSES(fairu_model_add_channel(NULL, ctx, "c", 2, size));
  REFUSES_CTX(fairu_model_add_channel(m, NULL, "c", 2, size));
  REFUSES(fairu_model_add_channel(m, ctx, NULL, 2, size));
  ANSWERS(fairu_model_add_channel(m, ctx, "c", 2, NULL) == FAIRU_OK);
  REFUSES(fairu_model_add_sample(NULL, ctx, 2, "s", world_weights, 2, size));
  REFUSES_CTX(fairu_model_add_sample(m, NULL, 2, "s", world_weights, 2, size));
  REFUSES(fairu_model_add_sample(m, ctx, 2, NULL, world_weights, 2, size));
  REFUSES(fairu_model_add_sample(m, ctx, 2, "s", NULL, 2, size));
  ANSWERS(fairu_model_add_sample(m, ctx, 2, "s", world_weights, 2, NULL) == FAIRU_OK);
}

static void effect_rows(null_test *t, fairu_model *m)
{
  fairu_context *ctx = t->w.ctx;
  const double knots[4] = { 0.0, 1.0, 2.0, 3.0 };
  const size_t bins[3] = { CHANNEL_FREE, CHANNEL_FREE, CHANNEL_FREE };
  const double *y = world_weights;
  REFUSES(fairu_model_add_factor(NULL, ctx, 1, CHANNEL_MU));
  REFUSES_CTX(fairu_model_add_factor(m, NULL, 1, CHANNEL_MU));
  REFUSES(fairu_model_add_norm(NULL, ctx, 1, CHANNEL_ALPHA, 0.9, 1.1, FAIRU_CODE_4));
  REFUSES_CTX(fairu_model_add_norm(m, NULL, 1, CHANNEL_ALPHA, 0.9, 1.1, FAIRU_CODE_4));
  REFUSES(fairu_model_add_shift(NULL, ctx, 0, CHANNEL_ALPHA, y, y, 3, FAIRU_CODE_4P));
  REFUSES_CTX(fairu_model_add_shift(m, NULL, 0, CHANNEL_ALPHA, y, y, 3, FAIRU_CODE_4P));
  REFUSES(fairu_model_add_shift(m, ctx, 0, CHANNEL_ALPHA, NULL, y, 3, FAIRU_CODE_4P));
  REFUSES(fairu_model_add_shift(m, ctx, 0, CHANNEL_ALPHA, y, NULL, 3, FAIRU_CODE_4P));
  REFUSES(fairu_model_add_spline(NULL, ctx, 0, CHANNEL_ALPHA, knots, 4, 0.0, y, 2));
  REFUSES_CTX(fairu_model_add_spline(m, NULL, 0, CHANNEL_ALPHA, knots, 4, 0.0, y, 2));
  REFUSES(fairu_model_add_spline(m, ctx, 0, CHANNEL_ALPHA, NULL, 4, 0.0, y, 2));
  REFUSES(fairu_model_add_spline(m, ctx, 0, CHANNEL_ALPHA, knots, 4, 0.0, NULL, 2));
  REFUSES(fairu_model_add_bin_factors(NULL, ctx, 0, bins, 3));
  REFUSES_CTX(fairu_model_add_bin_factors(m, NULL, 0, bins, 3));
  REFUSES(fairu_model_add_bin_factors(m, ctx, 0, NULL, 3));
}

static void likelihood_rows(null_test *t, const fairu_model *m, const fairu_likelihood *lh)
{
  fairu_context *ctx = t->w.ctx;
  const double *p = channel_point;
  NO_OBJECT_CTX(fairu_likelihood_create_from_model(NULL, m, "mu", OUT(fairu_likelihood)));
  NO_OBJECT(fairu_likelihood_create_from_model(ctx, NULL, "mu", OUT(fairu_likelihood)));
  MAKES(fairu_likelihood_create_from_model(ctx, m, NULL, OUT(fairu_likelihood)), fairu_likelihood);
  REFUSES(fairu_likelihood_create_from_model(ctx, m, "mu", NULL));
  ANSWERS(fairu_likelihood_n_channels(NULL) == 0);
  ANSWERS(fairu_likelihood_channel_name(NULL, 0) == NULL);
  ANSWERS(fairu_likelihood_channel_n_bins(NULL, 0) == 0);
  ANSWERS(fairu_likelihood_channel_first_bin(NULL, 0) == 0);
  ANSWERS(fairu_likelihood_n_samples(NULL) == 0);
  ANSWERS(fairu_likelihood_sample_name(NULL, 0) == NULL);
  ANSWERS(fairu_likelihood_sample_channel(NULL, 0) == 0);
  REFUSES(fairu_likelihood_expected_sample(NULL, ctx, 0, p, CHANNEL_PARAMS, t->out.d));
  REFUSES_CTX(fairu_likelihood_expected_sample(lh, NULL, 0, p, CHANNEL_PARAMS, t->out.d));
  REFUSES(fairu_likelihood_expected_sample(lh, ctx, 0, NULL, CHANNEL_PARAMS, t->out.d));
  REFUSES(fairu_likelihood_expected_sample(lh, ctx, 0, p, CHANNEL_PARAMS, NULL));
}

static void all_rows(null_test *t)
{
  fairu_model *model = NULL;
  fairu_likelihood *likelihood = NULL;
  CHECK_OK(t->w.ctx, channel_model_create(t->w.ctx, &model));
  CHECK_OK(t->w.ctx, fairu_likelihood_create_from_model(t->w.ctx, model, "mu", &likelihood));
  null_reset(t);
  likelihood_rows(t, model, likelihood);
  effect_rows(t, model);
  making_rows(t, model);
  fairu_likelihood_destroy(likelihood);
  fairu_model_destroy(model);
}

int main(void)
{
  static const char *const names[] = { "model" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
