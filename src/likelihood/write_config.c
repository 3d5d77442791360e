/* write_config.c - what a measurement has to say about parameters, so that reading makes them again. */
#include <math.h>

#include "likelihood/write.h"

/* ---- what is read without a word ----------------------------------------------------------------------- */

double fairu_writing__uncertainty(const fairu_writing *w, size_t p)
{
  const fairu_param *param = &w->model->params[p];
  const fairu_written_set *set = &w->sets[w->set_of[p]];
  const bool counted = set->type == FAIRU_MODIFIER_SHAPESYS;
  const double yield = w->yield[p];
  /* an uncertainty of 0 makes a parameter that is fixed, with the constraint 1 */
  if (!(yield > 0.0) || (param->fixed && (set->mixed || (counted ? param->tau : param->width) == 1.0)))
    return 0.0;
  return counted ? yield / sqrt(param->tau) : param->width * yield / sqrt((double)w->n_users[p]);
}

/* tau of a shapesys, width of a staterror, as they are read; 0: none. */
static double read_constraint(const fairu_writing *w, size_t p)
{
  const double e = fairu_writing__uncertainty(w, p), yield = w->yield[p];
  if (e == 0.0)
    return 0.0;
  if (w->sets[w->set_of[p]].type == FAIRU_MODIFIER_SHAPESYS)
    return yield * yield / (e * e);
  double squares = 0.0;
  for (size_t i = 0; i < w->n_users[p]; i++)
    squares += (e / yield) * (e / yield);
  return sqrt(squares);
}

typedef struct attributes {
  double start, lower, upper, aux, width; /* width: tau of a count */
  bool fixed;
} attributes;

static attributes read_without_config(const fairu_writing *w, size_t p)
{
  const fairu_modifier_type type = w->sets[w->set_of[p]].type;
  attributes a = { .start = 1.0, .upper = 10.0, .aux = NAN, .width = NAN };
  switch (type) {
  case FAIRU_MODIFIER_HISTOSYS:
  case FAIRU_MODIFIER_NORMSYS:
    return (attributes){ .lower = -5.0, .upper = 5.0, .width = 1.0 };
  case FAIRU_MODIFIER_LUMI:
    return (attributes){ .start = NAN, .lower = NAN, .upper = NAN, .aux = NAN, .width = NAN };
  case FAIRU_MODIFIER_SHAPESYS:
  case FAIRU_MODIFIER_STATERROR:
    a.lower = 1e-10;
    a.width = read_constraint(w, p);
    a.fixed = !(a.width > 0.0);
    if (a.fixed)
      a.width = 1.0;
    a.aux = type == FAIRU_MODIFIER_SHAPESYS ? a.width : 1.0;
    return a;
  case FAIRU_MODIFIER_NORMFACTOR:
  case FAIRU_MODIFIER_SHAPEFACTOR:
  case FAIRU_MODIFIER_TYPES:
    break;
  }
  return a;
}

static attributes wanted(const fairu_writing *w, size_t p)
{
  const fairu_param *param = &w->model->params[p];
  const bool counted = param->constraint == FAIRU_CONSTRAINT_POISSON;
  attributes a = {
    .start = param->start, .lower = param->lower, .upper = param->upper, .fixed = param->fixed != 0
  };
  a.aux = param->constraint == FAIRU_CONSTRAINT_NONE ? (double)NAN : w->aux[p];
  a.width = param->constraint == FAIRU_CONSTRAINT_NONE ? (double)NAN : counted ? param->tau : param->width;
  return a;
}

/* ---- one set ------------------------------------------------------------------------------------------- */

/* Where the two differ, over all parameters of a set. */
typedef struct difference {
  bool start, range, aux, width, fixed;
} difference;

/* NaN: has none. */
static bool differ(double a, double b)
{
  return isnan(a) ? !isnan(b) : !(a == b);
}

static difference compare(const fairu_writing *w, const fairu_written_set *set)
{
  difference d = { .start = false };
  for (size_t p = set->first; p < set->first + set->n; p++) {
    const attributes a = wanted(w, p), b = read_without_config(w, p);
    d.start |= differ(a.start, b.start);
    d.range |= differ(a.lower, b.lower) || differ(a.upper, b.upper);
    d.aux |= differ(a.aux, b.aux);
    d.width |= differ(a.width, b.width);
    d.fixed |= a.fixed != b.fixed;
  }
  return d;
}

static double pick(const attributes *a, const char *key)
{
  switch (key[0]) {
  case 'i':
    return a->start;
  case 'a':
    return a->aux;
  default:
    return a->width;
  }
}

/* inits, auxdata, sigmas or factors. */
static void put_numbers(const fairu_writing *w, const fairu_written_set *set, const char *key,
                        fairu_json_out *out)
{
  const bool lines = out->lines;
  fairu_json_out__key(out, key);
  out->lines = false;
  fairu_json_out__begin(out, '[');
  for (size_t p = set->first; p < set->first + set->n; p++) {
    const attributes a = wanted(w, p);
    fairu_json_out__number(out, pick(&a, key));
  }
  fairu_json_out__end(out, ']');
  out->lines = lines;
}

static void put_bounds(const fairu_writing *w, const fairu_written_set *set, fairu_json_out *out)
{
  const bool lines = out->lines;
  fairu_json_out__key(out, "bounds");
  out->lines = false;
  fairu_json_out__begin(out, '[');
  for (size_t p = set->first; p < set->first + set->n; p++) {
    const double ends[2] = { w->model->params[p].lower, w->model->params[p].upper };
    fairu_json_out__numbers(out, ends, 2);
  }
  fairu_json_out__end(out, ']');
  out->lines = lines;
}

static int put_set(const fairu_writing *w, const fairu_written_set *set, fairu_json_out *out)
{
  const difference d = compare(w, set);
  if (!(d.start || d.range || d.aux || d.width || d.fixed))
    return out->status;
  if (d.fixed && set->mixed)
    return fairu_context__fail(
        w->ctx, FAIRU_ERR_UNSUPPORTED,
        "workspace: some parameters of '%.200s' are fixed that have an uncertainty, and some "
        "are not: the format has one flag for all",
        set->name);
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "name", set->name);
  if (d.start)
    put_numbers(w, set, "inits", out);
  if (d.range)
    put_bounds(w, set, out);
  if (d.aux || (d.width && set->type == FAIRU_MODIFIER_SHAPESYS))
    put_numbers(w, set, "auxdata", out);
  if (d.width)
    put_numbers(w, set, set->type == FAIRU_MODIFIER_SHAPESYS ? "factors" : "sigmas", out);
  if (d.fixed) {
    fairu_json_out__key(out, "fixed");
    fairu_json_out__word(out, w->model->params[set->first].fixed ? "true" : "false");
  }
  fairu_json_out__end(out, '}');
  return out->status;
}

int fairu_writing__put_config(const fairu_writing *w, fairu_json_out *out)
{
  int status = out->status;
  fairu_json_out__key(out, "parameters");
  fairu_json_out__begin(out, '[');
  for (size_t i = 0; status == FAIRU_OK && i < w->n_sets; i++)
    status = put_set(w, &w->sets[i], out);
  fairu_json_out__end(out, ']');
  return status == FAIRU_OK ? out->status : status;
}
