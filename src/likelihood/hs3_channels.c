/* hs3_channels.c - samples and modifiers of HS3 as channels of pyhf. */
#include <math.h>
#include <string.h>

#include "likelihood/hs3.h"

/* An array of numbers of any length, as it stands. */
static int put_array(const fairu_hs3 *hs3, const fairu_json_at *at, fairu_json_out *out)
{
  size_t n = 0;
  int status = fairu_json__length(hs3->ctx, at, 1, &n);
  const fairu_mark mark = fairu_context__mark(hs3->ctx);
  double *values = NULL;
  if (status == FAIRU_OK) {
    values = (double *)fairu_context__scratch(hs3->ctx, n, sizeof *values, "yields");
    status = values ? fairu_json__numbers(hs3->ctx, at, n, values) : FAIRU_ERR_OUT_OF_MEMORY;
  }
  if (status == FAIRU_OK)
    fairu_json_out__numbers(out, values, n);
  fairu_context__release(hs3->ctx, mark);
  return status;
}

static int put_number(const fairu_hs3 *hs3, const fairu_json_at *data, const char *key, fairu_json_out *out)
{
  fairu_json_at at;
  double value = 0.0;
  int status = fairu_json__member(hs3->ctx, data, key, &at);
  if (status == FAIRU_OK)
    status = fairu_json__number(hs3->ctx, &at, &value);
  fairu_json_out__key(out, key);
  fairu_json_out__number(out, value);
  return status;
}

static int put_normsys(const fairu_hs3 *hs3, const fairu_json_at *data, fairu_json_out *out)
{
  fairu_json_out__begin(out, '{');
  int status = put_number(hs3, data, "hi", out);
  if (status == FAIRU_OK)
    status = put_number(hs3, data, "lo", out);
  fairu_json_out__end(out, '}');
  return status;
}

static int put_histosys(const fairu_hs3 *hs3, const fairu_json_at *data, fairu_json_out *out)
{
  static const char *const theirs[] = { "hi", "lo" }, *const ours[] = { "hi_data", "lo_data" };
  int status = FAIRU_OK;
  fairu_json_out__begin(out, '{');
  for (size_t k = 0; status == FAIRU_OK && k < 2; k++) {
    fairu_json_at side, contents;
    fairu_json_out__key(out, ours[k]);
    status = fairu_json__member(hs3->ctx, data, theirs[k], &side);
    if (status == FAIRU_OK)
      status = fairu_json__member(hs3->ctx, &side, "contents", &contents);
    if (status == FAIRU_OK)
      status = put_array(hs3, &contents, out);
  }
  fairu_json_out__end(out, '}');
  return status;
}

/* ---- uncertainties of bins ----------------------------------------------------------------------------- */

/* e [n]: "errors" of the sample for a staterror, else the widths of the set times the yields [n]. */
static int read_uncertainties(const fairu_hs3 *hs3, const fairu_hs3_set *set,
                              const fairu_json_at *sample_data, bool is_staterror, double *e)
{
  fairu_json_at at;
  int status = fairu_json__member(hs3->ctx, sample_data, is_staterror ? "errors" : "contents", &at);
  if (status == FAIRU_OK)
    status = fairu_json__numbers(hs3->ctx, &at, set->n, e);
  for (size_t i = 0; status == FAIRU_OK && !is_staterror && i < set->n; i++)
    e[i] = e[i] > 0.0 ? e[i] * set->widths[i] : 0.0;
  for (size_t i = 0; status == FAIRU_OK && i < set->n; i++)
    if (!isfinite(e[i]))
      status = fairu_json__fail(hs3->ctx, &at, FAIRU_ERR_RANGE,
                                "the uncertainty of bin %zu is larger than any number", i);
  return status;
}

/* pyhf fixes a bin without uncertainty: that says which of a set are const. */
static int put_uncertainties(const fairu_hs3 *hs3, const fairu_hs3_set *set, const fairu_json_at *sample_data,
                             bool is_staterror, fairu_json_out *out)
{
  const fairu_mark mark = fairu_context__mark(hs3->ctx);
  double *e = (double *)fairu_context__scratch(hs3->ctx, set->n, sizeof *e, "uncertainties");
  bool mixed = false;
  int status = e ? read_uncertainties(hs3, set, sample_data, is_staterror, e) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_hs3__mixed(hs3, set, &mixed);
  for (size_t i = 0; status == FAIRU_OK && mixed && i < set->n; i++) {
    fairu_hs3_values values;
    status = fairu_hs3__values(hs3, set, i, &values);
    if (status == FAIRU_OK && values.fixed)
      e[i] = 0.0;
  }
  if (status == FAIRU_OK)
    fairu_json_out__numbers(out, e, set->n);
  fairu_context__release(hs3->ctx, mark);
  return status;
}

/* ---- modifiers ----------------------------------------------------------------------------------------- */

static int put_data(const fairu_hs3 *hs3, const fairu_hs3_set *set, const char *type,
                    const fairu_json_at *modifier, const fairu_json_at *sample_data, fairu_json_out *out)
{
  fairu_json_at data;
  if (set->type == FAIRU_MODIFIER_SHAPESYS || set->type == FAIRU_MODIFIER_STATERROR)
    return put_uncertainties(hs3, set, sample_data, strcmp(type, "staterror") == 0, out);
  if (set->type != FAIRU_MODIFIER_NORMSYS) {
    fairu_json_out__word(out, "null");
    return FAIRU_OK;
  }
  const int status = fairu_json__member(hs3->ctx, modifier, "data", &data);
  if (status != FAIRU_OK)
    return status;
  return strcmp(type, "histosys") == 0 ? put_histosys(hs3, &data, out) : put_normsys(hs3, &data, out);
}

static int put_modifier(const fairu_hs3 *hs3, const fairu_json_at *modifier, const fairu_json_at *sample_data,
                        fairu_json_out *out)
{
  const fairu_hs3_set *set = fairu_hs3__set_of(hs3, modifier);
  const char *type = NULL;
  int status = fairu_hs3__text(hs3, modifier, "type", &type);
  if (status != FAIRU_OK || !set || !type)
    return status != FAIRU_OK ? status : fairu_json__fail(hs3->ctx, modifier, FAIRU_ERR_INTERNAL, "no set");
  const bool shift = set->type == FAIRU_MODIFIER_NORMSYS; /* then histosys or normsys, as it says */
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "name", set->name);
  fairu_json_out__member_string(out, "type", shift ? type : fairu_workspace__type_name(set->type));
  fairu_json_out__key(out, "data");
  status = put_data(hs3, set, type, modifier, sample_data, out);
  fairu_json_out__end(out, '}');
  return status;
}

static int put_modifiers(const fairu_hs3 *hs3, const fairu_json_at *sample, const fairu_json_at *sample_data,
                         fairu_json_out *out)
{
  fairu_json_at modifiers, modifier;
  size_t n = 0;
  int status = fairu_json__optional(hs3->ctx, sample, "modifiers", &modifiers);
  if (status == FAIRU_OK && modifiers.value)
    status = fairu_json__length(hs3->ctx, &modifiers, 0, &n);
  fairu_json_out__key(out, "modifiers");
  fairu_json_out__begin(out, '[');
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    status = fairu_json__element(hs3->ctx, &modifiers, i, &modifier);
    if (status == FAIRU_OK)
      status = put_modifier(hs3, &modifier, sample_data, out);
  }
  fairu_json_out__end(out, ']');
  return status;
}

/* ---- channels ------------------------------------------------------------------------------------------ */

static int put_sample(const fairu_hs3 *hs3, const fairu_json_at *samples, size_t s, fairu_json_out *out)
{
  static const char *const keys[] = { "contents", "errors" };
  fairu_json_at sample, data, contents;
  const char *name = NULL;
  int status = fairu_json__element(hs3->ctx, samples, s, &sample);
  if (status == FAIRU_OK)
    status = fairu_hs3__text(hs3, &sample, "name", &name);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, &sample, "data", &data);
  if (status == FAIRU_OK)
    status = fairu_hs3__expect_keys(hs3, &data, keys, 2);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, &data, "contents", &contents);
  if (status != FAIRU_OK)
    return status;
  if (!name)
    return fairu_json__fail(hs3->ctx, &sample, FAIRU_ERR_UNSUPPORTED, "a sample without name");
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "name", name);
  fairu_json_out__key(out, "data");
  status = put_array(hs3, &contents, out);
  if (status == FAIRU_OK)
    status = put_modifiers(hs3, &sample, &data, out);
  fairu_json_out__end(out, '}');
  return status;
}

static int put_channel(const fairu_hs3 *hs3, const fairu_json_at *names, size_t c, fairu_json_out *out)
{
  fairu_json_at channel, samples;
  const char *name = NULL;
  size_t n = 0;
  int status = fairu_hs3__channel(hs3, names, c, &channel);
  if (status == FAIRU_OK)
    status = fairu_hs3__text(hs3, &channel, "name", &name);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, &channel, "samples", &samples);
  if (status == FAIRU_OK)
    status = fairu_json__length(hs3->ctx, &samples, 1, &n);
  if (status != FAIRU_OK)
    return status;
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "name", name);
  fairu_json_out__key(out, "samples");
  fairu_json_out__begin(out, '[');
  for (size_t s = 0; status == FAIRU_OK && s < n; s++)
    status = put_sample(hs3, &samples, s, out);
  fairu_json_out__end(out, ']');
  fairu_json_out__end(out, '}');
  return status;
}

int fairu_hs3__put_channels(const fairu_hs3 *hs3, const fairu_json_at *names, fairu_json_out *out)
{
  size_t n = 0;
  int status = fairu_json__length(hs3->ctx, names, 1, &n);
  fairu_json_out__key(out, "channels");
  fairu_json_out__begin(out, '[');
  for (size_t c = 0; status == FAIRU_OK && c < n; c++)
    status = put_channel(hs3, names, c, out);
  fairu_json_out__end(out, ']');
  return status;
}
