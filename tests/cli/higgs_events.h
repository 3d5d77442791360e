/* higgs_events.h - a small file with the columns of the HiggsML 2014 events, values made up, and what the study reads of it. */
#ifndef FAIRU_TESTS_CLI_HIGGS_EVENTS_H
#define FAIRU_TESTS_CLI_HIGGS_EVENTS_H

#include "support/support.h"

#include "cli/higgs.h"
#include "cli/toy_events.h"

/* Number k of event i between a and b. */
static inline double higgs_value(uint64_t i, uint64_t k, double a, double b)
{
  return a + (b - a) * toy_uniform(i + 1, k);
}

/* Every third event is signal. */
static inline int higgs_is_signal(uint64_t i)
{
  return i % 3 == 1;
}

static inline double higgs_weight(uint64_t i)
{
  return higgs_is_signal(i) ? 0.01 * (1.0 + (double)(i % 5)) : 1.0 + 0.5 * (double)(i % 4);
}

/* n events; those whose label is not in `labels` ("sb") are left out. */
static inline void higgs_write_csv(const char *path, size_t n, const char *labels)
{
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs("EventId,DER_mass_MMC", f);
  for (int k = 0; k < HIGGS_FEATURES; k++)
    fprintf(f, ",%s", higgs_features[k]);
  fputs(",Weight,Label,KaggleSet,KaggleWeight\n", f);
  for (uint64_t i = 0; i < n; i++) {
    const double up = higgs_is_signal(i) ? 1.0 : 0.0;
    if (!strchr(labels, up > 0.0 ? 's' : 'b'))
      continue;
    fprintf(f, "%d,-999.0", (int)(1000 + i));
    for (uint64_t k = 0; k < 12; k++)
      fprintf(f, ",%.3f", higgs_value(i, k, 10, 60) + 8 * up);
    fprintf(f, ",%.3f,%.3f,%.3f", higgs_value(i, 12, 20.5, 80) + 10 * up, higgs_value(i, 13, -2, 2),
            higgs_value(i, 14, -3, 3));
    fprintf(f, ",%.3f,%.3f,%.3f", higgs_value(i, 15, 27, 77), higgs_value(i, 16, -2, 2),
            higgs_value(i, 17, -3, 3));
    fprintf(f, ",%.3f,%.3f,%.3f", higgs_value(i, 18, 5, 60) + 10 * up, higgs_value(i, 19, -3, 3),
            higgs_value(i, 20, 100, 300));
    fputs(",0,-999.0,-999.0,-999.0,-999.0,-999.0,-999.0,0.0", f);
    fprintf(f, ",%.17g,%s,t,1.0\n", higgs_weight(i), up > 0.0 ? "s" : "b");
  }
  assert_int_equal(fclose(f), 0);
}

static inline void higgs_inputs_make(cli *c, size_t n, higgs_inputs *in)
{
  char path[512];
  support_path(path, sizeof path, "higgs.csv");
  higgs_write_csv(path, n, "sb");
  assert_int_equal(higgs_inputs_read(c, path, in), FAIRU_OK);
  remove(path);
}

/* logit = a (lepton and tau) + b: moves with the tau energy scale. */
static inline fairu_classifier *higgs_linear(cli *c, double a, double b)
{
  static const char *const features[3] = { "PRI_tau_pt", "PRI_lep_pt", "PRI_met" };
  const double weights[3] = { a, 0.5 * a, 0.7 * a };
  fairu_classifier *classifier;
  CHECK_OK(c->ctx, fairu_classifier_create_linear(c->ctx, features, weights, 3, b, &classifier));
  return classifier;
}

static int higgs_aware_score(const float *features, size_t n_events, size_t n_features, const double *z,
                             size_t n_nuisances, float *logits, void *user_data)
{
  (void)n_nuisances, (void)user_data;
  for (size_t i = 0; i < n_events; i++)
    logits[i] = (float)(0.08 * ((double)features[i * n_features] / z[0] +
                                0.5 * (double)features[i * n_features + 1]) -
                        5.0);
  return 0;
}

/* One that is told the scale. */
static inline fairu_classifier *higgs_aware(cli *c)
{
  static const char *const features[2] = { "PRI_tau_pt", "PRI_lep_pt" }, *const nuisances[1] = {
    HIGGS_NUISANCE
  };
  fairu_classifier *classifier;
  CHECK_OK(c->ctx, fairu_classifier_create_callback(c->ctx, features, 2, nuisances, 1, 1, higgs_aware_score,
                                                    NULL, &classifier));
  return classifier;
}

#endif /* FAIRU_TESTS_CLI_HIGGS_EVENTS_H */
