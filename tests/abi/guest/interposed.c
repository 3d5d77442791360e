/* A host whose own functions have the names of all that the library holds (interposed.h, made by test_embedded.sh): none is called. */
#include "guest.h"

#include "interposed.h"

int main(void)
{
  static guest_answers a;
  guest g;
  float scores[GUEST_ROWS];
  fairu_context *ctx = NULL;
  int status = fairu_context_create(NULL, &ctx);
  if (status == FAIRU_OK)
    status = fairu_context_set_threads(ctx, 2);
  if (status == FAIRU_OK)
    status = guest_make(&g, ctx, 2);
  if (status == FAIRU_OK)
    status = guest_exact(&g, ctx, &a);
  if (status == FAIRU_OK)
    status = guest_scores(&g, ctx, scores);
  if (status == FAIRU_OK)
    guest_free(&g);
  fairu_context_destroy(ctx);
  return status != FAIRU_OK;
}
