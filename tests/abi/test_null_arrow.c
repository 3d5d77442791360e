/* NULL, one pointer at a time: tables on Arrow batches. */
#include "abi/null.h"
#include "events/arrow_batch.h"

static void rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  arrow_batch *b = arrow_make();
  const fairu_arrow_options o = arrow_options();
  ANSWERS(fairu_arrow_options_init(NULL, sizeof o) == FAIRU_ERR_NULL);
  NO_OBJECT_CTX(fairu_events_create_view_arrow(NULL, &b->schema, &b->array, &o, OUT(fairu_events)));
  NO_OBJECT(fairu_events_create_view_arrow(ctx, NULL, &b->array, &o, OUT(fairu_events)));
  NO_OBJECT(fairu_events_create_view_arrow(ctx, &b->schema, NULL, &o, OUT(fairu_events)));
  b->children[ARROW_W].format = b->children[ARROW_ID].format = "f"; /* all are features then */
  MAKES(fairu_events_create_view_arrow(ctx, &b->schema, &b->array, NULL, OUT(fairu_events)), fairu_events);
  REFUSES(fairu_events_create_view_arrow(ctx, &b->schema, &b->array, &o, NULL));
  free(b);
}

int main(void)
{
  static const char *const names[] = { "arrow" };
  return null_main(names, sizeof names / sizeof *names, rows);
}
