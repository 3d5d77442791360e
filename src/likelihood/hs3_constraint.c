/* hs3_constraint.c - distributions of HS3 that constrain one parameter: Gaussians, in which it is x or mean. */
#include <string.h>

#include "likelihood/hs3.h"

/* The value of a constant in the parameter point; *found: it has one. */
static int look_up(const fairu_hs3 *hs3, const char *name, double *value, bool *found)
{
  const fairu_hs3_set constant = { .parameter = name, .n = 1 };
  fairu_hs3_values values;
  const int status = fairu_hs3__values(hs3, &constant, 0, &values);
  *found = status == FAIRU_OK && values.has_start;
  *value = *found ? values.start : *value;
  return status;
}

/* A number, or a constant of the parameter point that has it, and then its name. */
static int read_constant(const fairu_hs3 *hs3, const fairu_json_at *at, double *value, const char **name)
{
  bool found = false;
  *name = NULL;
  if (fairu_json__kind(at) == FAIRU_JSON_NUMBER)
    return fairu_json__number(hs3->ctx, at, value);
  int status = fairu_json__name(hs3->ctx, at, name);
  if (status == FAIRU_OK)
    status = look_up(hs3, *name, value, &found);
  if (status == FAIRU_OK && !found)
    return fairu_json__fail(hs3->ctx, at, FAIRU_ERR_NOT_FOUND,
                            "\"%.80s\" has no value in the parameter point", *name);
  return status;
}

int fairu_hs3__constants(const fairu_hs3 *hs3, const fairu_hs3_set *set, double *centre, double *width)
{
  bool found = false;
  *centre = set->centre;
  *width = set->width;
  int status = set->centre_name ? look_up(hs3, set->centre_name, centre, &found) : FAIRU_OK;
  if (status == FAIRU_OK && set->width_name)
    status = look_up(hs3, set->width_name, width, &found);
  return status;
}

static bool is_text(const fairu_json_at *at, const char *wanted)
{
  const char *text = NULL;
  return fairu_json__kind(at) == FAIRU_JSON_STRING && fairu_json__string(NULL, at, &text) == FAIRU_OK &&
         strcmp(text, wanted) == 0;
}

/* Constrain a set of one parameter by a gaussian_dist, in which the parameter is x or mean. */
static int constrain(const fairu_hs3 *hs3, const fairu_json_at *dist, fairu_hs3_set *set)
{
  fairu_json_at x, mean, sigma;
  double centre = 0.0, width = 0.0;
  const char *centre_name = NULL, *width_name = NULL;
  int status = fairu_json__member(hs3->ctx, dist, "x", &x);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, dist, "mean", &mean);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, dist, "sigma", &sigma);
  if (status != FAIRU_OK)
    return status;
  if (!is_text(&x, set->parameter) && !is_text(&mean, set->parameter))
    return fairu_json__fail(hs3->ctx, dist, FAIRU_ERR_UNSUPPORTED,
                            "does not constrain \"%.80s\", which refers to it", set->parameter);
  status = read_constant(hs3, is_text(&x, set->parameter) ? &mean : &x, &centre, &centre_name);
  if (status == FAIRU_OK)
    status = read_constant(hs3, &sigma, &width, &width_name);
  if (status == FAIRU_OK && set->constrained && (set->centre != centre || set->width != width))
    return fairu_json__fail(hs3->ctx, dist, FAIRU_ERR_UNSUPPORTED, "a second constraint of \"%.80s\"",
                            set->parameter);
  set->constrained = true;
  set->centre = centre;
  set->width = width;
  set->centre_name = centre_name;
  set->width_name = width_name;
  return status;
}

int fairu_hs3__constrain_by(const fairu_hs3 *hs3, const fairu_json_at *user, const char *name,
                            fairu_hs3_set *set)
{
  fairu_json_at dist;
  const char *type = NULL;
  int status = fairu_hs3__find(hs3, user, &hs3->distributions, name, &dist);
  if (status == FAIRU_OK)
    status = fairu_hs3__text(hs3, &dist, "type", &type);
  if (status == FAIRU_OK && (!type || strcmp(type, "gaussian_dist") != 0))
    return fairu_json__fail(hs3->ctx, &dist, FAIRU_ERR_UNSUPPORTED,
                            "a constraint of type \"%.40s\", only gaussian_dist is read", type ? type : "");
  return status == FAIRU_OK ? constrain(hs3, &dist, set) : status;
}

/* The set that an auxiliary distribution constrains: the one whose parameter is its x or its mean. */
int fairu_hs3__constrain_aux(const fairu_hs3 *hs3, const fairu_json_at *user)
{
  fairu_json_at dist = { .value = NULL }, member;
  const char *name = NULL, *parameter = NULL;
  int status = fairu_json__name(hs3->ctx, user, &name);
  if (status == FAIRU_OK)
    status = fairu_hs3__find(hs3, user, &hs3->distributions, name, &dist);
  static const char *const keys[] = { "x", "mean" };
  for (size_t k = 0; status == FAIRU_OK && k < 2; k++) {
    status = fairu_json__optional(hs3->ctx, &dist, keys[k], &member);
    if (status != FAIRU_OK || fairu_json__kind(&member) != FAIRU_JSON_STRING)
      continue;
    status = fairu_json__string(hs3->ctx, &member, &parameter);
    const size_t place = status == FAIRU_OK ? fairu_name_index__find(&hs3->places, parameter) : FAIRU_NONE;
    if (place != FAIRU_NONE && !hs3->sets[place].components)
      return fairu_hs3__constrain_by(hs3, user, name, &hs3->sets[place]);
  }
  return status == FAIRU_OK
             ? fairu_json__fail(hs3->ctx, &dist, FAIRU_ERR_UNSUPPORTED,
                                "an auxiliary distribution of no single parameter of the channels")
             : status;
}
