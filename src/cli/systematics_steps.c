/* systematics_steps.c - one object of "steps": fairu_systematics_add_<step> with its arguments by name. */
#include "systematics_config.h"

#include "config_fields.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(fields) (sizeof(fields) / sizeof *(fields))

/* Where a step is read. */
typedef struct reading {
  cli *c;
  const char *place;
  const json_t *object;
  fairu_systematics *systematics;
} reading;

static int take(const reading *r, const config_field *fields, size_t n)
{
  return config_read(r->c, r->place, r->object, "step", fields, n);
}

/* A reference that is not given is the nominal value. */
static int reference_of(const reading *r, const char *name, double *reference)
{
  fairu_nuisance nuisance = { .struct_size = sizeof nuisance };
  if (!isnan(*reference))
    return FAIRU_OK;
  *reference = 0.0; /* a name that is not there is found by the step itself */
  for (size_t i = 0; i < fairu_systematics_n_nuisances(r->systematics); i++) {
    const int status = fairu_systematics_nuisance(r->systematics, r->c->ctx, i, &nuisance);
    if (status != FAIRU_OK)
      return status;
    if (strcmp(nuisance.name, name) == 0)
      *reference = nuisance.nominal;
  }
  return FAIRU_OK;
}

static int add_rotation(const reading *r)
{
  const char *nuisance = NULL, *x = NULL, *y = NULL;
  double reference = (double)NAN;
  const config_field fields[] = {
    { "nuisance", CONFIG_TEXT, 1, &nuisance, NULL, 0 },
    { "x", CONFIG_TEXT, 1, &x, NULL, 0 },
    { "y", CONFIG_TEXT, 1, &y, NULL, 0 },
    { "reference", CONFIG_NUMBER, 0, &reference, NULL, 0 },
  };
  int status = take(r, fields, COUNT(fields));
  if (status == FAIRU_OK)
    status = reference_of(r, nuisance, &reference);
  return status == FAIRU_OK
             ? fairu_systematics_add_rotation(r->systematics, r->c->ctx, nuisance, x, y, reference)
             : status;
}

typedef int (*listed_fn)(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance,
                         const char *const *texts, size_t n);

/* Steps of a nuisance and a list of texts: what they do it to. */
static int add_listed(const reading *r, const char *list, listed_fn add)
{
  const char *nuisance = NULL;
  config_texts texts = { NULL, 0 };
  const config_field fields[] = {
    { "nuisance", CONFIG_TEXT, 1, &nuisance, NULL, 0 },
    { list, CONFIG_TEXTS, 1, &texts, NULL, 0 },
  };
  int status = take(r, fields, COUNT(fields));
  if (status == FAIRU_OK)
    status = add(r->systematics, r->c->ctx, nuisance, texts.items, texts.n);
  config_free(fields, COUNT(fields));
  return status;
}

static int add_scale(const reading *r)
{
  return add_listed(r, "columns", fairu_systematics_add_scale);
}

static int add_smearing(const reading *r)
{
  return add_listed(r, "columns", fairu_systematics_add_smearing);
}

static int add_weight_scale(const reading *r)
{
  return add_listed(r, "labels", fairu_systematics_add_weight_scale);
}

static int add_shift(const reading *r)
{
  const char *nuisance = NULL;
  config_texts columns = { NULL, 0 };
  config_numbers steps = { NULL, 0 };
  double reference = (double)NAN;
  const config_field fields[] = {
    { "nuisance", CONFIG_TEXT, 1, &nuisance, NULL, 0 },
    { "columns", CONFIG_TEXTS, 1, &columns, NULL, 0 },
    { "steps", CONFIG_NUMBERS, 1, &steps, NULL, 0 },
    { "reference", CONFIG_NUMBER, 0, &reference, NULL, 0 },
  };
  int status = take(r, fields, COUNT(fields));
  if (status == FAIRU_OK && columns.n != steps.n)
    status = cli_fail(r->c, FAIRU_ERR_SHAPE, "%s: %zu columns, %zu steps", r->place, columns.n, steps.n);
  if (status == FAIRU_OK)
    status = reference_of(r, nuisance, &reference);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_shift(r->systematics, r->c->ctx, nuisance, columns.items, steps.items,
                                         columns.n, reference);
  config_free(fields, COUNT(fields));
  return status;
}

static int add_momentum_scale(const reading *r)
{
  const char *nuisance = NULL, *pt = NULL, *phi = NULL, *met = NULL, *met_phi = NULL;
  double pt_min = 0.0;
  const config_field fields[] = {
    { "nuisance", CONFIG_TEXT, 1, &nuisance, NULL, 0 }, { "pt", CONFIG_TEXT, 1, &pt, NULL, 0 },
    { "phi", CONFIG_TEXT, 0, &phi, NULL, 0 },           { "met", CONFIG_TEXT, 0, &met, NULL, 0 },
    { "met_phi", CONFIG_TEXT, 0, &met_phi, NULL, 0 },   { "pt_min", CONFIG_NUMBER, 0, &pt_min, NULL, 0 },
  };
  int status = take(r, fields, COUNT(fields));
  if (status == FAIRU_OK && (!met != !met_phi || (met && !phi)))
    status = cli_fail(r->c, FAIRU_ERR_FORMAT, "%s: \"met\" wants \"met_phi\" and \"phi\"", r->place);
  return status == FAIRU_OK ? fairu_systematics_add_momentum_scale(r->systematics, r->c->ctx, nuisance, pt,
                                                                   phi, met, met_phi, pt_min)
                            : status;
}

static int add_met_smearing(const reading *r)
{
  const char *nuisance = NULL, *met = NULL, *met_phi = NULL;
  const config_field fields[] = {
    { "nuisance", CONFIG_TEXT, 1, &nuisance, NULL, 0 },
    { "met", CONFIG_TEXT, 1, &met, NULL, 0 },
    { "met_phi", CONFIG_TEXT, 1, &met_phi, NULL, 0 },
  };
  const int status = take(r, fields, COUNT(fields));
  return status == FAIRU_OK
             ? fairu_systematics_add_met_smearing(r->systematics, r->c->ctx, nuisance, met, met_phi)
             : status;
}

static int add_cut(const reading *r)
{
  const char *column = NULL;
  double lower = -(double)INFINITY, upper = (double)INFINITY;
  const config_field fields[] = {
    { "column", CONFIG_TEXT, 1, &column, NULL, 0 },
    { "lower", CONFIG_NUMBER, 0, &lower, NULL, 0 },
    { "upper", CONFIG_NUMBER, 0, &upper, NULL, 0 },
  };
  const int status = take(r, fields, COUNT(fields));
  return status == FAIRU_OK ? fairu_systematics_add_cut(r->systematics, r->c->ctx, column, lower, upper)
                            : status;
}

static int add_category(const reading *r)
{
  const char *column = NULL, *category = NULL;
  config_numbers edges = { NULL, 0 };
  const config_field fields[] = {
    { "column", CONFIG_TEXT, 1, &column, NULL, 0 },
    { "edges", CONFIG_NUMBERS, 1, &edges, NULL, 0 },
    { "category", CONFIG_TEXT, 1, &category, NULL, 0 },
  };
  int status = take(r, fields, COUNT(fields));
  if (status == FAIRU_OK)
    status =
        fairu_systematics_add_category(r->systematics, r->c->ctx, column, edges.items, edges.n, category);
  config_free(fields, COUNT(fields));
  return status;
}

static int add_two_point(const reading *r)
{
  const char *nuisance = NULL, *up = NULL, *down = NULL;
  const config_field fields[] = {
    { "nuisance", CONFIG_TEXT, 1, &nuisance, NULL, 0 },
    { "up", CONFIG_TEXT, 1, &up, NULL, 0 },
    { "down", CONFIG_TEXT, 1, &down, NULL, 0 },
  };
  const int status = take(r, fields, COUNT(fields));
  return status == FAIRU_OK ? fairu_systematics_add_two_point(r->systematics, r->c->ctx, nuisance, up, down)
                            : status;
}

static int add_higgsml2014(const reading *r)
{
  fairu_higgsml2014_options o;
  int status = fairu_higgsml2014_options_init(&o, sizeof o);
  const config_field fields[] = {
    { "tes", CONFIG_TEXT, 0, &o.tes, NULL, 0 },
    { "jes", CONFIG_TEXT, 0, &o.jes, NULL, 0 },
    { "les", CONFIG_TEXT, 0, &o.les, NULL, 0 },
    { "soft_met", CONFIG_TEXT, 0, &o.soft_met, NULL, 0 },
    { "bkg_scale", CONFIG_TEXT, 0, &o.bkg_scale, NULL, 0 },
    { "tau_pt_min", CONFIG_NUMBER, 0, &o.tau_pt_min, NULL, 0 },
  };
  if (status == FAIRU_OK)
    status = take(r, fields, COUNT(fields));
  return status == FAIRU_OK ? fairu_systematics_add_higgsml2014(r->systematics, r->c->ctx, &o) : status;
}

static int add_higgsml(const reading *r)
{
  fairu_higgsml_options o;
  int status = fairu_higgsml_options_init(&o, sizeof o);
  const config_field fields[] = {
    { "tes", CONFIG_TEXT, 0, &o.tes, NULL, 0 },
    { "jes", CONFIG_TEXT, 0, &o.jes, NULL, 0 },
    { "soft_met", CONFIG_TEXT, 0, &o.soft_met, NULL, 0 },
    { "log_soft_met", CONFIG_TEXT, 0, &o.log_soft_met, NULL, 0 },
    { "ttbar_scale", CONFIG_TEXT, 0, &o.ttbar_scale, NULL, 0 },
    { "diboson_scale", CONFIG_TEXT, 0, &o.diboson_scale, NULL, 0 },
    { "bkg_scale", CONFIG_TEXT, 0, &o.bkg_scale, NULL, 0 },
    { "cuts", CONFIG_FLAG, 0, &o.cuts, NULL, 0 },
    { "arithmetic", CONFIG_CHOICE, 0, &o.arithmetic, "fast|reference", FAIRU_ARITHMETIC_FAST },
    { "generator", CONFIG_CHOICE, 0, &o.generator, "philox|numpy", FAIRU_GENERATOR_PHILOX },
  };
  if (status == FAIRU_OK)
    status = take(r, fields, COUNT(fields));
  return status == FAIRU_OK ? fairu_systematics_add_higgsml(r->systematics, r->c->ctx, &o) : status;
}

static const struct {
  const char *name;
  int (*add)(const reading *r);
} kinds[] = {
  { "rotation", add_rotation },
  { "scale", add_scale },
  { "shift", add_shift },
  { "smearing", add_smearing },
  { "momentum_scale", add_momentum_scale },
  { "met_smearing", add_met_smearing },
  { "weight_scale", add_weight_scale },
  { "cut", add_cut },
  { "category", add_category },
  { "two_point", add_two_point },
  { "higgsml", add_higgsml },
  { "higgsml2014", add_higgsml2014 },
};

static int unknown(const reading *r, const char *name)
{
  char names[256];
  size_t used = 0;
  for (size_t i = 0; i < COUNT(kinds); i++)
    used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", kinds[i].name);
  return cli_fail(r->c, FAIRU_ERR_FORMAT, "%s: unknown step \"%s\"; there are %s", r->place, name, names);
}

int systematics_config_step(cli *c, const char *place, const json_t *object, fairu_systematics *systematics)
{
  const reading r = { c, place, object, systematics };
  const char *name = json_string_value(json_object_get(object, "step"));
  size_t k = 0;
  if (!name)
    return cli_fail(c, FAIRU_ERR_FORMAT, "%s: must be an object with a text \"step\"", place);
  while (k < COUNT(kinds) && strcmp(kinds[k].name, name) != 0)
    k++;
  if (k == COUNT(kinds))
    return unknown(&r, name);
  c->status = FAIRU_OK;
  const int status = kinds[k].add(&r);
  if (status == FAIRU_OK || c->status == status)
    return status;
  return cli_fail(c, status, "%s (%s): %s", place, name, fairu_context_message(c->ctx));
}
