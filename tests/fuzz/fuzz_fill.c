/* Any bytes as the state of a fill, or as its body; what loads must merge and become templates, and be the same when saved and loaded. */
#include "fuzz/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void fill_use(fairu_context *ctx, fairu_fill *fill, const fairu_fill *other)
{
  fairu_templates *t = NULL;
  const int merged = fairu_fill_merge(fill, ctx, other);
  fuzz_check(ctx, merged, merged == FAIRU_OK ? fill : NULL);
  FUZZ_CHECK(ctx, fairu_templates_create_from_fill(ctx, fill, FAIRU_INTERPOLATION_LINEAR, &t), t);
  fairu_templates_destroy(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'F', 'I', 'L' };
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  fairu_fill *fill = NULL, *other = NULL;
  fuzz_file file;
  fuzz_open_packed(&file, magic, bytes, size);
  FUZZ_LOAD(ctx, fairu_fill_load(ctx, file.path, &fill), fill);
  FUZZ_CHECK(ctx, fairu_fill_load(ctx, file.path, &other), other);
  fuzz_close(&file);
  fuzz_must((fill != NULL) == (other != NULL));
  if (fill && !fuzz_word(&words, 'l') && fuzz_chosen(bytes, size))
    FUZZ_AGAIN(ctx, fairu_fill, fairu_fill_save, fairu_fill_load, fairu_fill_destroy, fill);
  if (fill)
    fill_use(ctx, fill, other);
  fairu_fill_destroy(fill);
  fairu_fill_destroy(other);
  fairu_context_destroy(ctx);
  return 0;
}
