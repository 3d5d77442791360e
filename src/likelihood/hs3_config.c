/* hs3_config.c - domains and parameter points of HS3 as the parameters of a measurement of pyhf. */
#include <math.h>
#include <string.h>

#include "likelihood/hs3.h"

/* The values of component i, completed by those of pyhf where the document says nothing. */
static int complete(const fairu_hs3 *hs3, const fairu_hs3_set *set, size_t i, fairu_hs3_values *values)
{
  double centre = 0.0, width = 0.0;
  int status = fairu_hs3__values(hs3, set, i, values);
  if (status == FAIRU_OK)
    status = fairu_hs3__constants(hs3, set, &centre, &width);
  const bool shift = set->type == FAIRU_MODIFIER_NORMSYS, lumi = set->type == FAIRU_MODIFIER_LUMI;
  const bool gamma = set->type == FAIRU_MODIFIER_SHAPESYS || set->type == FAIRU_MODIFIER_STATERROR;
  if (!values->has_start)
    values->start = shift ? 0.0 : lumi ? centre : 1.0;
  if (!values->has_range) {
    values->lower = shift ? -5.0 : gamma ? 1e-10 : 0.0;
    values->upper = shift ? 5.0 : 10.0;
    if (values->fixed) { /* a constant needs no range */
      values->lower = fmin(values->lower, values->start);
      values->upper = fmax(values->upper, values->start);
    }
  }
  return status;
}

static double constraint_of(const fairu_hs3_set *set, size_t i)
{
  const double width = set->widths[i];
  if (!(width > 0.0))
    return 1.0;
  return set->type == FAIRU_MODIFIER_SHAPESYS ? 1.0 / (width * width) : width;
}

static void put_constraints(const fairu_hs3_set *set, const char *key, fairu_json_out *out)
{
  fairu_json_out__key(out, key);
  fairu_json_out__begin(out, '[');
  for (size_t i = 0; i < set->n; i++)
    fairu_json_out__number(out, constraint_of(set, i));
  fairu_json_out__end(out, ']');
}

static int put_auxiliary(const fairu_hs3 *hs3, const fairu_hs3_set *set, fairu_json_out *out)
{
  double centre = 0.0, width = 0.0;
  const bool shift = set->type == FAIRU_MODIFIER_NORMSYS;
  const int status = fairu_hs3__constants(hs3, set, &centre, &width);
  if (status == FAIRU_OK && shift && width != 1.0)
    return fairu_json__fail(hs3->ctx, &hs3->points, FAIRU_ERR_UNSUPPORTED,
                            "\"%.80s\" has no Gaussian constraint of width 1", set->parameter);
  if (set->type == FAIRU_MODIFIER_LUMI || (shift && centre != 0.0))
    fairu_json_out__member_numbers(out, "auxdata", &centre, 1);
  if (set->type == FAIRU_MODIFIER_LUMI)
    fairu_json_out__member_numbers(out, "sigmas", &width, 1);
  if (set->type == FAIRU_MODIFIER_STATERROR)
    put_constraints(set, "sigmas", out);
  if (set->type == FAIRU_MODIFIER_SHAPESYS) {
    put_constraints(set, "auxdata", out);
    put_constraints(set, "factors", out);
  }
  return status;
}

/* The uncertainties in the channels are those of the first analysis, so must be what is fixed. */
static int check_flags(const fairu_hs3 *hs3, const fairu_hs3_set *set)
{
  fairu_hs3 first = *hs3;
  fairu_hs3_values here, there;
  first.init = hs3->first_init;
  int status = FAIRU_OK;
  for (size_t i = 0; status == FAIRU_OK && i < set->n; i++) {
    status = fairu_hs3__values(hs3, set, i, &here);
    if (status == FAIRU_OK)
      status = fairu_hs3__values(&first, set, i, &there);
    if (status == FAIRU_OK && (here.fixed != there.fixed || (here.fixed && !set->widths)))
      return fairu_json__fail(
          hs3->ctx, &hs3->points, FAIRU_ERR_UNSUPPORTED,
          "of the parameters of \"%.80s\" some are const and some not, in a way that pyhf's form "
          "cannot say",
          set->name);
  }
  return status;
}

static int put_start(const fairu_hs3 *hs3, const fairu_hs3_set *set, bool *fixed, fairu_json_out *out)
{
  fairu_hs3_values values;
  int status = FAIRU_OK;
  *fixed = true;
  fairu_json_out__key(out, "inits");
  fairu_json_out__begin(out, '[');
  for (size_t i = 0; status == FAIRU_OK && i < set->n; i++) {
    status = complete(hs3, set, i, &values);
    *fixed = *fixed && values.fixed;
    fairu_json_out__number(out, values.start);
  }
  fairu_json_out__end(out, ']');
  return status;
}

static int put_range(const fairu_hs3 *hs3, const fairu_hs3_set *set, fairu_json_out *out)
{
  fairu_hs3_values values;
  int status = FAIRU_OK;
  fairu_json_out__key(out, "bounds");
  fairu_json_out__begin(out, '[');
  for (size_t i = 0; status == FAIRU_OK && i < set->n; i++) {
    status = complete(hs3, set, i, &values);
    const double ends[2] = { values.lower, values.upper };
    fairu_json_out__numbers(out, ends, 2);
  }
  fairu_json_out__end(out, ']');
  return status;
}

static int put_set(const fairu_hs3 *hs3, const fairu_hs3_set *set, fairu_json_out *out)
{
  bool fixed = false, mixed = false;
  int status = fairu_hs3__mixed(hs3, set, &mixed);
  if (status == FAIRU_OK && mixed)
    status = check_flags(hs3, set);
  if (status != FAIRU_OK)
    return status;
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "name", set->name);
  status = put_start(hs3, set, &fixed, out);
  if (status == FAIRU_OK)
    status = put_range(hs3, set, out);
  if (status == FAIRU_OK)
    status = put_auxiliary(hs3, set, out);
  if (fixed) {
    fairu_json_out__key(out, "fixed");
    fairu_json_out__word(out, "true");
  }
  fairu_json_out__end(out, '}');
  return status == FAIRU_OK ? fairu_context__poll(hs3->ctx) : status;
}

int fairu_hs3__put_parameters(const fairu_hs3 *hs3, fairu_json_out *out)
{
  int status = FAIRU_OK;
  fairu_json_out__key(out, "parameters");
  fairu_json_out__begin(out, '[');
  for (size_t i = 0; status == FAIRU_OK && i < hs3->n_sets; i++)
    status = put_set(hs3, &hs3->sets[i], out);
  fairu_json_out__end(out, ']');
  return status;
}
