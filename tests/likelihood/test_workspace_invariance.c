/* The same said in another way: listed in another order, renamed, split, with what has no effect, in another unit. Fits, intervals,
 * tests and limits of random workspaces may not notice. */
#include "plain_answers.h"

enum { MODELS = 30 };
/* Limits are solved to 1e-9. */
static const double close_enough = 1e-9;

typedef void (*change_fn)(plain_workspace *w);

/* Answers of workspace `number` before and after a change; mu is in other units by `scale` afterwards. */
static void check_change(uint64_t number, size_t most_channels, change_fn prepare, change_fn change,
                         double scale, const char *what)
{
  both before, after;
  double a[ANSWERS], b[ANSWERS];
  memset(&before, 0, sizeof before);
  plain_draw(&before.w, number, most_channels);
  plain_tame(&before.w);
  if (prepare)
    prepare(&before.w);
  after = before;
  change(&after.w);
  both_make(&before, FAIRU_CODE_4, FAIRU_CODE_4P);
  both_make(&after, FAIRU_CODE_4, FAIRU_CODE_4P);
  answer_all(&before.made, 1.3, a);
  answer_all(&after.made, 1.3 / scale, b);
  answers_agree(a, b, scale, close_enough, what, number);
  both_close(&before);
  both_close(&after);
}

static void check_changes(size_t most_channels, change_fn prepare, change_fn change, double scale,
                          const char *what)
{
  for (uint64_t k = 0; k < MODELS; k++)
    check_change(100 + k, most_channels, prepare, change, scale, what);
}

/* f of all modifiers of all samples. */
static void for_modifiers(plain_workspace *w,
                          void (*f)(plain_workspace *w, plain_channel *c, plain_sample *s, plain_modifier *m))
{
  for (size_t c = 0; c < w->n_channels; c++)
    for (size_t s = 0; s < w->channels[c].n_samples; s++)
      for (size_t i = 0; i < w->channels[c].samples[s].n_modifiers; i++)
        f(w, &w->channels[c], &w->channels[c].samples[s], &w->channels[c].samples[s].modifiers[i]);
}

static void drop(plain_workspace *w, int type)
{
  for (size_t c = 0; c < w->n_channels; c++)
    for (size_t s = 0; s < w->channels[c].n_samples; s++) {
      plain_sample *sample = &w->channels[c].samples[s];
      size_t kept = 0;
      for (size_t i = 0; i < sample->n_modifiers; i++)
        if (sample->modifiers[i].type != type)
          sample->modifiers[kept++] = sample->modifiers[i];
      sample->n_modifiers = kept;
    }
}

/* ---- order and names ----------------------------------------------------------------------------------- */

/* Nothing depends on the order of a document: not one bit. */
static void order_of_the_document(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    both a, b;
    double first[ANSWERS], second[ANSWERS];
    both_open_tame(&a, k, 3);
    memset(&b, 0, sizeof b);
    b.w = a.w;
    plain_reorder(&b.w);
    both_make(&b, FAIRU_CODE_4, FAIRU_CODE_4P);
    answer_all(&a.made, 0.8, first);
    answer_all(&b.made, 0.8, second);
    assert_memory_equal(first, second, sizeof first);
    both_close(&a);
    both_close(&b);
  }
}

/* A name whose first letter makes it stand elsewhere. */
static void rename_one(char *name)
{
  const char first = (char)('A' + ('z' - name[0]) % 26);
  memmove(name + 1, name, PLAIN_NAME - 2);
  name[0] = first;
}

static void rename_modifier(plain_workspace *w, plain_channel *c, plain_sample *s, plain_modifier *m)
{
  (void)w;
  (void)c;
  (void)s;
  if (m->type != PLAIN_LUMI && strcmp(m->name, "mu") != 0)
    rename_one(m->name);
}

static void rename_all(plain_workspace *w)
{
  for_modifiers(w, rename_modifier);
  for (size_t c = 0; c < w->n_channels; c++) {
    rename_one(w->channels[c].name);
    for (size_t s = 0; s < w->channels[c].n_samples; s++)
      rename_one(w->channels[c].samples[s].name);
  }
  for (size_t i = 0; i < w->n_configs; i++)
    if (strcmp(w->configs[i].name, "lumi") != 0 && strcmp(w->configs[i].name, "mu") != 0)
      rename_one(w->configs[i].name);
}

static void names_do_not_matter(void **state)
{
  (void)state;
  check_changes(3, NULL, rename_all, 1.0, "renamed");
}

/* ---- splitting ----------------------------------------------------------------------------------------- */

static plain_sample *add_sample(plain_channel *c, const char *name)
{
  assert_true(c->n_samples < PLAIN_SAMPLES);
  plain_sample *s = &c->samples[c->n_samples++];
  memset(s, 0, sizeof *s);
  (void)snprintf(s->name, sizeof s->name, "%s", name);
  return s;
}

/* Part `share` of a sample: yields and shapes are shared out, uncertainties in quadrature. */
static void shrink(plain_sample *s, double share)
{
  for (size_t b = 0; b < PLAIN_BINS; b++) {
    s->yields[b] *= share;
    for (size_t i = 0; i < s->n_modifiers; i++) {
      s->modifiers[i].up[b] *= s->modifiers[i].type == PLAIN_STATERROR ? sqrt(share) : share;
      s->modifiers[i].down[b] *= share;
    }
  }
}

static void drop_shapesys(plain_workspace *w)
{
  drop(w, PLAIN_SHAPESYS);
}

static void split_samples(plain_workspace *w)
{
  for (size_t c = 0; c < w->n_channels; c++) {
    plain_channel *channel = &w->channels[c];
    const size_t from = channel->n_samples - 1;
    char name[PLAIN_NAME];
    (void)snprintf(name, sizeof name, "%.8s rest", channel->samples[from].name);
    plain_sample *rest = add_sample(channel, name);
    *rest = channel->samples[from];
    (void)snprintf(rest->name, sizeof rest->name, "%s", name);
    shrink(&channel->samples[from], 0.3);
    shrink(rest, 0.7);
  }
}

/* A staterror of all channels has to have the same samples in all of them: each gets its own. */
static void separate_staterrors(plain_workspace *w)
{
  for (size_t c = 0; c < w->n_channels; c++)
    for (size_t s = 0; s < w->channels[c].n_samples; s++)
      for (size_t i = 0; i < w->channels[c].samples[s].n_modifiers; i++) {
        plain_modifier *m = &w->channels[c].samples[s].modifiers[i];
        if (m->type == PLAIN_STATERROR)
          (void)snprintf(m->name, sizeof m->name, "own%c", (char)('0' + c));
      }
}

static void own_staterrors(plain_workspace *w)
{
  drop_shapesys(w);
  separate_staterrors(w);
}

static void a_sample_is_the_sum_of_its_parts(void **state)
{
  (void)state;
  check_changes(3, own_staterrors, split_samples, 1.0, "a sample in two parts");
}

/* The bins of channel 0 from the second on become a channel of their own. */
static void split_channel(plain_workspace *w)
{
  plain_channel *old = &w->channels[0], *new = &w->channels[w->n_channels];
  if (old->n_bins == 1)
    return;
  *new = *old;
  w->n_channels++;
  (void)snprintf(new->name, sizeof new->name, "rest of it");
  new->n_bins = old->n_bins - 1;
  old->n_bins = 1;
  memmove(new->observed, old->observed + 1, new->n_bins * sizeof *new->observed);
  for (size_t s = 0; s < new->n_samples; s++) {
    plain_sample *sample = &new->samples[s];
    memmove(sample->yields, sample->yields + 1, new->n_bins * sizeof *sample->yields);
    for (size_t i = 0; i < sample->n_modifiers; i++) {
      plain_modifier *m = &sample->modifiers[i];
      memmove(m->up, m->up + 1, new->n_bins * sizeof *m->up);
      memmove(m->down, m->down + 1, new->n_bins * sizeof *m->down);
      if (m->type == PLAIN_STATERROR || m->type == PLAIN_SHAPESYS)
        rename_one(m->name);
    }
  }
}

static void a_channel_is_the_sum_of_its_bins(void **state)
{
  (void)state;
  check_changes(3, separate_staterrors, split_channel, 1.0, "a channel in two parts");
}

/* Every bin in two equal halves with half of the counts: only a constant is added. */
static void halve_bins(plain_workspace *w)
{
  for (size_t c = 0; c < w->n_channels; c++) {
    plain_channel *channel = &w->channels[c];
    const size_t n = channel->n_bins;
    for (size_t b = 2 * n; b-- > 0;) {
      channel->observed[b] = channel->observed[b / 2] / 2.0;
      for (size_t s = 0; s < channel->n_samples; s++) {
        plain_sample *sample = &channel->samples[s];
        sample->yields[b] = sample->yields[b / 2] / 2.0;
        for (size_t i = 0; i < sample->n_modifiers; i++) {
          sample->modifiers[i].up[b] = sample->modifiers[i].up[b / 2] / 2.0;
          sample->modifiers[i].down[b] = sample->modifiers[i].down[b / 2] / 2.0;
        }
      }
    }
    channel->n_bins = 2 * n;
  }
}

static void two_bins_without_own_parameters(plain_workspace *w)
{
  drop(w, PLAIN_SHAPESYS);
  drop(w, PLAIN_STATERROR);
  for (size_t c = 0; c < w->n_channels; c++)
    if (w->channels[c].n_bins > PLAIN_BINS / 2)
      w->channels[c].n_bins = PLAIN_BINS / 2;
}

static void equal_bins_may_be_merged(void **state)
{
  (void)state;
  check_changes(3, two_bins_without_own_parameters, halve_bins, 1.0, "bins in halves");
}

/* ---- without effect ------------------------------------------------------------------------------------ */

static void add_nothing(plain_workspace *w)
{
  plain_sample *sample = add_sample(&w->channels[0], "nothing");
  (void)plain_add(sample, PLAIN_NORMFACTOR, "mu");
  (void)plain_add(sample, PLAIN_LUMI, "lumi");
  plain_add_norm(w, sample, "xs");
}

static void an_empty_sample_has_no_effect(void **state)
{
  (void)state;
  check_changes(3, NULL, add_nothing, 1.0, "an empty sample");
}

static void add_nuisances_without_effect(plain_workspace *w)
{
  plain_sample *s = &w->channels[0].samples[0];
  plain_modifier *norm = plain_add(s, PLAIN_NORMSYS, "no norm"),
                 *shape = plain_add(s, PLAIN_HISTOSYS, "no shape");
  norm->hi = norm->lo = 1.0;
  memcpy(shape->up, s->yields, sizeof s->yields);
  memcpy(shape->down, s->yields, sizeof s->yields);
}

static void nuisances_without_effect_have_none(void **state)
{
  (void)state;
  check_changes(3, NULL, add_nuisances_without_effect, 1.0, "nuisances without effect");
}

/* A free factor of its own in a channel of its own, which the data there decide. */
static void add_channel_apart(plain_workspace *w)
{
  plain_channel *c = &w->channels[w->n_channels++];
  memset(c, 0, sizeof *c);
  (void)snprintf(c->name, sizeof c->name, "apart");
  c->n_bins = 2;
  plain_sample *s = add_sample(c, "other");
  s->yields[0] = 30.0;
  s->yields[1] = 50.0;
  c->observed[0] = 41.0;
  c->observed[1] = 44.0;
  (void)plain_add(s, PLAIN_NORMFACTOR, "apart");
  plain_add_norm(w, s, "its own");
}

static void a_channel_apart_has_no_effect(void **state)
{
  (void)state;
  check_changes(3, NULL, add_channel_apart, 1.0, "a channel apart");
}

/* A histosys of all bins by one factor is a normsys of code 0: the same at -1, 0, 1 and, up = 2 - down, everywhere between. */
static void norm_becomes_shape(plain_workspace *w, plain_channel *c, plain_sample *s, plain_modifier *m)
{
  (void)w;
  if (m->type != PLAIN_HISTOSYS)
    return;
  for (size_t b = 0; b < c->n_bins; b++) {
    m->up[b] = s->yields[b] * 1.05;
    m->down[b] = s->yields[b] * 0.95;
  }
}

static void shapes_of_one_size(plain_workspace *w)
{
  drop(w, PLAIN_NORMSYS);
  for_modifiers(w, norm_becomes_shape);
}

/* The other sign of a nuisance is another name for the same: up and down change places. */
static void mirror_modifier(plain_workspace *w, plain_channel *c, plain_sample *s, plain_modifier *m)
{
  (void)w;
  (void)c;
  (void)s;
  double keep[PLAIN_BINS];
  if (m->type != PLAIN_NORMSYS && m->type != PLAIN_HISTOSYS)
    return;
  const double hi = m->hi;
  m->hi = m->lo;
  m->lo = hi;
  memcpy(keep, m->up, sizeof keep);
  memcpy(m->up, m->down, sizeof keep);
  memcpy(m->down, keep, sizeof keep);
}

static void mirror_all(plain_workspace *w)
{
  for_modifiers(w, mirror_modifier);
  for (size_t i = 0; i < w->n_configs; i++)
    if (strcmp(w->configs[i].name, "xs") == 0)
      w->configs[i].aux = -w->configs[i].aux;
}

static void the_sign_of_a_nuisance_is_a_convention(void **state)
{
  (void)state;
  check_changes(3, NULL, mirror_all, 1.0, "mirrored");
  check_changes(2, shapes_of_one_size, mirror_all, 1.0, "mirrored shapes");
}

/* ---- units --------------------------------------------------------------------------------------------- */

/* Twice the signal: mu in units of one half, its bounds too. */
static void double_signal(plain_workspace *w)
{
  for (size_t c = 0; c < w->n_channels; c++)
    for (size_t s = 0; s < w->channels[c].n_samples; s++)
      if (strcmp(w->channels[c].samples[s].name, "sig") == 0)
        for (size_t b = 0; b < PLAIN_BINS; b++) {
          plain_sample *sample = &w->channels[c].samples[s];
          sample->yields[b] *= 2.0;
          for (size_t i = 0; i < sample->n_modifiers; i++) {
            sample->modifiers[i].up[b] *= 2.0;
            sample->modifiers[i].down[b] *= 2.0;
          }
        }
}

/* Bounds far from everything, so that they need not be scaled; a staterror mixes samples. */
static void signal_alone(plain_workspace *w)
{
  plain_config *mu = NULL;
  drop(w, PLAIN_STATERROR);
  for (size_t i = 0; i < w->n_configs; i++)
    if (strcmp(w->configs[i].name, "mu") == 0)
      mu = &w->configs[i];
  mu = mu ? mu : plain_configure(w, "mu");
  mu->init = 1.0;
  mu->lower = 0.0;
  mu->upper = 1000.0;
}

static void mu_is_in_units_of_the_signal(void **state)
{
  (void)state;
  check_changes(3, signal_alone, double_signal, 2.0, "twice the signal");
}

/* Luminosity enters as a product: nominal yields with a centre of 1.02 or those times 1.02 with a centre of 1. */
static void rescale_luminosity(plain_workspace *w)
{
  for (size_t i = 0; i < w->n_configs; i++) {
    plain_config *lumi = &w->configs[i];
    if (strcmp(lumi->name, "lumi") != 0)
      continue;
    const double centre = lumi->aux;
    lumi->aux = lumi->init = 1.0;
    lumi->sigma /= centre;
    lumi->lower /= centre;
    lumi->upper /= centre;
    for (size_t c = 0; c < w->n_channels; c++)
      for (size_t s = 0; s < w->channels[c].n_samples; s++) {
        plain_sample *sample = &w->channels[c].samples[s];
        int has_lumi = 0;
        for (size_t k = 0; k < sample->n_modifiers; k++)
          has_lumi |= sample->modifiers[k].type == PLAIN_LUMI;
        for (size_t b = 0; has_lumi && b < PLAIN_BINS; b++) {
          sample->yields[b] *= centre;
          for (size_t k = 0; k < sample->n_modifiers; k++) {
            sample->modifiers[k].up[b] *= centre;
            sample->modifiers[k].down[b] *= centre;
          }
        }
      }
  }
}

static void drop_staterror(plain_workspace *w)
{
  drop(w, PLAIN_STATERROR);
}

static void luminosity_is_a_product(void **state)
{
  (void)state;
  check_changes(3, drop_staterror, rescale_luminosity, 1.0, "luminosity of 1");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(order_of_the_document),
    cmocka_unit_test(names_do_not_matter),
    cmocka_unit_test(a_sample_is_the_sum_of_its_parts),
    cmocka_unit_test(a_channel_is_the_sum_of_its_bins),
    cmocka_unit_test(equal_bins_may_be_merged),
    cmocka_unit_test(an_empty_sample_has_no_effect),
    cmocka_unit_test(nuisances_without_effect_have_none),
    cmocka_unit_test(a_channel_apart_has_no_effect),
    cmocka_unit_test(the_sign_of_a_nuisance_is_a_convention),
    cmocka_unit_test(mu_is_in_units_of_the_signal),
    cmocka_unit_test(luminosity_is_a_product),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
