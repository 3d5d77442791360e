/* No memory: likelihoods joined. */
#include "abi/memory.h"

static const char *const names[] = { "likelihood" };

static int fairu_likelihood_create_combined_body(fairu_context *ctx, void *data)
{
  const fairu_likelihood *parts[1] = { ((const world *)data)->small.likelihood };
  fairu_likelihood *whole = NULL;
  const int status = fairu_likelihood_create_combined(ctx, parts, 1, NULL, &whole);
  fairu_likelihood_destroy(whole);
  return status;
}

static const memory_case cases[] = { ROW(fairu_likelihood_create_combined, 1) };
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
