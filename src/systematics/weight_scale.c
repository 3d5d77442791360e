/* weight_scale.c - normalisation of some classes of events. */
#include "systematics/systematics_internal.h"
#include "systematics/tangent.h"

#include <string.h>

/* Which labels are scaled: by category, or a list of numbers. */
typedef struct scaled {
  size_t n_categories;
  unsigned char *is_scaled; /* [n_categories] */
  int32_t *numbers;         /* [n_numbers] */
  size_t n_numbers;
} scaled;

static int has_label(const fairu_step *step, const char *name)
{
  const char *label = step->labels;
  for (size_t i = 0; i < step->n_labels; i++, label += strlen(label) + 1)
    if (strcmp(label, name) == 0)
      return 1;
  return 0;
}

int fairu_label__number(const char *label, int32_t *number)
{
  const char *digits = label + (*label == '-');
  int64_t value = 0;
  size_t n = 0;
  for (; n < 10 && digits[n] >= '0' && digits[n] <= '9'; n++)
    value = 10 * value + (digits[n] - '0');
  value = *label == '-' ? -value : value;
  if (n == 0 || digits[n] || (*digits == '0' && (n > 1 || digits != label)) || value < INT32_MIN ||
      value > INT32_MAX)
    return 0;
  *number = (int32_t)value;
  return 1;
}

static void list_numbers(const fairu_step *step, scaled *s)
{
  const char *label = step->labels;
  for (size_t i = 0; i < step->n_labels; i++, label += strlen(label) + 1)
    s->n_numbers += (size_t)fairu_label__number(label, &s->numbers[s->n_numbers]);
}

static int prepare(const fairu_step *step, fairu_context *ctx, const fairu_shift_call *call, void **state)
{
  const double z = call->z[step->nuisance];
  if (z < 0.0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "z[%zu] scales weights and is %g, wanted >= 0",
                               step->nuisance, z);
  if (z == 1.0)
    return FAIRU_OK;
  if (!fairu_events_labels(call->in))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "weights of \"%.60s\" are scaled; the table has no labels", step->labels);
  const size_t n = fairu_events_n_categories(call->in);
  scaled *s = fairu_context__scratch(ctx, 1, sizeof *s, "labels");
  unsigned char *is_scaled = fairu_context__scratch(ctx, n, 1, "labels");
  int32_t *numbers = fairu_context__scratch(ctx, step->n_labels, sizeof *numbers, "labels");
  if (!s || !is_scaled || !numbers)
    return FAIRU_ERR_OUT_OF_MEMORY;
  *s = (scaled){ .n_categories = n, .is_scaled = is_scaled, .numbers = numbers };
  for (size_t i = 0; i < n; i++)
    is_scaled[i] = (unsigned char)has_label(step, fairu_events_category_name(call->in, i));
  if (n == 0)
    list_numbers(step, s);
  if (n == 0 && s->n_numbers == 0)
    return fairu_context__fail(
        ctx, FAIRU_ERR_ARGUMENT,
        "weights of \"%.60s\" are scaled; labels of the table are numbers without names", step->labels);
  *state = s;
  return FAIRU_OK;
}

static int is_in(const scaled *s, int32_t label)
{
  if (s->n_categories > 0)
    return label >= 0 && (size_t)label < s->n_categories && s->is_scaled[label];
  for (size_t i = 0; i < s->n_numbers; i++)
    if (s->numbers[i] == label)
      return 1;
  return 0;
}

static int run(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk)
{
  (void)worker;
  const scaled *s = chunk->state;
  const double z = chunk->z[step->nuisance];
  for (size_t i = 0; s && i < chunk->n_events; i++)
    if (is_in(s, chunk->labels[i]))
      chunk->weights[i] *= z;
  return FAIRU_OK;
}

/* The labels one after the other in scratch. */
static int join(fairu_context *ctx, const char *const *labels, fairu_step *step)
{
  for (size_t i = 0; i < step->n_labels; i++) {
    if (!labels[i])
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "labels[%zu] is NULL", i);
    if (strlen(labels[i]) > fairu_context__limits(ctx)->name_bytes)
      return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "labels[%zu] has %zu bytes", i, strlen(labels[i]));
    step->labels_size += strlen(labels[i]) + 1;
  }
  char *text = step->labels = fairu_context__scratch(ctx, step->labels_size, 1, "labels");
  if (!text)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < step->n_labels; i++) {
    const size_t size = strlen(labels[i]) + 1;
    memcpy(text, labels[i], size);
    text += size;
  }
  return FAIRU_OK;
}

int fairu_systematics_add_weight_scale(fairu_systematics *systematics, fairu_context *ctx,
                                       const char *nuisance, const char *const *labels, size_t n_labels)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!systematics || !nuisance || !labels)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL",
                               !systematics ? "systematics"
                               : !nuisance  ? "nuisance"
                                            : "labels");
  if (n_labels == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "no labels whose weights \"%.60s\" scales", nuisance);
  fairu_step step = { .kind = "weight scale",
                      .run = run,
                      .tangent = fairu_tangent__of_weights,
                      .prepare = prepare,
                      .draws = fairu_step__never_draws,

                      .n_labels = n_labels,
                      .weighs = 1 };
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = fairu_systematics__find(systematics, ctx, nuisance, &step.nuisance);
  if (status == FAIRU_OK)
    status = join(ctx, labels, &step);
  if (status == FAIRU_OK)
    status = fairu_systematics__append(systematics, ctx, &step);
  fairu_context__release(ctx, mark);
  return status;
}
