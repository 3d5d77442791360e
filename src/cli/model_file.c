/* model_file.c - from the file and the options of a command to a likelihood with data. See model_file.h. */
#include "model_file.h"

#include "input.h"
#include "model_templates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *model_name(const cli *c, const model_file *m, size_t i)
{
  fairu_parameter p = { .struct_size = sizeof p };
  return fairu_likelihood_parameter(m->likelihood, c->ctx, i, &p) == FAIRU_OK ? p.name : "?";
}

double *model_numbers(cli *c, size_t n)
{
  double *numbers = (double *)calloc(n ? n : 1, sizeof *numbers);
  if (!numbers)
    cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu numbers", n);
  return numbers;
}

enum { NAMED = 5 };

/* Names that hold `part` ("" is in all of them), up to a few, one after the other. */
static size_t list_names(const cli *c, const model_file *m, const char *part, char *text, size_t size)
{
  size_t found = 0, used = 0;
  for (size_t i = 0; i < m->n && used < size; i++) {
    const char *name = model_name(c, m, i);
    if (!strstr(name, part) || found++ >= NAMED)
      continue;
    used += (size_t)snprintf(text + used, size - used, "%s%s", found > 1 ? ", " : "", name);
  }
  return found;
}

int model_parameter(cli *c, const model_file *m, const char *name, size_t *index)
{
  char text[512] = "";
  const int status = fairu_likelihood_find_parameter(m->likelihood, c->ctx, name, index);
  if (status != FAIRU_ERR_NOT_FOUND)
    return status;
  size_t n = list_names(c, m, name, text, sizeof text);
  if (n == 0)
    n = list_names(c, m, "", text, sizeof text);
  return cli_fail(c, status, "no parameter '%.128s'; there are %s%s", name, text, n > NAMED ? ", ..." : "");
}

/* "name=value": the name in a copy that the caller frees. */
static int split(cli *c, const char *option, const char *text, char **name, double *value)
{
  const char *equal = strrchr(text, '=');
  char *end = NULL;
  *name = NULL;
  if (!equal || equal == text)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "--%s wants NAME=VALUE, got '%s'", option, text);
  *value = strtod(equal + 1, &end);
  if (end == equal + 1 || *end)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "--%s %s: '%s' is not a number", option, text, equal + 1);
  *name = strndup(text, (size_t)(equal - text));
  return *name ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
}

int model_assignment(cli *c, const model_file *m, const char *option, const char *text, size_t *index,
                     double *value)
{
  char *name = NULL;
  int status = split(c, option, text, &name, value);
  if (status == FAIRU_OK)
    status = model_parameter(c, m, name, index);
  free(name);
  return status;
}

/* ---- workspaces --------------------------------------------------------------------------------------- */

static void replace_workspace(model_file *m, fairu_workspace *with)
{
  fairu_workspace_destroy(m->workspace);
  m->workspace = with;
}

static int apply_patch(cli *c, model_file *m)
{
  fairu_workspace *patched = NULL;
  fairu_patchset *set = NULL;
  int status = FAIRU_OK;
  if (!m->patch)
    return m->patchset ? cli_fail(c, FAIRU_ERR_ARGUMENT, "--patchset needs --patch NAME") : FAIRU_OK;
  if (m->patchset) {
    status = fairu_patchset_read(c->ctx, m->patchset, &set);
    if (status == FAIRU_OK)
      status = fairu_patchset_apply(set, c->ctx, m->workspace, m->patch, &patched);
    fairu_patchset_destroy(set);
  } else {
    status = fairu_workspace_patch_file(m->workspace, c->ctx, m->patch, &patched);
  }
  if (status == FAIRU_OK)
    replace_workspace(m, patched);
  return status;
}

/* Of the two-point parameters those that this part has. */
static int keep_own_two_points(cli *c, model_file *m, const fairu_workspace_options *options)
{
  fairu_likelihood *plain = NULL;
  size_t n = 0, index = 0;
  const int status = fairu_likelihood_create_from_workspace(c->ctx, m->workspace, options, &plain);
  for (size_t i = 0; i < m->two_points.n && status == FAIRU_OK; i++)
    if (fairu_likelihood_find_parameter(plain, c->ctx, m->two_points.items[i], &index) == FAIRU_OK)
      m->two_points.items[n++] = m->two_points.items[i];
  m->two_points.n = n;
  fairu_likelihood_destroy(plain);
  return status;
}

static int open_workspace(cli *c, model_file *m, const char *path)
{
  fairu_workspace_options options;
  int status = fairu_workspace_options_init(&options, sizeof options);
  options.measurement = m->measurement;
  options.poi = m->poi;
  if (status == FAIRU_OK)
    status = fairu_workspace_read(c->ctx, path, &m->workspace);
  if (status == FAIRU_OK)
    status = apply_patch(c, m);
  if (status == FAIRU_OK && m->is_part && m->two_points.n > 0)
    status = keep_own_two_points(c, m, &options);
  options.two_points = m->two_points.items;
  options.n_two_points = m->two_points.n;
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_workspace(c->ctx, m->workspace, &options, &m->likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create_from_workspace(c->ctx, m->workspace, m->likelihood, &m->data);
  return status;
}

/* ---- both --------------------------------------------------------------------------------------------- */

int model_read(cli *c, model_file *m, const char *path)
{
  char buffer[INPUT_PATH];
  int status = input_path(c, path, buffer, &path);
  if (status != FAIRU_OK)
    return status;
  status = model_templates_open(c, m, path);
  return model_is_no_templates(status) ? open_workspace(c, m, path) : status;
}

static int apply_set(cli *c, model_file *m)
{
  for (size_t i = 0; i < m->set.n; i++) {
    size_t p = 0;
    double value = 0.0;
    const int status = model_assignment(c, m, "set", m->set.items[i], &p, &value);
    if (status != FAIRU_OK)
      return status;
    m->start[p] = value;
  }
  return FAIRU_OK;
}

static int apply_fix(cli *c, model_file *m)
{
  for (size_t i = 0; i < m->fix.n; i++) {
    const char *text = m->fix.items[i];
    size_t p = 0;
    double value = 0.0;
    int status = FAIRU_OK;
    if (strchr(text, '=')) {
      status = model_assignment(c, m, "fix", text, &p, &value);
      if (status == FAIRU_OK)
        m->start[p] = value;
    } else {
      status = model_parameter(c, m, text, &p);
    }
    if (status != FAIRU_OK)
      return status;
    m->fixed[p] = 1;
  }
  return FAIRU_OK;
}

int model_start(cli *c, model_file *m)
{
  m->n = fairu_likelihood_n_parameters(m->likelihood);
  m->start = model_numbers(c, m->n);
  m->fixed = (unsigned char *)calloc(m->n ? m->n : 1, 1);
  if (!m->start || !m->fixed)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu parameters", m->n);
  int status = fairu_fit_options_init(&m->fit, sizeof m->fit);
  for (size_t i = 0; i < m->n && status == FAIRU_OK; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    status = fairu_likelihood_parameter(m->likelihood, c->ctx, i, &p);
    m->start[i] = p.start;
    m->fixed[i] = (unsigned char)(p.fixed != 0);
  }
  if (status == FAIRU_OK)
    status = apply_set(c, m);
  if (status == FAIRU_OK)
    status = apply_fix(c, m);
  m->fit.start = m->start;
  m->fit.fixed = m->fixed;
  return status;
}

int model_open(cli *c, model_file *m, const char *path)
{
  const int status = model_read(c, m, path);
  return status != FAIRU_OK ? status : model_start(c, m);
}

void model_close(model_file *m)
{
  fairu_data_destroy(m->data);
  fairu_likelihood_destroy(m->likelihood);
  fairu_templates_destroy(m->templates);
  fairu_systematics_destroy(m->systematics);
  fairu_workspace_destroy(m->workspace);
  free(m->start);
  free(m->fixed);
}

int model_finish(cli *c, model_file *m, json_t *root, int status)
{
  const int says_something = status == FAIRU_OK || status == FAIRU_ERR_NOT_CONVERGED ||
                             status == FAIRU_ERR_NOT_POSITIVE_DEFINITE || status == FAIRU_ERR_FLAT;
  if (c->json && (root ? says_something : status == FAIRU_OK)) { /* no root: there was no memory for it */
    if (status != FAIRU_OK) { /* one document: the result, and what is wrong with it */
      json_t *error = json_pack("{s:i,s:s,s:o}", "code", status, "name", fairu_status_name(status), "message",
                                out_json_text(fairu_context_message(c->ctx)));
      out_json_set(root, "error", error);
    }
    const int printed = out_json_print(root, c);
    if (status != FAIRU_OK)
      c->json = 0; /* the error object is in the document */
    status = status == FAIRU_OK ? printed : status;
  }
  json_decref(root);
  model_close(m);
  return cli_end(c, status);
}

cli_usage model_usage(const char *command, const char *about, const cli_option *options, size_t n_options)
{
  return (cli_usage){ .command = command,
                      .files = "WORKSPACE",
                      .about = about,
                      .options = options,
                      .n_options = n_options,
                      .min_files = 1,
                      .max_files = 1 };
}

int model_run(cli *c, model_file *m, model_fn run, void *data)
{
  json_t *root = NULL;
  int status = model_open(c, m, c->files[0]);
  if (status == FAIRU_OK)
    status = run(c, data, &root);
  return model_finish(c, m, root, status);
}
