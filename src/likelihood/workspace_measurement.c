/* workspace_measurement.c - measurements: what a document says about them, and which one is meant. */
#include <string.h>

#include "likelihood/workspace.h"

/* ---- check --------------------------------------------------------------------------------------------- */

static int check_bounds(fairu_context *ctx, const fairu_json_at *at)
{
  size_t n = 0;
  int status = fairu_json__length(ctx, at, 1, &n);
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    fairu_json_at pair;
    size_t ends = 0;
    status = fairu_json__element(ctx, at, i, &pair);
    if (status == FAIRU_OK)
      status = fairu_json__expect_numbers(ctx, &pair, 0, &ends);
    if (status == FAIRU_OK && ends != 2)
      return fairu_json__fail(ctx, &pair, FAIRU_ERR_SHAPE, "wanted a pair of bounds, found %zu numbers",
                              ends);
  }
  return status;
}

static int check_attribute(fairu_context *ctx, const fairu_json_at *at)
{
  size_t n = 0;
  if (strcmp(at->key, "bounds") == 0)
    return check_bounds(ctx, at);
  if (strcmp(at->key, "fixed") == 0)
    return fairu_json__expect(ctx, at, FAIRU_JSON_BOOL);
  if (strcmp(at->key, "name") != 0)
    return fairu_json__expect_numbers(ctx, at, 1, &n);
  const char *name = NULL;
  return fairu_json__name(ctx, at, &name);
}

static int check_parameter(fairu_context *ctx, const fairu_json_at *at)
{
  static const char *const keys[] = { "name", "inits", "bounds", "auxdata", "factors", "sigmas", "fixed" };
  fairu_json_at member = { 0 };
  int status = fairu_json__expect_keys(ctx, at, keys, 7);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, at, "name", &member);
  member = (fairu_json_at){ 0 };
  while (status == FAIRU_OK && fairu_json__next(at, &member))
    status = check_attribute(ctx, &member);
  return status;
}

static int check_config(fairu_context *ctx, const fairu_json_at *at)
{
  static const char *const keys[] = { "poi", "parameters" };
  fairu_json_at poi, parameters;
  const char *name = NULL;
  size_t n = 0;
  int status = fairu_json__expect_keys(ctx, at, keys, 2);
  if (status == FAIRU_OK)
    status = fairu_json__member_string(ctx, at, "poi", &poi, &name);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, at, "parameters", &parameters);
  if (status == FAIRU_OK)
    status = fairu_json__length(ctx, &parameters, 0, &n);
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    fairu_json_at parameter;
    status = fairu_json__element(ctx, &parameters, i, &parameter);
    if (status == FAIRU_OK)
      status = check_parameter(ctx, &parameter);
  }
  return status;
}

static int check_measurement(fairu_context *ctx, const fairu_json_at *at)
{
  static const char *const keys[] = { "name", "config" };
  fairu_json_at member;
  const char *name = NULL;
  int status = fairu_json__expect_keys(ctx, at, keys, 2);
  if (status == FAIRU_OK)
    status = fairu_json__member_string(ctx, at, "name", &member, &name);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, at, "config", &member);
  return status == FAIRU_OK ? check_config(ctx, &member) : status;
}

int fairu_workspace__check_measurements(fairu_workspace *workspace, fairu_context *ctx,
                                        const fairu_json_at *at)
{
  int status = fairu_json__length(ctx, at, 1, &workspace->n_measurements);
  for (size_t i = 0; status == FAIRU_OK && i < workspace->n_measurements; i++) {
    fairu_json_at element;
    status = fairu_json__element(ctx, at, i, &element);
    if (status == FAIRU_OK)
      status = check_measurement(ctx, &element);
  }
  return status;
}

/* ---- questions ----------------------------------------------------------------------------------------- */

size_t fairu_workspace_n_measurements(const fairu_workspace *workspace)
{
  return workspace ? workspace->n_measurements : 0;
}

/* A string of measurement i, NULL out of range. */
static const char *text_of(const fairu_workspace *workspace, size_t i, int is_poi)
{
  const char *text = NULL;
  fairu_way way;
  if (i >= fairu_workspace_n_measurements(workspace))
    return NULL;
  const fairu_json_at *at;
  (void)fairu_way__to_config(&way, workspace, i);
  if (is_poi)
    at = fairu_way__member(&way, "poi");
  else {
    way.n--;
    at = fairu_way__member(&way, "name");
  }
  return fairu_json__string(NULL, at, &text) == FAIRU_OK ? text : NULL;
}

const char *fairu_workspace_measurement_name(const fairu_workspace *workspace, size_t i)
{
  return text_of(workspace, i, 0);
}

const char *fairu_workspace_measurement_poi(const fairu_workspace *workspace, size_t i)
{
  return text_of(workspace, i, 1);
}

static const fairu_workspace_options workspace_defaults = { .struct_size = sizeof(fairu_workspace_options),
                                                            .norm_code = FAIRU_CODE_4,
                                                            .shift_code = FAIRU_CODE_4P };

int fairu_workspace_options_init(fairu_workspace_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &workspace_defaults, sizeof workspace_defaults);
}

static int check_codes(fairu_context *ctx, const fairu_workspace_options *options)
{
  const int norm = options->norm_code, shift = options->shift_code;
  if (norm != FAIRU_CODE_1 && norm != FAIRU_CODE_4)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "norm_code is %d, wanted FAIRU_CODE_1 or FAIRU_CODE_4", norm);
  if (shift != FAIRU_CODE_0 && shift != FAIRU_CODE_2 && shift != FAIRU_CODE_4P && shift != FAIRU_CODE_2_PYHF)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "shift_code is %d, wanted FAIRU_CODE_0, 2, 4P or 2_PYHF", shift);
  return FAIRU_OK;
}

int fairu_workspace__options(fairu_context *ctx, const fairu_workspace_options *theirs,
                             fairu_workspace_options *ours)
{
  *ours = workspace_defaults;
  const int status =
      theirs ? fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "fairu_workspace_options")
             : FAIRU_OK;
  return status == FAIRU_OK ? check_codes(ctx, ours) : status;
}

int fairu_workspace__choose(const fairu_workspace *workspace, fairu_context *ctx, const char *name,
                            size_t *measurement)
{
  *measurement = 0;
  if (!name)
    return FAIRU_OK;
  for (size_t i = 0; i < workspace->n_measurements; i++)
    if (strcmp(fairu_workspace_measurement_name(workspace, i), name) == 0) {
      *measurement = i;
      return FAIRU_OK;
    }
  fairu_json_at root = fairu_json__root(workspace->document), measurements;
  const int status = fairu_json__member(ctx, &root, "measurements", &measurements);
  return status != FAIRU_OK
             ? status
             : fairu_json__fail(ctx, &measurements, FAIRU_ERR_NOT_FOUND,
                                "no measurement \"%.80s\" among %zu, the first is \"%.80s\"", name,
                                workspace->n_measurements, fairu_workspace_measurement_name(workspace, 0));
}
