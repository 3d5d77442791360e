/* No memory: single events, derivatives, policies of inputs. */
#include "abi/memory.h"

static const char *const names[] = { "classifier" };

static int fairu_classifier_score_event_body(fairu_context *ctx, void *data)
{
  float score;
  return fairu_classifier_score_event(((const world *)data)->network, ctx, world_rows, 2, world_z, 1,
                                      FAIRU_OUTPUT_SCORE, &score);
}

static int fairu_classifier_score_derivative_body(fairu_context *ctx, void *data)
{
  float d_x[4], d_z[2];
  return fairu_classifier_score_derivative(((const world *)data)->network, ctx, world_rows, 2, 2, world_z, 1,
                                           FAIRU_OUTPUT_SCORE, NULL, d_x, d_z);
}

static int fairu_classifier_create_with_inputs_body(fairu_context *ctx, void *data)
{
  const fairu_input_options options = { .struct_size = sizeof options };
  fairu_classifier *out = NULL;
  const int status = fairu_classifier_create_with_inputs(ctx, ((const world *)data)->network, &options, &out);
  fairu_classifier_destroy(out);
  return status;
}

static const memory_case cases[] = { ROW(fairu_classifier_score_event, 0),
                                     ROW(fairu_classifier_score_derivative, 1),
                                     ROW(fairu_classifier_create_with_inputs, 1) };
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
