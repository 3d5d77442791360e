/* No memory: tables on Arrow batches. */
#include "abi/memory.h"
#include "events/arrow_batch.h"

static const char *const names[] = { "arrow" };

static int fairu_events_create_view_arrow_body(fairu_context *ctx, void *data)
{
  arrow_batch *b = arrow_make();
  fairu_arrow_options o = arrow_options();
  fairu_events *events = NULL;
  (void)data;
  int status = fairu_events_create_view_arrow(ctx, &b->schema, &b->array, &o, &events);
  fairu_events_destroy(events);
  o.label = "id";
  if (status == FAIRU_OK) {
    status = fairu_events_create_view_arrow(ctx, &b->schema, &b->array, &o, &events);
    fairu_events_destroy(events);
  }
  free(b);
  return status;
}

static const memory_case cases[] = { ROW(fairu_events_create_view_arrow, 1) };
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
