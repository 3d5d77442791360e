/* workspace_translate.c - a document of HS3 in pyhf's form: one likelihood, its data, its analyses as measurements. */
#include <string.h>

#include "likelihood/hs3.h"

/* ---- what there is ------------------------------------------------------------------------------------- */

static int open_arrays(fairu_hs3 *hs3)
{
  static const char *const keys[] = { "distributions",    "functions", "data",     "likelihoods", "domains",
                                      "parameter_points", "analyses",  "metadata", "misc" };
  int status = fairu_hs3__expect_keys(hs3, &hs3->root, keys, 9);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, &hs3->root, "distributions", &hs3->distributions);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, &hs3->root, "likelihoods", &hs3->likelihoods);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, &hs3->root, "data", &hs3->data);
  if (status == FAIRU_OK)
    status = fairu_json__optional(hs3->ctx, &hs3->root, "analyses", &hs3->analyses);
  if (status == FAIRU_OK)
    status = fairu_json__optional(hs3->ctx, &hs3->root, "domains", &hs3->domains);
  if (status == FAIRU_OK)
    status = fairu_json__optional(hs3->ctx, &hs3->root, "parameter_points", &hs3->points);
  hs3->domains.key = "domains";
  hs3->points.key = "parameter_points";
  return status;
}

static size_t count(const fairu_hs3 *hs3, const fairu_json_at *array)
{
  size_t n = 0;
  return array->value && fairu_json__length(hs3->ctx, array, 0, &n) == FAIRU_OK ? n : 0;
}

/* "domain", or "domains" with one name, as ROOT writes it. */
static int read_domain(const fairu_hs3 *hs3, const fairu_json_at *analysis, const char **domain)
{
  fairu_json_at domains = { .value = NULL }, first;
  size_t n = 0;
  int status = fairu_hs3__text(hs3, analysis, "domain", domain);
  if (status == FAIRU_OK)
    status = fairu_json__optional(hs3->ctx, analysis, "domains", &domains);
  if (status != FAIRU_OK || !domains.value)
    return status;
  status = fairu_json__length(hs3->ctx, &domains, 1, &n);
  if (status == FAIRU_OK && n > 1)
    return fairu_json__fail(hs3->ctx, &domains, FAIRU_ERR_UNSUPPORTED, "%zu domains of one analysis", n);
  if (status == FAIRU_OK)
    status = fairu_json__element(hs3->ctx, &domains, 0, &first);
  return status == FAIRU_OK ? fairu_json__name(hs3->ctx, &first, domain) : status;
}

/* Point and domain of an analysis; without a word the point that ROOT calls default_values. */
static int begin_analysis(fairu_hs3 *hs3, const fairu_json_at *analysis)
{
  static const char *const keys[] = { "name",   "likelihood", "parameters_of_interest",
                                      "domain", "domains",    "init" };
  fairu_json_at point;
  hs3->init = hs3->domain = NULL;
  int status = analysis ? fairu_hs3__expect_keys(hs3, analysis, keys, 6) : FAIRU_OK;
  if (status == FAIRU_OK && analysis)
    status = fairu_hs3__text(hs3, analysis, "init", &hs3->init);
  if (status == FAIRU_OK && analysis)
    status = read_domain(hs3, analysis, &hs3->domain);
  for (size_t i = 0; status == FAIRU_OK && !hs3->init && i < count(hs3, &hs3->points); i++) {
    const char *name = NULL;
    status = fairu_json__element(hs3->ctx, &hs3->points, i, &point);
    if (status == FAIRU_OK)
      status = fairu_hs3__text(hs3, &point, "name", &name);
    if (name && strcmp(name, "default_values") == 0)
      hs3->init = name;
  }
  return status == FAIRU_OK ? fairu_hs3__index(hs3) : status;
}

/* ---- the likelihood ------------------------------------------------------------------------------------ */

static int check_same(const fairu_hs3 *hs3, const fairu_json_at *analysis, const char **name)
{
  fairu_json_at at;
  const char *text = NULL;
  int status = fairu_json__member(hs3->ctx, analysis, "likelihood", &at);
  if (status == FAIRU_OK)
    status = fairu_json__name(hs3->ctx, &at, &text);
  if (status == FAIRU_OK && *name && strcmp(text, *name) != 0)
    return fairu_json__fail(hs3->ctx, &at, FAIRU_ERR_UNSUPPORTED,
                            "a second likelihood, \"%.80s\" beside \"%.80s\": leave one in the document",
                            text, *name);
  *name = text;
  return status;
}

static int find_likelihood(fairu_hs3 *hs3, fairu_json_at *likelihood)
{
  static const char *const keys[] = { "name", "distributions", "data", "aux_distributions" };
  const char *name = NULL;
  fairu_json_at analysis;
  int status = FAIRU_OK;
  for (size_t i = 0; status == FAIRU_OK && i < count(hs3, &hs3->analyses); i++) {
    status = fairu_json__element(hs3->ctx, &hs3->analyses, i, &analysis);
    if (status == FAIRU_OK)
      status = check_same(hs3, &analysis, &name);
    if (status == FAIRU_OK && i == 0)
      status = begin_analysis(hs3, &analysis);
  }
  if (status == FAIRU_OK && name)
    status = fairu_hs3__find(hs3, &hs3->analyses, &hs3->likelihoods, name, likelihood);
  else if (status == FAIRU_OK && count(hs3, &hs3->likelihoods) != 1)
    return fairu_json__fail(hs3->ctx, &hs3->likelihoods, FAIRU_ERR_UNSUPPORTED,
                            "%zu likelihoods and no analysis that names one", count(hs3, &hs3->likelihoods));
  else if (status == FAIRU_OK) {
    status = begin_analysis(hs3, NULL);
    if (status == FAIRU_OK)
      status = fairu_json__element(hs3->ctx, &hs3->likelihoods, 0, likelihood);
  }
  hs3->first_init = hs3->init;
  return status == FAIRU_OK ? fairu_hs3__expect_keys(hs3, likelihood, keys, 4) : status;
}

/* ---- data ---------------------------------------------------------------------------------------------- */

static int put_numbers(const fairu_hs3 *hs3, const fairu_json_at *at, fairu_json_out *out)
{
  size_t n = 0;
  int status = fairu_json__length(hs3->ctx, at, 1, &n);
  const fairu_mark mark = fairu_context__mark(hs3->ctx);
  double *values = status == FAIRU_OK
                       ? (double *)fairu_context__scratch(hs3->ctx, n, sizeof *values, "observed counts")
                       : NULL;
  if (status == FAIRU_OK)
    status = values ? fairu_json__numbers(hs3->ctx, at, n, values) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    fairu_json_out__member_numbers(out, "data", values, n);
  fairu_context__release(hs3->ctx, mark);
  return status;
}

/* Counts in place, or the name of binned data. */
static int put_counts(const fairu_hs3 *hs3, const fairu_json_at *at, fairu_json_out *out)
{
  static const char *const keys[] = { "name", "type", "contents", "axes" };
  fairu_json_at entry, contents;
  const char *name = NULL, *type = NULL;
  if (fairu_json__kind(at) == FAIRU_JSON_ARRAY)
    return put_numbers(hs3, at, out);
  int status = fairu_json__name(hs3->ctx, at, &name);
  if (status == FAIRU_OK)
    status = fairu_hs3__find(hs3, at, &hs3->data, name, &entry);
  if (status == FAIRU_OK)
    status = fairu_hs3__text(hs3, &entry, "type", &type);
  if (status == FAIRU_OK && (!type || strcmp(type, "binned") != 0))
    return fairu_json__fail(hs3->ctx, &entry, FAIRU_ERR_UNSUPPORTED,
                            "data of type \"%.40s\", only binned is read", type ? type : "");
  if (status == FAIRU_OK)
    status = fairu_hs3__expect_keys(hs3, &entry, keys, 4);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, &entry, "contents", &contents);
  return status == FAIRU_OK ? put_numbers(hs3, &contents, out) : status;
}

static int put_observation(const fairu_hs3 *hs3, const fairu_json_at *names, const fairu_json_at *data,
                           size_t i, fairu_json_out *out)
{
  fairu_json_at name, counts;
  const char *text = NULL;
  int status = fairu_json__element(hs3->ctx, names, i, &name);
  if (status == FAIRU_OK)
    status = fairu_json__name(hs3->ctx, &name, &text);
  if (status == FAIRU_OK)
    status = fairu_json__element(hs3->ctx, data, i, &counts);
  if (status != FAIRU_OK)
    return status;
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "name", text);
  status = put_counts(hs3, &counts, out);
  fairu_json_out__end(out, '}');
  return status;
}

static int put_observations(const fairu_hs3 *hs3, const fairu_json_at *likelihood, const fairu_json_at *names,
                            fairu_json_out *out)
{
  fairu_json_at data;
  size_t n = 0, n_data = 0;
  int status = fairu_json__length(hs3->ctx, names, 1, &n);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, likelihood, "data", &data);
  if (status == FAIRU_OK)
    status = fairu_json__length(hs3->ctx, &data, 1, &n_data);
  if (status == FAIRU_OK && n != n_data)
    return fairu_json__fail(hs3->ctx, &data, FAIRU_ERR_SHAPE, "%zu data sets for %zu distributions", n_data,
                            n);
  fairu_json_out__key(out, "observations");
  fairu_json_out__begin(out, '[');
  for (size_t i = 0; status == FAIRU_OK && i < n; i++)
    status = put_observation(hs3, names, &data, i, out);
  fairu_json_out__end(out, ']');
  return status;
}

/* ---- measurements -------------------------------------------------------------------------------------- */

/* At most one; the name is that of its set. */
static int find_poi(const fairu_hs3 *hs3, const fairu_json_at *analysis, const char **poi)
{
  fairu_json_at array, first;
  *poi = "";
  int status = fairu_json__optional(hs3->ctx, analysis, "parameters_of_interest", &array);
  if (status != FAIRU_OK || count(hs3, &array) == 0)
    return status;
  if (count(hs3, &array) > 1)
    return fairu_json__fail(hs3->ctx, &array, FAIRU_ERR_UNSUPPORTED,
                            "%zu parameters of interest, pyhf's form has one", count(hs3, &array));
  status = fairu_json__element(hs3->ctx, &array, 0, &first);
  if (status == FAIRU_OK)
    status = fairu_json__name(hs3->ctx, &first, poi);
  if (status != FAIRU_OK)
    return status;
  const size_t place = fairu_name_index__find(&hs3->places, *poi);
  if (place == FAIRU_NONE || hs3->sets[place].components)
    return fairu_json__fail(hs3->ctx, &first, FAIRU_ERR_NOT_FOUND,
                            "\"%.80s\" is no parameter of the channels", *poi);
  *poi = hs3->sets[place].name;
  return FAIRU_OK;
}

static int put_measurement(fairu_hs3 *hs3, const fairu_json_at *analysis, fairu_json_out *out)
{
  const char *name = NULL, *poi = "";
  int status = begin_analysis(hs3, analysis);
  if (status == FAIRU_OK && analysis)
    status = fairu_hs3__text(hs3, analysis, "name", &name);
  if (status == FAIRU_OK && analysis)
    status = find_poi(hs3, analysis, &poi);
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "name", name ? name : "analysis");
  fairu_json_out__key(out, "config");
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "poi", poi);
  if (status == FAIRU_OK)
    status = fairu_hs3__put_parameters(hs3, out);
  fairu_json_out__end(out, '}');
  fairu_json_out__end(out, '}');
  return status;
}

static int put_measurements(fairu_hs3 *hs3, fairu_json_out *out)
{
  int status = FAIRU_OK;
  fairu_json_out__key(out, "measurements");
  fairu_json_out__begin(out, '[');
  for (size_t i = 0; status == FAIRU_OK && i < count(hs3, &hs3->analyses); i++) {
    fairu_json_at analysis;
    status = fairu_json__element(hs3->ctx, &hs3->analyses, i, &analysis);
    if (status == FAIRU_OK)
      status = put_measurement(hs3, &analysis, out);
  }
  if (count(hs3, &hs3->analyses) == 0)
    status = put_measurement(hs3, NULL, out);
  fairu_json_out__end(out, ']');
  return status;
}

/* ---- all of it ----------------------------------------------------------------------------------------- */

static int put_document(fairu_hs3 *hs3, fairu_json_out *out)
{
  fairu_json_at likelihood, names;
  int status = open_arrays(hs3);
  if (status == FAIRU_OK)
    status = find_likelihood(hs3, &likelihood);
  if (status == FAIRU_OK)
    status = fairu_hs3__collect(hs3, &likelihood);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, &likelihood, "distributions", &names);
  fairu_json_out__begin(out, '{');
  if (status == FAIRU_OK)
    status = fairu_hs3__put_channels(hs3, &names, out);
  if (status == FAIRU_OK)
    status = put_observations(hs3, &likelihood, &names, out);
  if (status == FAIRU_OK)
    status = put_measurements(hs3, out);
  fairu_json_out__member_string(out, "version", "1.0.0");
  fairu_json_out__end(out, '}');
  return status == FAIRU_OK ? fairu_json_out__finish(out) : status;
}

int fairu_workspace__translate(fairu_context *ctx, const fairu_json *document, fairu_json **out)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_hs3 hs3 = { .ctx = ctx, .root = fairu_json__root(document) };
  fairu_json_out text = fairu_json_out__create(ctx);
  *out = NULL;
  int status = put_document(&hs3, &text);
  if (status == FAIRU_OK)
    status = fairu_json__parse(ctx, text.text, text.size, fairu_json__document(document), out);
  fairu_json_out__clear(&text);
  fairu_hs3__clear(&hs3);
  fairu_context__release(ctx, mark);
  return status;
}
