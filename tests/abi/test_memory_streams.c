/* No memory: tables of events in pieces, and side by side. */
#include "abi/kinds.h"
#include "abi/memory.h"
#include "base/zip_made.h"

static const char *const names[] = { "events" };

static int fairu_events_check_disjoint_body(fairu_context *ctx, void *data)
{
  static const uint64_t ids[3] = { 3, 1, 2 };
  fairu_events *events = NULL;
  int status = fairu_events_create(ctx, 3, 0, NULL, &events);
  if (status == FAIRU_OK)
    status = fairu_events_set_ids(events, ctx, ids, 3);
  if (status == FAIRU_OK)
    status = fairu_events_check_disjoint(events, ctx, ((const world *)data)->events);
  fairu_events_destroy(events);
  return status;
}

MAKES(fairu_csv_reader_create, fairu_csv_reader, ctx, w->csv, NULL, &out)
static int fairu_csv_reader_next_body(fairu_context *ctx, void *data)
{
  const world *w = (const world *)data;
  fairu_csv_reader *reader = NULL;
  fairu_events *events = NULL;
  int status = fairu_csv_reader_create(ctx, w->csv, NULL, &reader);
  for (int i = 0; i < 3 && status == FAIRU_OK; i++) {
    status = fairu_csv_reader_next(reader, ctx, WORLD_EVENTS / 2, &events);
    fairu_events_destroy(events);
  }
  fairu_csv_reader_destroy(reader);
  return status;
}

MAKES(fairu_csv_writer_create, fairu_csv_writer, ctx, w->path, NULL, &out)
BODY(fairu_csv_writer_add, kind_write_pieces(ctx, w, w->path))

static int fairu_events_read_npz_body(fairu_context *ctx, void *data)
{
  const world *w = (const world *)data;
  size_t size = 0;
  char path[512], *npy = support_read_file(w->npy, &size);
  zip_made z = { .size = 0 };
  fairu_events *out = NULL;
  zip_add(&z, "a.npy", npy, size, ZIP_DEFLATED);
  zip_end(&z, 0, "");
  free(npy);
  support_write_file(support_path(path, sizeof path, "w.npz"), z.bytes, z.size);
  const int status = fairu_events_read_npz(ctx, path, NULL, &out);
  fairu_events_destroy(out);
  return status;
}

static const memory_case cases[] = {
  ROW(fairu_events_read_npz, 1),
  ROW(fairu_events_check_disjoint, 1),
  ROW(fairu_csv_reader_create, 1),
  ROW(fairu_csv_reader_next, 1),
  ROW(fairu_csv_writer_create, 1),
  ROW(fairu_csv_writer_add, 1),
  { "fairu_csv_writer_close", fairu_csv_writer_add_body, 1 },
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
