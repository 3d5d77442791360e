/* histfactory_reference.h - workspaces of the data folder with the numbers that are expected of them. */
#ifndef FAIRU_TESTS_HISTFACTORY_REFERENCE_H
#define FAIRU_TESTS_HISTFACTORY_REFERENCE_H

#include <jansson.h>

#include "reference_names.h"
#include "support/support.h"

typedef struct reference {
  const char *name;
  fairu_context *ctx;
  fairu_workspace *workspace;
  fairu_likelihood *likelihood;
  fairu_data *data;
  size_t n_params, n_bins;
  json_t *expected;
} reference;

/* The workspace of this name made into a likelihood; skips the test without the data folder. */
static inline reference reference_open(const char *name)
{
  reference r = { .name = name, .ctx = support_context() };
  char relative[256], path[1024];
  (void)snprintf(relative, sizeof relative, "histfactory/%s.expected.json", name);
  if (!support_data(path, sizeof path, relative)) {
    fairu_context_destroy(r.ctx);
    support_skip("no ../shared/data");
  }
  r.expected = json_load_file(path, 0, NULL);
  assert_non_null(r.expected);
  (void)snprintf(relative, sizeof relative, "histfactory/%s.json", name);
  assert_non_null(support_data(path, sizeof path, relative));
  CHECK_OK(r.ctx, fairu_workspace_read(r.ctx, path, &r.workspace));
  CHECK_OK(r.ctx, fairu_likelihood_create_from_workspace(r.ctx, r.workspace, NULL, &r.likelihood));
  CHECK_OK(r.ctx, fairu_data_create_from_workspace(r.ctx, r.workspace, r.likelihood, &r.data));
  r.n_params = fairu_likelihood_n_parameters(r.likelihood);
  r.n_bins = fairu_likelihood_n_bins(r.likelihood);
  return r;
}

static inline void reference_close(reference *r)
{
  json_decref(r->expected);
  fairu_data_destroy(r->data);
  fairu_likelihood_destroy(r->likelihood);
  fairu_workspace_destroy(r->workspace);
  fairu_context_destroy(r->ctx);
}

/* A member that is there. */
static inline const json_t *reference_member(const json_t *object, const char *key)
{
  const json_t *member = json_object_get(object, key);
  if (!member)
    print_error("%s is not expected\n", key);
  assert_non_null(member);
  return member;
}

/* Numbers of an array of n, null as NaN; free() them. */
static inline double *reference_numbers(const json_t *array, size_t n)
{
  double *numbers = (double *)calloc(n + 1, sizeof *numbers);
  assert_non_null(numbers);
  assert_int_equal(json_array_size(array), n);
  for (size_t i = 0; i < n; i++) {
    const json_t *value = json_array_get(array, i);
    numbers[i] = json_is_null(value) ? (double)NAN : json_number_value(value);
  }
  return numbers;
}

#endif /* FAIRU_TESTS_HISTFACTORY_REFERENCE_H */
