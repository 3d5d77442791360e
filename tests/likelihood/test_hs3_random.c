/* Random workspaces written as documents of HS3 by this test: read, they have the parameters and the likelihood of the definition. */
#include "plain_both.h"

enum { DOCUMENTS = 60 };

/* ---- written ------------------------------------------------------------------------------------------- */

static void put_components(plain_text *t, const char *name, size_t n)
{
  plain_print(t, ",\"parameters\":[");
  for (size_t b = 0; b < n; b++)
    plain_print(t, "%s\"%s_bin_%zu\"", b > 0 ? "," : "", name, b);
  plain_print(t, "]");
}

static void put_contents(plain_text *t, const char *key, const double *numbers, size_t n)
{
  plain_print(t, "\"%s\":{\"contents\":", key);
  plain_print_numbers(t, numbers, n);
  plain_print(t, "}");
}

static void put_shapesys(plain_text *t, const plain_sample *s, const plain_modifier *m, size_t n_bins)
{
  double relative[PLAIN_BINS];
  for (size_t b = 0; b < n_bins; b++)
    relative[b] = m->up[b] / s->yields[b];
  plain_print(t, ",\"constraint\":\"Poisson\",\"data\":{\"vals\":");
  plain_print_numbers(t, relative, n_bins);
  plain_print(t, "}");
}

/* `apart`: a parameter whose constraint stands among the distributions. */
static void put_modifier(plain_text *t, const plain_sample *s, const plain_modifier *m, size_t n_bins,
                         const char *apart)
{
  const char *constraint = apart && strcmp(m->name, apart) == 0 ? "" : ",\"constraint\":\"Gauss\"";
  const char *type = m->type == PLAIN_LUMI ? "normfactor" : plain_type_names[m->type];
  plain_print(t, "{\"type\":\"%s\",\"name\":\"any name\"", type);
  switch (m->type) {
  case PLAIN_LUMI:
    plain_print(t, ",\"parameter\":\"lumi\",\"constraint_name\":\"lumiConstraint\"");
    break;
  case PLAIN_NORMFACTOR:
    plain_print(t, ",\"parameter\":\"%s\"", m->name);
    break;
  case PLAIN_NORMSYS:
    plain_print(t, ",\"parameter\":\"%s\"%s", m->name, constraint);
    plain_print(t, ",\"data\":{\"hi\":%.17g,\"lo\":%.17g}", m->hi, m->lo);
    break;
  case PLAIN_HISTOSYS:
    plain_print(t, ",\"parameter\":\"%s\"%s,\"data\":{", m->name, constraint);
    put_contents(t, "hi", m->up, n_bins);
    plain_print(t, ",");
    put_contents(t, "lo", m->down, n_bins);
    plain_print(t, "}");
    break;
  case PLAIN_SHAPESYS:
    put_components(t, m->name, n_bins);
    put_shapesys(t, s, m, n_bins);
    break;
  case PLAIN_STATERROR:
    plain_print(t, ",\"constraint\":\"Gauss\"");
    put_components(t, m->name, n_bins);
    break;
  default:
    put_components(t, m->name, n_bins);
  }
  plain_print(t, "}");
}

static void put_sample(plain_text *t, const plain_sample *s, size_t n_bins, const char *apart)
{
  plain_print(t, "{\"name\":\"%s\",\"data\":{\"contents\":", s->name);
  plain_print_numbers(t, s->yields, n_bins);
  for (size_t i = 0; i < s->n_modifiers; i++)
    if (s->modifiers[i].type == PLAIN_STATERROR) {
      plain_print(t, ",\"errors\":");
      plain_print_numbers(t, s->modifiers[i].up, n_bins);
    }
  plain_print(t, "},\"modifiers\":[");
  for (size_t i = 0; i < s->n_modifiers; i++) {
    plain_print(t, i > 0 ? "," : "");
    put_modifier(t, s, &s->modifiers[i], n_bins, apart);
  }
  plain_print(t, "]}");
}

static void put_channels(plain_text *t, const plain_workspace *w, const char *apart)
{
  for (size_t c = 0; c < w->n_channels; c++) {
    const plain_channel *channel = &w->channels[c];
    plain_print(t, "{\"name\":\"%s\",\"type\":\"histfactory_dist\",\"axes\":[{\"name\":\"x\",\"min\":0,",
                channel->name);
    plain_print(t, "\"max\":%zu,\"nbins\":%zu}],\"samples\":[", channel->n_bins, channel->n_bins);
    for (size_t s = 0; s < channel->n_samples; s++) {
      plain_print(t, s > 0 ? "," : "");
      put_sample(t, &channel->samples[s], channel->n_bins, apart);
    }
    plain_print(t, "]},");
  }
}

static const plain_config *config_of(const plain_workspace *w, const char *name)
{
  for (size_t i = 0; i < w->n_configs; i++)
    if (strcmp(w->configs[i].name, name) == 0)
      return &w->configs[i];
  return NULL;
}

/* Constraints: that of the luminosity by its name; that of xs by the list of auxiliary distributions, its datum a number. */
static void put_constraints(plain_text *t, const plain_workspace *w, int has_xs)
{
  const plain_config *lumi = config_of(w, "lumi"), *xs = config_of(w, "xs");
  plain_print(
      t,
      "{\"name\":\"lumiConstraint\",\"type\":\"gaussian_dist\",\"x\":\"lumi\",\"mean\":\"nominalLumi\","
      "\"sigma\":%.17g}",
      lumi->sigma);
  if (has_xs)
    plain_print(
        t, ",{\"name\":\"xsConstraint\",\"type\":\"gaussian_dist\",\"x\":%.17g,\"mean\":\"xs\",\"sigma\":1}",
        xs->aux);
}

static void put_data(plain_text *t, const plain_workspace *w, int has_xs)
{
  plain_print(t, "],\"data\":[");
  for (size_t c = 0; c < w->n_channels; c++) {
    plain_print(t, "%s{\"name\":\"data of %s\",\"type\":\"binned\",", c > 0 ? "," : "", w->channels[c].name);
    plain_print(t, "\"axes\":[],\"contents\":");
    plain_print_numbers(t, w->channels[c].observed, w->channels[c].n_bins);
    plain_print(t, "}");
  }
  plain_print(t, "],\"likelihoods\":[{\"name\":\"L\",\"distributions\":[");
  for (size_t c = 0; c < w->n_channels; c++)
    plain_print(t, "%s\"%s\"", c > 0 ? "," : "", w->channels[c].name);
  plain_print(t, "],\"data\":[");
  for (size_t c = 0; c < w->n_channels; c++)
    plain_print(t, "%s\"data of %s\"", c > 0 ? "," : "", w->channels[c].name);
  plain_print(t, "]%s}]", has_xs ? ",\"aux_distributions\":[\"xsConstraint\"]" : "");
}

static void put_analysis(plain_text *t, const plain_workspace *w)
{
  const plain_config *lumi = config_of(w, "lumi"), *mu = config_of(w, "mu"), *xs = config_of(w, "xs");
  plain_print(t, ",\"domains\":[{\"name\":\"d\",\"type\":\"product_domain\",\"axes\":[{\"name\":\"lumi\",");
  plain_print(t, "\"min\":%.17g,\"max\":%.17g}", lumi->lower, lumi->upper);
  if (mu)
    plain_print(t, ",{\"name\":\"mu\",\"min\":%.17g,\"max\":%.17g}", mu->lower, mu->upper);
  plain_print(t, "]}],\"parameter_points\":[{\"name\":\"start\",\"parameters\":[{\"name\":\"nominalLumi\",");
  plain_print(t, "\"value\":%.17g,\"const\":true},{\"name\":\"lumi\",\"value\":%.17g}", lumi->aux,
              lumi->init);
  if (mu)
    plain_print(t, ",{\"name\":\"mu\",\"value\":%.17g}", mu->init);
  if (xs)
    plain_print(t, ",{\"name\":\"xs\",\"value\":0%s}", xs->fixed > 0 ? ",\"const\":true" : "");
  plain_print(
      t, "]}],\"analyses\":[{\"name\":\"fit\",\"likelihood\":\"L\",\"parameters_of_interest\":[\"mu\"],");
  plain_print(t, "\"domain\":\"d\",\"init\":\"start\"}]}");
}

static char *hs3_of(const plain_workspace *w, int has_xs)
{
  plain_text t = { (char *)malloc(PLAIN_TEXT), 0, PLAIN_TEXT };
  assert_non_null(t.text);
  plain_print(&t, "{\"metadata\":{\"hs3_version\":\"0.2\"},\"distributions\":[");
  put_channels(&t, w, has_xs ? "xs" : NULL);
  put_constraints(&t, w, has_xs);
  put_data(&t, w, has_xs);
  put_analysis(&t, w);
  return t.text;
}

/* ---- read ---------------------------------------------------------------------------------------------- */

/* HS3 ties constrained bins to one channel, and knows no parameter that nothing depends on. */
static void prepare(plain_workspace *w)
{
  for (size_t c = 0; c < w->n_channels; c++)
    for (size_t s = 0; s < w->channels[c].n_samples; s++)
      for (size_t i = 0; i < w->channels[c].samples[s].n_modifiers; i++) {
        plain_modifier *m = &w->channels[c].samples[s].modifiers[i];
        if (m->type == PLAIN_STATERROR)
          (void)snprintf(m->name, sizeof m->name, "%.8s stat", w->channels[c].name);
      }
}

/* The document of a plain workspace is read into p->made. */
static void open_hs3(both *p, uint64_t number)
{
  memset(p, 0, sizeof *p);
  plain_draw(&p->w, number, 3);
  prepare(&p->w);
  p->m = plain_model_of(&p->w, FAIRU_CODE_4, FAIRU_CODE_4P);
  p->made.ctx = support_context();
  char *text = hs3_of(&p->w, config_of(&p->w, "xs") && plain_find(p->m, "xs") != FAIRU_NONE);
  CHECK_OK(p->made.ctx, workspace_make(p->made.ctx, text, strlen(text), NULL, &p->made.workspace,
                                       &p->made.likelihood, &p->made.data));
  free(text);
}

static void parameters_are_those_of_the_definition(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < DOCUMENTS; k++) {
    both p;
    open_hs3(&p, k);
    assert_int_equal(fairu_likelihood_n_parameters(p.made.likelihood), p.m->n);
    for (size_t i = 0; i < p.m->n; i++) {
      const plain_parameter *wanted = &p.m->parameters[i];
      assert_string_equal(parameter_at(&p.made, i).name, wanted->name);
      assert_int_equal(parameter_at(&p.made, i).constraint, wanted->constraint);
      check_range(&p.made, wanted->name, wanted->start, wanted->lower, wanted->upper, wanted->fixed);
    }
    assert_string_equal(p.m->parameters[fairu_likelihood_poi_index(p.made.likelihood)].name, "mu");
    assert_string_equal(fairu_workspace_measurement_name(p.made.workspace, 0), "fit");
    both_close(&p);
  }
}

static void values_are_those_of_the_definition(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < DOCUMENTS; k++) {
    both p;
    open_hs3(&p, k);
    for (int point = 0; point < 3; point++) {
      double nll[2], nu[PLAIN_CHANNELS * PLAIN_BINS];
      quad wanted[PLAIN_CHANNELS * PLAIN_BINS];
      both_move(&p);
      plain_yields(p.m, p.t, wanted);
      CHECK_OK(p.made.ctx, fairu_likelihood_expected(p.made.likelihood, p.made.ctx, p.params, p.m->n, nu));
      for (size_t b = 0; b < p.m->n_bins; b++)
        CHECK_CLOSE(nu[b], (double)wanted[b], 1e-14);
      CHECK_OK(p.made.ctx, fairu_likelihood_nll(p.made.likelihood, p.made.ctx, p.made.data, p.params, p.m->n,
                                                nll, NULL, NULL));
      CHECK_CLOSE(nll[0] + nll[1], (double)plain_nll(p.m, p.t), 1e-13);
    }
    both_close(&p);
  }
}

/* Written in pyhf's form and read again it is the same: the formats meet in the model. */
static void written_in_the_other_form(void **state)
{
  (void)state;
  char path[512];
  support_path(path, sizeof path, "from_hs3.json");
  for (uint64_t k = 0; k < DOCUMENTS; k += 3) {
    both p;
    open_hs3(&p, k);
    made again = { .ctx = support_context() };
    CHECK_OK(p.made.ctx,
             fairu_likelihood_write_workspace(p.made.likelihood, p.made.ctx, p.made.data, path, "fit"));
    CHECK_OK(again.ctx, fairu_workspace_read(again.ctx, path, &again.workspace));
    CHECK_OK(again.ctx,
             fairu_likelihood_create_from_workspace(again.ctx, again.workspace, NULL, &again.likelihood));
    CHECK_OK(again.ctx,
             fairu_data_create_from_workspace(again.ctx, again.workspace, again.likelihood, &again.data));
    double nll[2];
    both_move(&p);
    for (size_t i = 0; i < p.m->n; i++)
      assert_string_equal(parameter_at(&again, i).name, p.m->parameters[i].name);
    CHECK_OK(again.ctx, fairu_likelihood_nll(again.likelihood, again.ctx, again.data, p.params, p.m->n, nll,
                                             NULL, NULL));
    CHECK_CLOSE(nll[0] + nll[1], (double)plain_nll(p.m, p.t), 1e-13);
    clear(&again);
    both_close(&p);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(parameters_are_those_of_the_definition),
    cmocka_unit_test(values_are_those_of_the_definition),
    cmocka_unit_test(written_in_the_other_form),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
