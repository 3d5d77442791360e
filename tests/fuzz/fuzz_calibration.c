/* Any bytes as a calibration of intervals. A digest that is wrong only because the contents were changed is set right, so
 * that what lies behind it is reached; what loads has critical values, and is the same when saved and loaded. */
#include "fuzz/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { CALIBRATION_HEX = FAIRU_INTERVAL_CALIBRATION_DIGEST - 1 };

/* The message of the loader ends with the digest that the contents have. */
static int calibration_right_digest(const fairu_context *ctx, uint8_t *bytes, size_t size)
{
  const char *message = fairu_context_message(ctx);
  const size_t length = strlen(message);
  uint8_t *place = memmem(bytes, size, "\"digest\"", 8);
  if (fairu_context_status(ctx) != FAIRU_ERR_CHECKSUM || length < CALIBRATION_HEX || !place)
    return 0;
  place = memchr(place + 8, '"', (size_t)(bytes + size - place) - 8);
  if (!place || (size_t)(bytes + size - place) < CALIBRATION_HEX + 2 || place[CALIBRATION_HEX + 1] != '"')
    return 0;
  memcpy(place + 1, message + length - CALIBRATION_HEX, CALIBRATION_HEX);
  return 1;
}

static void calibration_load(fairu_context *ctx, const uint8_t *bytes, size_t size,
                             fairu_interval_calibration **out)
{
  fuzz_file file;
  fuzz_open(&file, bytes, size);
  FUZZ_LOAD(ctx, fairu_interval_calibration_load(ctx, file.path, out), *out);
  fuzz_close(&file);
}

static void calibration_use(fairu_context *ctx, const fairu_interval_calibration *c)
{
  const size_t n = fairu_interval_calibration_n_mu(c);
  for (size_t i = 0; i < n; i++) {
    double mu = 0.0, quantile = 0.0, error = 0.0, critical = 0.0, between = 0.0;
    uint64_t n_failed = 0;
    fuzz_must(fairu_interval_calibration_point(c, ctx, i, &mu, &quantile, &error, &critical, &n_failed) ==
              FAIRU_OK);
    fuzz_must(quantile >= 0.0 && critical >= 0.0 && critical - critical == 0.0);
    const int status = fairu_interval_calibration_critical(c, ctx, mu, &between, &error);
    fuzz_check(ctx, status, status == FAIRU_OK ? c : NULL);
    fuzz_must(status != FAIRU_OK || (between >= 0.0 && between - between == 0.0));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  fairu_interval_calibration *c = NULL;
  uint8_t *copy = malloc(size + 1);
  fuzz_must(copy != NULL);
  if (size > 0)
    memcpy(copy, bytes, size);
  calibration_load(ctx, copy, size, &c);
  if (!c && calibration_right_digest(ctx, copy, size))
    calibration_load(ctx, copy, size, &c);
  if (c) {
    calibration_use(ctx, c);
    if (!fuzz_word(&words, 'l') && fuzz_chosen(bytes, size))
      FUZZ_AGAIN(ctx, fairu_interval_calibration, fairu_interval_calibration_save,
                 fairu_interval_calibration_load, fairu_interval_calibration_destroy, c);
  }
  free(copy);
  fairu_interval_calibration_destroy(c);
  fairu_context_destroy(ctx);
  return 0;
}
