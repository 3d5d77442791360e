/* Any bytes as a NumPy .npz file. The first byte chooses the options: 1: the array "x" alone, 32: and "w"; 2: weights, labels and numbers; 4: names for columns, one
 * to three. */
#include "fuzz/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void npz_wrong(fairu_context *ctx)
{
  fairu_npz_options options;
  fairu_events *events = NULL;
  FUZZ_WRONG(fairu_events_read_npz(NULL, "-", NULL, &events));
  FUZZ_WRONG(fairu_events_read_npz(ctx, NULL, NULL, &events));
  FUZZ_WRONG(fairu_events_read_npz(ctx, "-", NULL, NULL));
  fuzz_must(fairu_npz_options_init(&options, sizeof options) == FAIRU_OK);
  options.n_features = 1;
  FUZZ_WRONG(fairu_events_read_npz(ctx, "-", &options, &events));
  options.n_features = 0;
  options.n_names = 1;
  FUZZ_WRONG(fairu_events_read_npz(ctx, "-", &options, &events));
  options.struct_size = 1;
  fuzz_must(fairu_events_read_npz(ctx, "-", &options, &events) == FAIRU_ERR_STRUCT_SIZE);
  fuzz_must(fairu_events_read_npz(ctx, "/nowhere", NULL, &events) == FAIRU_ERR_IO && !events);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static const char *const names[] = { "a", "b", "c" };
  static const char *const features[] = { "x", "w" };
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  if (size == 0) {
    if (words.n == 0)
      npz_wrong(ctx);
    fairu_context_destroy(ctx);
    return 0;
  }
  fairu_npz_options options;
  fairu_events *events = NULL;
  fuzz_file file;
  fuzz_must(fairu_npz_options_init(&options, sizeof options) == FAIRU_OK);
  if (bytes[0] & 1) {
    options.features = features;
    options.n_features = 1;
  }
  if (bytes[0] & 2) {
    options.weight = "w";
    options.label = "y";
    options.id = "id";
  }
  if (bytes[0] & 4) {
    options.names = names;
    options.n_names = 1 + bytes[0] / 8 % 3U;
  }
  if (bytes[0] & 32)
    options.n_features = options.n_features * 2;
  fuzz_open(&file, bytes + 1, size - 1);
  FUZZ_LOAD(ctx, fairu_events_read_npz(ctx, file.path, &options, &events), events);
  fuzz_close(&file);
  if (events)
    fuzz_must(!(bytes[0] & 2) || (fairu_events_weights(events) && fairu_events_ids(events)));
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
  return 0;
}
