/* A plugin of a host, linked with the library: loader.c opens and closes it, and library and BLAS go with it. */
#include "guest.h"

__attribute__((visibility("default"))) int plugin_run(double *value, const void **address);

int plugin_run(double *value, const void **address)
{
  static guest_answers a;
  guest g;
  fairu_context *ctx = NULL;
  int status = fairu_context_create(NULL, &ctx);
  if (status == FAIRU_OK)
    status = fairu_context_set_threads(ctx, 2);
  if (status == FAIRU_OK)
    status = guest_make(&g, ctx, 1);
  if (status == FAIRU_OK) {
    memset(&a, 0, sizeof a);
    status = guest_fit(&g, ctx, &a);
    guest_free(&g);
  }
  if (status != FAIRU_OK)
    fprintf(stderr, "%s: %s\n", fairu_status_name(status), ctx ? fairu_context_message(ctx) : "");
  fairu_context_destroy(ctx);
  *value = a.fitted[0] + (double)(guest_hash(&a, sizeof a) % 1000000);
  *address = (const void *)(uintptr_t)fairu_likelihood_fit;
  return status;
}
