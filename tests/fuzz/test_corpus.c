/* The fuzz targets on their corpus, without a fuzzer: each input holds the invariants of its reader. */
#include "fuzz/replay.h"

#define LLVMFuzzerTestOneInput fuzz_one_csv
#include "fuzz/fuzz_csv.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_json
#include "fuzz/fuzz_json.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_npy
#include "fuzz/fuzz_npy.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_npz
#include "fuzz/fuzz_npz.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_intervals
#include "fuzz/fuzz_intervals.c"
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
#define LLVMFuzzerTestOneInput fuzz_one_state
#include "fuzz/fuzz_state.c"
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
#define LLVMFuzzerTestOneInput fuzz_one_lwtnn
#include "fuzz/fuzz_lwtnn.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_onnx
#include "fuzz/fuzz_onnx.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_gzip
#include "fuzz/fuzz_gzip.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_probability
#include "fuzz/fuzz_probability.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_calibration
#include "fuzz/fuzz_calibration.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_patchset
#include "fuzz/fuzz_patchset.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_hs3
#include "fuzz/fuzz_hs3.c"

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

static void npz(void **state)
{
  (void)state;
  replay_folder(fuzz_one_npz, "npz");
}

static void intervals(void **state)
{
  (void)state;
  replay_folder(fuzz_one_intervals, "intervals");
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

static void gzip(void **state)
{
  (void)state;
  replay_folder(fuzz_one_gzip, "gzip");
}

static void probability(void **state)
{
  (void)state;
  replay_folder(fuzz_one_probability, "probability");
}

static void calibration(void **state)
{
  (void)state;
  replay_folder(fuzz_one_calibration, "calibration");
}

static void patchset(void **state)
{
  (void)state;
  replay_folder(fuzz_one_patchset, "patchset");
}

static void hs3(void **state)
{
  (void)state;
  replay_folder(fuzz_one_hs3, "hs3");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(csv),         cmocka_unit_test(json),        cmocka_unit_test(npy),
    cmocka_unit_test(npz),         cmocka_unit_test(intervals),   cmocka_unit_test(model),
    cmocka_unit_test(templates),   cmocka_unit_test(fill),        cmocka_unit_test(packed_state),
    cmocka_unit_test(checkpoint),  cmocka_unit_test(workspace),   cmocka_unit_test(patch),
    cmocka_unit_test(lwtnn),       cmocka_unit_test(onnx),        cmocka_unit_test(gzip),
    cmocka_unit_test(probability), cmocka_unit_test(calibration), cmocka_unit_test(patchset),
    cmocka_unit_test(hs3)
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
