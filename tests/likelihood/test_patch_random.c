/* Random patches of random workspaces, each operation done to plain structs as well: the patched workspace is that of the changed structs,
 * to the bit; a patch that fails anywhere changes nothing. */
#include "plain_both.h"

enum { PATCHES = 60, OPERATIONS = 14 };

typedef struct draft {
  plain_workspace *w;
  plain_text patch;
  size_t n;
} draft;

static void begin_operation(draft *d, const char *op)
{
  plain_print(&d->patch, "%s{\"op\":\"%s\",", d->n++ > 0 ? "," : "[", op);
}

static plain_channel *any_channel(draft *d, size_t *c)
{
  *c = philox_below(&d->w->rng, d->w->n_channels);
  return &d->w->channels[*c];
}

static plain_sample *any_sample(draft *d, size_t *c, size_t *s)
{
  plain_channel *channel = any_channel(d, c);
  *s = philox_below(&d->w->rng, channel->n_samples);
  return &channel->samples[*s];
}

static void replace_yield(draft *d)
{
  size_t c, s;
  plain_sample *sample = any_sample(d, &c, &s);
  const size_t b = philox_below(&d->w->rng, d->w->channels[c].n_bins);
  sample->yields[b] *= philox_between(&d->w->rng, 0.9, 1.1);
  begin_operation(d, "replace");
  plain_print(&d->patch, "\"path\":\"/channels/%zu/samples/%zu/data/%zu\",\"value\":%.17g}", c, s, b,
              sample->yields[b]);
}

static void replace_observation(draft *d)
{
  size_t c;
  plain_channel *channel = any_channel(d, &c);
  for (size_t b = 0; b < channel->n_bins; b++)
    channel->observed[b] = floor(philox_between(&d->w->rng, 0.0, 200.0));
  begin_operation(d, "replace");
  plain_print(&d->patch, "\"path\":\"/observations/%zu/data\",\"value\":", c);
  plain_print_numbers(&d->patch, channel->observed, channel->n_bins);
  plain_print(&d->patch, "}");
}

static void test_yield(draft *d)
{
  size_t c, s;
  const plain_sample *sample = any_sample(d, &c, &s);
  begin_operation(d, "test");
  plain_print(&d->patch, "\"path\":\"/channels/%zu/samples/%zu/data\",\"value\":", c, s);
  plain_print_numbers(&d->patch, sample->yields, d->w->channels[c].n_bins);
  plain_print(&d->patch, "}");
}

/* Insert at `at` of n elements, n + 1 afterwards. */
static void make_room(void *first, size_t n, size_t at, size_t size)
{
  char *place = (char *)first + at * size;
  memmove(place + size, place, (n - at) * size);
  memset(place, 0, size);
}

static void close_gap(void *first, size_t n, size_t at, size_t size)
{
  char *place = (char *)first + at * size;
  memmove(place, place + size, (n - at - 1) * size);
}

/* At a place or, "-", at the end. */
static void add_sample(draft *d)
{
  size_t c;
  plain_channel *channel = any_channel(d, &c);
  if (channel->n_samples >= PLAIN_SAMPLES)
    return;
  const size_t at = philox_below(&d->w->rng, channel->n_samples + 1);
  const int at_end = at == channel->n_samples;
  char place[32] = "-", name[PLAIN_NAME];
  if (!at_end)
    (void)snprintf(place, sizeof place, "%zu", at);
  (void)snprintf(name, sizeof name, "new %06u", (unsigned)philox_below(&d->w->rng, 1000000));
  make_room(channel->samples, channel->n_samples++, at, sizeof *channel->samples);
  plain_sample *sample = &channel->samples[at];
  (void)snprintf(sample->name, sizeof sample->name, "%s", name);
  for (size_t b = 0; b < channel->n_bins; b++)
    sample->yields[b] = philox_between(&d->w->rng, 1.0, 9.0);
  plain_add_norm(d->w, sample, "xs");
  begin_operation(d, "add");
  plain_print(&d->patch, "\"path\":\"/channels/%zu/samples/%s\",\"value\":{\"name\":\"%s\",\"data\":", c,
              place, name);
  plain_print_numbers(&d->patch, sample->yields, channel->n_bins);
  plain_print(&d->patch, ",\"modifiers\":[");
  plain_print_modifier(&d->patch, &sample->modifiers[0], channel->n_bins);
  plain_print(&d->patch, "]}}");
}

static void remove_modifier(draft *d)
{
  size_t c, s;
  plain_sample *sample = any_sample(d, &c, &s);
  if (sample->n_modifiers == 0)
    return;
  const size_t i = philox_below(&d->w->rng, sample->n_modifiers);
  if (sample->modifiers[i].type != PLAIN_HISTOSYS && sample->modifiers[i].type != PLAIN_NORMSYS)
    return;
  close_gap(sample->modifiers, sample->n_modifiers--, i, sizeof *sample->modifiers);
  begin_operation(d, "remove");
  plain_print(&d->patch, "\"path\":\"/channels/%zu/samples/%zu/modifiers/%zu\"}", c, s, i);
}

/* Within its channel: taken out first, so that places are those without it. */
static void move_sample(draft *d)
{
  size_t c, from;
  (void)any_sample(d, &c, &from);
  plain_channel *channel = &d->w->channels[c];
  const size_t to = philox_below(&d->w->rng, channel->n_samples);
  plain_sample keep = channel->samples[from];
  close_gap(channel->samples, channel->n_samples, from, sizeof keep);
  make_room(channel->samples, channel->n_samples - 1, to, sizeof keep);
  channel->samples[to] = keep;
  begin_operation(d, "move");
  plain_print(&d->patch, "\"from\":\"/channels/%zu/samples/%zu\",\"path\":\"/channels/%zu/samples/%zu\"}", c,
              from, c, to);
}

/* The yields of one sample become those of another of the same channel: a copy, not a reference. */
static void copy_yields(draft *d)
{
  size_t c, from;
  const plain_sample *source = any_sample(d, &c, &from);
  const size_t to = philox_below(&d->w->rng, d->w->channels[c].n_samples);
  double yields[PLAIN_BINS];
  memcpy(yields, source->yields, sizeof yields);
  memcpy(d->w->channels[c].samples[to].yields, yields, sizeof yields);
  begin_operation(d, "copy");
  plain_print(&d->patch,
              "\"from\":\"/channels/%zu/samples/%zu/data\",\"path\":\"/channels/%zu/samples/%zu/data\"}", c,
              from, c, to);
}

static void rename_channel(draft *d)
{
  size_t c;
  plain_channel *channel = any_channel(d, &c);
  channel->name[0] = (char)('A' + philox_below(&d->w->rng, 26));
  for (int i = 0; i < 2; i++) {
    begin_operation(d, "replace");
    plain_print(&d->patch, "\"path\":\"/%s/%zu/name\",\"value\":\"%s\"}", i ? "observations" : "channels", c,
                channel->name);
  }
}

/* An object's member that is there is replaced by "add". */
static void add_member(draft *d)
{
  begin_operation(d, "add");
  d->w->configs[0].sigma = philox_between(&d->w->rng, 0.01, 0.1);
  plain_print(&d->patch, "\"path\":\"/measurements/0/config/parameters/0/sigmas\",\"value\":[%.17g]}",
              d->w->configs[0].sigma);
}

static void (*const operations[])(draft *d) = { replace_yield, replace_observation, test_yield,
                                                add_sample,    remove_modifier,     move_sample,
                                                copy_yields,   rename_channel,      add_member };
enum { KINDS = sizeof operations / sizeof operations[0] };

/* A patch of random operations, done to *w too; free() it. */
static char *draw_patch(plain_workspace *w)
{
  draft d = { w, { (char *)malloc(PLAIN_TEXT), 0, PLAIN_TEXT }, 0 };
  assert_non_null(d.patch.text);
  while (d.n < OPERATIONS)
    operations[philox_below(&w->rng, KINDS)](&d);
  plain_print(&d.patch, "]");
  return d.patch.text;
}

/* Values of both at one point are equal to the bit. */
static void check_identical(both *p, const made *patched)
{
  double a[2], b[2], nu[PLAIN_CHANNELS * PLAIN_BINS], other[PLAIN_CHANNELS * PLAIN_BINS];
  assert_int_equal(fairu_likelihood_n_parameters(patched->likelihood), p->m->n);
  assert_int_equal(fairu_likelihood_n_bins(patched->likelihood), p->m->n_bins);
  for (size_t i = 0; i < p->m->n; i++)
    assert_string_equal(parameter_at(patched, i).name, p->m->parameters[i].name);
  both_move(p);
  for (size_t i = 0; i < p->m->n;
       i++) /* shapes may be of other yields by now: near nominal all are positive */
    if (p->m->parameters[i].lower < -1.0)
      p->params[i] *= 0.02;
  CHECK_OK(p->made.ctx, fairu_likelihood_nll(p->made.likelihood, p->made.ctx, p->made.data, p->params,
                                             p->m->n, a, NULL, NULL));
  CHECK_OK(patched->ctx, fairu_likelihood_nll(patched->likelihood, patched->ctx, patched->data, p->params,
                                              p->m->n, b, NULL, NULL));
  assert_memory_equal(a, b, sizeof a);
  CHECK_OK(p->made.ctx, fairu_likelihood_expected(p->made.likelihood, p->made.ctx, p->params, p->m->n, nu));
  CHECK_OK(patched->ctx,
           fairu_likelihood_expected(patched->likelihood, patched->ctx, p->params, p->m->n, other));
  assert_memory_equal(nu, other, p->m->n_bins * sizeof *nu);
}

static fairu_workspace *parse_plain(fairu_context *ctx, const plain_workspace *w)
{
  fairu_workspace *workspace = NULL;
  char *json = plain_json(w);
  CHECK_OK(ctx, fairu_workspace_parse(ctx, json, strlen(json), "w.json", &workspace));
  free(json);
  return workspace;
}

static fairu_workspace *draw_plain(fairu_context *ctx, uint64_t seed, both *p)
{
  memset(p, 0, sizeof *p);
  plain_draw(&p->w, seed, 3);
  plain_tame(&p->w);
  return parse_plain(ctx, &p->w);
}

/* The model of the patched workspace is that of the changed one. */
static void check_patched(both *p, made *patched)
{
  fairu_context *ctx = patched->ctx;
  both_make(p, FAIRU_CODE_4, FAIRU_CODE_4P);
  CHECK_OK(ctx, fairu_likelihood_create_from_workspace(ctx, patched->workspace, NULL, &patched->likelihood));
  CHECK_OK(ctx,
           fairu_data_create_from_workspace(ctx, patched->workspace, patched->likelihood, &patched->data));
  check_identical(p, patched);
}

static void patched_is_changed(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < PATCHES; k++) {
    both p;
    made patched = { .ctx = support_context() };
    fairu_workspace *before = draw_plain(patched.ctx, 300 + k, &p);
    char *patch = draw_patch(&p.w);
    CHECK_OK(patched.ctx,
             fairu_workspace_patch(before, patched.ctx, patch, strlen(patch), "p.json", &patched.workspace));
    check_patched(&p, &patched);
    fairu_workspace_destroy(before);
    clear(&patched);
    both_close(&p);
    free(patch);
  }
}

/* The first operations done in one patch, the others in another: the same. */
static void patches_may_be_done_one_by_one(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < PATCHES; k += 4) {
    both p;
    made patched = { .ctx = support_context() };
    fairu_workspace *at = draw_plain(patched.ctx, 400 + k, &p);
    for (int i = 0; i < 5; i++) {
      fairu_workspace *next = NULL;
      char *patch = draw_patch(&p.w);
      CHECK_OK(patched.ctx, fairu_workspace_patch(at, patched.ctx, patch, strlen(patch), "p.json", &next));
      fairu_workspace_destroy(at);
      at = next;
      free(patch);
    }
    patched.workspace = at;
    check_patched(&p, &patched);
    clear(&patched);
    both_close(&p);
  }
}

/* Good operations before a bad one leave no trace; the place of the bad one is named. */
static void a_patch_is_all_or_nothing(void **state)
{
  (void)state;
  static const struct {
    const char *last, *says;
    int code;
  } bad[] = {
    { "{\"op\":\"test\",\"path\":\"/version\",\"value\":\"1.0.1\"}", "here", FAIRU_ERR_ARGUMENT },
    { "{\"op\":\"remove\",\"path\":\"/channels/9\"}", "here", FAIRU_ERR_NOT_FOUND },
    { "{\"op\":\"add\",\"path\":\"/channels/0/samples/77\",\"value\":{}}", "here", FAIRU_ERR_NOT_FOUND },
    { "{\"op\":\"replace\",\"path\":\"/nothing\",\"value\":1}", "here", FAIRU_ERR_NOT_FOUND },
    { "{\"op\":\"move\",\"from\":\"/channels\",\"path\":\"/channels/0\"}", "here", FAIRU_ERR_ARGUMENT },
    { "{\"op\":\"copy\",\"from\":\"/absent\",\"path\":\"/channels/0\"}", "here", FAIRU_ERR_NOT_FOUND },
    { "{\"op\":\"replace\",\"path\":\"/channels/0/samples/0/data\",\"value\":[\"a\"]}",
      "/channels/0/samples/0/data/0", FAIRU_ERR_FORMAT },
    { "{\"op\":\"remove\",\"path\":\"/observations\"}", "observations", FAIRU_ERR_FORMAT },
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    both p;
    plain_workspace changed;
    memset(&p, 0, sizeof p);
    plain_draw(&p.w, 500 + i, 2);
    plain_tame(&p.w);
    both_make(&p, FAIRU_CODE_4, FAIRU_CODE_4P);
    changed = p.w;
    char *patch = draw_patch(&changed), *whole = malloc(PLAIN_TEXT);
    size_t n = strlen(patch), operations_before = 0;
    for (const char *at = patch; (at = strstr(at, "\"op\"")); at++)
      operations_before++;
    char place[16];
    (void)snprintf(place, sizeof place, "/%zu", operations_before);
    (void)snprintf(whole, PLAIN_TEXT, "%.*s,%s]", (int)(n - 1), patch, bad[i].last);
    fairu_workspace *out = NULL;
    CHECK_FAILS(p.made.ctx, bad[i].code,
                fairu_workspace_patch(p.made.workspace, p.made.ctx, whole, strlen(whole), "p.json", &out));
    CHECK_SAYS(p.made.ctx, strcmp(bad[i].says, "here") == 0 ? place : bad[i].says);
    assert_null(out);
    made again = { .ctx = p.made.ctx, .workspace = p.made.workspace };
    CHECK_OK(again.ctx,
             fairu_likelihood_create_from_workspace(again.ctx, again.workspace, NULL, &again.likelihood));
    CHECK_OK(again.ctx,
             fairu_data_create_from_workspace(again.ctx, again.workspace, again.likelihood, &again.data));
    check_identical(&p, &again);
    fairu_data_destroy(again.data);
    fairu_likelihood_destroy(again.likelihood);
    free(whole);
    free(patch);
    both_close(&p);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(patched_is_changed),
    cmocka_unit_test(patches_may_be_done_one_by_one),
    cmocka_unit_test(a_patch_is_all_or_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
