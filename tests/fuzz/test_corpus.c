/* The fuzz targets on their corpus, without a fuzzer: each input holds the invariants of its reader. */
#include <dirent.h>

#include "support/support.h"

#define LLVMFuzzerTestOneInput fuzz_one_csv
#include "fuzz/fuzz_csv.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_json
#include "fuzz/fuzz_json.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_npy
#include "fuzz/fuzz_npy.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_model
#include "fuzz/fuzz_model.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_templates
#include "fuzz/fuzz_templates.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_fill
#include "fuzz/fuzz_fill.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_checkpoint
#include "fuzz/fuzz_checkpoint.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_workspace
#include "fuzz/fuzz_workspace.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_patch
#include "fuzz/fuzz_patch.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_npz
#include "fuzz/fuzz_npz.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_intervals
#include "fuzz/fuzz_intervals.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_lwtnn
#include "fuzz/fuzz_lwtnn.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_onnx
#include "fuzz/fuzz_onnx.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_state
#include "fuzz/fuzz_state.c"

typedef int (*one_input)(const uint8_t *bytes, size_t size);

/* The input with what stands from byte i on replaced by other bytes. */
static void replay_changed(one_input one, const char *bytes, uint8_t *changed, size_t size, size_t i)
{
  static const struct {
    size_t n;
    uint8_t bytes[8];
  } others[] = {
    { 1, { 0x00 } },
    { 1, { 0xFF } },
    { 4, { 0xFF, 0xFF, 0xFF, 0x7F } },       /* the largest int32_t, or a float that is no number */
    { 8, { 0, 0, 0, 0, 0, 0, 0xF0, 0x7F } }, /* infinity */
    { 8, { 0, 0, 0, 0, 0, 0, 0xF0, 0xBF } }, /* -1 */
    { 8, { 2, 0, 0, 0, 0, 0, 0, 0 } },       /* a small number, and almost 0 */
  };
  changed[i] = (uint8_t)(changed[i] ^ 0x81U);
  one(changed, size);
  changed[i] = (uint8_t)bytes[i];
  for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
    const size_t n = others[k].n < size - i ? others[k].n : size - i;
    memcpy(changed + i, others[k].bytes, n);
    one(changed, size);
    memcpy(changed + i, bytes + i, n);
  }
}

/* The input as it is, every beginning of it, and with each byte, or some from there on, changed. */
static void replay(one_input one, const char *path)
{
  size_t size = 0;
  char *bytes = support_read_file(path, &size);
  uint8_t *changed = malloc(size + 1);
  assert_non_null(changed);
  memcpy(changed, bytes, size);
  const size_t step = size / 400 + 1;
  for (size_t i = 0; i <= size; i += step)
    one((const uint8_t *)bytes, size - i);
  for (size_t i = 0; i < size; i += step)
    replay_changed(one, bytes, changed, size, i);
  free(changed);
  free(bytes);
}

static void replay_folder(one_input one, const char *target)
{
  char folder[64], path[512];
  size_t n = 0;
  snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", target);
  DIR *entries = opendir(folder);
  assert_non_null(entries);
  for (struct dirent *entry = readdir(entries); entry; entry = readdir(entries))
    if (entry->d_name[0] != '.') {
      snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
      replay(one, path);
      n++;
    }
  closedir(entries);
  assert_true(n >= 2);
}

static void csv(void **state)
{
  (void)state;
  replay_folder(fuzz_one_csv, "csv");
}

static void json(void **state)
{
  (void)state;
  replay_folder(fuzz_one_json, "json");
}

static void npy(void **state)
{
  (void)state;
  replay_folder(fuzz_one_npy, "npy");
}

static void model(void **state)
{
  (void)state;
  replay_folder(fuzz_one_model, "model");
}

static void templates(void **state)
{
  (void)state;
  replay_folder(fuzz_one_templates, "templates");
}

static void fill(void **state)
{
  (void)state;
  replay_folder(fuzz_one_fill, "fill");
}

static void packed_state(void **state)
{
  (void)state;
  replay_folder(fuzz_one_state, "state");
}

static void checkpoint(void **state)
{
  (void)state;
  replay_folder(fuzz_one_checkpoint, "checkpoint");
}

static void workspace(void **state)
{
  (void)state;
  replay_folder(fuzz_one_workspace, "workspace");
}

static void patch(void **state)
{
  (void)state;
  replay_folder(fuzz_one_patch, "patch");
}

static void npz(void **state)
{
  (void)state;
  replay_folder(fuzz_one_npz, "npz");
}

static void score(void **state)
{
  (void)state;
  replay_folder(fuzz_one_intervals, "intervals");
}

static void lwtnn(void **state)
{
  (void)state;
  replay_folder(fuzz_one_lwtnn, "lwtnn");
}

static void onnx(void **state)
{
  (void)state;
  replay_folder(fuzz_one_onnx, "onnx");
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(csv),        cmocka_unit_test(json),
                                      cmocka_unit_test(npy),        cmocka_unit_test(model),
                                      cmocka_unit_test(templates),  cmocka_unit_test(fill),
                                      cmocka_unit_test(workspace),  cmocka_unit_test(patch),
                                      cmocka_unit_test(npz),        cmocka_unit_test(score),
                                      cmocka_unit_test(lwtnn),      cmocka_unit_test(onnx),
                                      cmocka_unit_test(checkpoint), cmocka_unit_test(packed_state) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
