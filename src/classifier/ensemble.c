/* ensemble.c - several classifiers, whose mean score is the score. */
#include <math.h>
#include <string.h>

#include "classifier/kind.h"

/* Points of Z that are worked on together: bounds the memory of sums. */
enum { MOST_POINTS = 32 };

/* Logits are cut here: sigmoids and their products stay above the least double. */
#define MOST_LOGIT 300.0

static int same_names(char *const *a, char *const *b, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(a[i], b[i]) != 0)
      return 0;
  return 1;
}

static int fits(const fairu_classifier *a, const fairu_classifier *b)
{
  return a->n_features == b->n_features && a->n_nuisances == b->n_nuisances &&
         same_names(a->features, b->features, a->n_features) &&
         same_names(a->nuisances, b->nuisances, a->n_nuisances);
}

static int check_member(fairu_context *ctx, const fairu_classifier *first, const fairu_classifier *member,
                        size_t m)
{
  if (member->kind == &fairu_kind__ensemble || member->kind == &fairu_kind__calibrated)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "ensemble: member %zu is %s", m,
                               member->kind == &fairu_kind__ensemble ? "an ensemble"
                                                                     : "calibrated; calibrate the ensemble");
  if (!fits(first, member))
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE,
                               "ensemble: members 0 and %zu differ in names or their order", m);
  if (first->n_outputs != member->n_outputs || first->activation != member->activation)
    return fairu_context__fail(
        ctx, FAIRU_ERR_SHAPE, "ensemble: member 0 has %zu outputs with activation %d, member %zu %zu with %d",
        first->n_outputs, first->activation, m, member->n_outputs, member->activation);
  return FAIRU_OK;
}

/* Sigmoid and softmax keep a logit; of others the mean is of scores, which are as they are. */
static int saturates(int activation)
{
  return activation == FAIRU_ACTIVATION_SIGMOID || activation == FAIRU_ACTIVATION_SOFTMAX;
}

static void take_shape(fairu_classifier *classifier, const fairu_classifier *member)
{
  classifier->n_outputs = member->n_outputs;
  classifier->activation = saturates(member->activation) ? member->activation : FAIRU_ACTIVATION_LINEAR;
  classifier->blocks_only |= member->blocks_only || !member->kind->few;
}

static void unite_ranges(fairu_classifier *classifier)
{
  const fairu_ensemble *ensemble = &classifier->as.ensemble;
  for (size_t i = 0; i < classifier->n_nuisances; i++) {
    classifier->z_lower[i] = ensemble->members[0]->z_lower[i];
    classifier->z_upper[i] = ensemble->members[0]->z_upper[i];
    for (size_t m = 1; m < ensemble->n; m++) {
      classifier->z_lower[i] = fmin(classifier->z_lower[i], ensemble->members[m]->z_lower[i]);
      classifier->z_upper[i] = fmax(classifier->z_upper[i], ensemble->members[m]->z_upper[i]);
    }
  }
}

static int join_copies(fairu_classifier *classifier, fairu_context *ctx,
                       const fairu_classifier *const *members, size_t n)
{
  fairu_ensemble *ensemble = &classifier->as.ensemble;
  ensemble->members = fairu_context__new(ctx, n, sizeof *ensemble->members, "ensemble");
  if (!ensemble->members)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (; ensemble->n < n; ensemble->n++) {
    int status = fairu_classifier__copy(members[ensemble->n], ctx, &ensemble->members[ensemble->n]);
    if (status != FAIRU_OK)
      return status;
    take_shape(classifier, members[ensemble->n]);
  }
  unite_ranges(classifier);
  return FAIRU_OK;
}

int fairu_classifier_create_ensemble(fairu_context *ctx, const fairu_classifier *const *members, size_t n,
                                     fairu_classifier **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!members || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "ensemble: members or out is NULL");
  if (n == 0 || n > FAIRU_MOST_MEMBERS)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "ensemble of %zu members, from 1 to %d allowed", n,
                               FAIRU_MOST_MEMBERS);
  for (size_t m = 0; m < n; m++) {
    int status = members[m]
                     ? check_member(ctx, members[0], members[m], m)
                     : fairu_context__fail(ctx, FAIRU_ERR_NULL, "ensemble: member %zu of %zu is NULL", m, n);
    if (status != FAIRU_OK)
      return status;
  }
  fairu_classifier *made;
  int status = fairu_classifier__new(ctx, &fairu_kind__ensemble, (const char *const *)members[0]->features,
                                     members[0]->n_features, (const char *const *)members[0]->nuisances,
                                     members[0]->n_nuisances, &made);
  if (status == FAIRU_OK)
    status = join_copies(made, ctx, members, n);
  return fairu_classifier__finish(made, status, out);
}

static int ensemble_copy(const fairu_classifier *from, fairu_context *ctx, fairu_classifier *to)
{
  return join_copies(to, ctx, (const fairu_classifier *const *)from->as.ensemble.members,
                     from->as.ensemble.n);
}

static void ensemble_destroy(fairu_classifier *classifier)
{
  fairu_ensemble *ensemble = &classifier->as.ensemble;
  for (size_t m = 0; m < ensemble->n; m++)
    fairu_classifier_destroy(ensemble->members[m]);
  fairu_allocator__free(&classifier->allocator, ensemble->members);
}

/* ---- mean of scores ------------------------------------------------------------------------------------- */

/* e [n, to the end of a vector] = exp(-|logit|); logits behind n <= FAIRU_LANES count as 0. */
static void decays(const fairu_engine *engine, const float *logits, size_t n, double *e)
{
  const size_t padded = (n + 7) / 8 * 8;
  for (size_t i = 0; i < padded; i++) {
    const double away = i < n ? fabs((double)logits[i]) : 0.0;
    e[i] = away > MOST_LOGIT ? -MOST_LOGIT : -away;
  }
  engine->kernels->exp_d(e, padded);
}

/* sums [n][2] += sigmoid(logit), sigmoid(-logit): both, so that neither end loses digits. */
static void add_sigmoids(const fairu_engine *engine, const float *logits, size_t n, double *sums)
{
  double e[FAIRU_LANES];
  for (size_t first = 0; first < n; first += FAIRU_LANES) {
    const size_t here = fairu_job__lanes(first, n);
    decays(engine, logits + first, here, e);
    for (size_t i = 0; i < here; i++) {
      const double near = 1.0 / (1.0 + e[i]), far = e[i] * near;
      const int up = logits[first + i] > 0.0F;
      sums[2 * (first + i)] += up ? near : far;
      sums[2 * (first + i) + 1] += up ? far : near;
    }
  }
}

/* sums [n] += softmax of the logits of each event. */
static void add_softmax(const fairu_engine *engine, const float *logits, size_t n_events, size_t n_out,
                        double *p, double *sums)
{
  for (size_t i = 0; i < n_events; i++, logits += n_out, sums += n_out) {
    float top = logits[0];
    double total = 0.0;
    for (size_t o = 1; o < n_out; o++)
      top = logits[o] > top ? logits[o] : top;
    for (size_t o = 0; o < n_out; o++)
      p[o] = (double)logits[o] - (double)top;
    engine->kernels->exp_d(p, n_out);
    for (size_t o = 0; o < n_out; o++)
      total += p[o];
    for (size_t o = 0; o < n_out; o++)
      sums[o] += p[o] / total;
  }
}

/* What is summed over members, for some events at some points. */
typedef struct mixture {
  size_t n_events, n_outputs, width; /* numbers of an event: 2 of a sigmoid, else n_outputs */
  double *sums;                      /* [n_points][n_events][width] */
  double *one;                       /* [n_outputs] */
} mixture;

static int take_mixture(const fairu_classifier *classifier, fairu_context *ctx, size_t n_events,
                        size_t n_points, mixture *mix)
{
  mix->n_events = n_events;
  mix->n_outputs = classifier->n_outputs;
  mix->width = (classifier->activation == FAIRU_ACTIVATION_SIGMOID ? 2 : 1) * mix->n_outputs;
  mix->sums =
      fairu_context__scratch(ctx, n_points, n_events * mix->width * sizeof(double), "ensemble scores");
  mix->one = fairu_context__scratch(ctx, mix->n_outputs, sizeof(double), "ensemble scores");
  if (!mix->sums || !mix->one)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(mix->sums, 0, n_points * n_events * mix->width * sizeof(double));
  return FAIRU_OK;
}

static void add_member(const fairu_classifier *classifier, const fairu_engine *engine, const mixture *mix,
                       const float *logits, double *sums)
{
  const size_t n = mix->n_events * mix->n_outputs;
  if (classifier->activation == FAIRU_ACTIVATION_SIGMOID)
    add_sigmoids(engine, logits, n, sums);
  else if (classifier->activation == FAIRU_ACTIVATION_SOFTMAX)
    add_softmax(engine, logits, mix->n_events, mix->n_outputs, mix->one, sums);
  else
    for (size_t i = 0; i < n; i++)
      sums[i] += (double)logits[i];
}

/* Logits of means where there are some: ln p / q, or ln p. */
static void put_means(const fairu_classifier *classifier, const mixture *mix, int output, const double *sums,
                      float *scores)
{
  const double n_members = (double)classifier->as.ensemble.n;
  const int logit = output == FAIRU_OUTPUT_LOGIT && saturates(classifier->activation);
  for (size_t i = 0; i < mix->n_events * mix->n_outputs; i++) {
    if (classifier->activation == FAIRU_ACTIVATION_SIGMOID)
      scores[i] = (float)(logit ? log(sums[2 * i] / sums[2 * i + 1]) : sums[2 * i] / n_members);
    else
      scores[i] = (float)(logit ? log(fmax(sums[i] / n_members, 1e-300)) : sums[i] / n_members);
  }
}

static int ensemble_few(const fairu_classifier *classifier, fairu_context *ctx, const fairu_few *few)
{
  const fairu_ensemble *ensemble = &classifier->as.ensemble;
  const fairu_engine engine = fairu_engine__of(ctx);
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_few logits = *few;
  mixture mix;
  logits.output = saturates(classifier->activation) ? FAIRU_OUTPUT_LOGIT : FAIRU_OUTPUT_SCORE;
  int status = take_mixture(classifier, ctx, few->n_events, 1, &mix);
  for (size_t m = 0; m < ensemble->n && status == FAIRU_OK; m++) {
    status = ensemble->members[m]->kind->few(ensemble->members[m], ctx, &logits);
    if (status == FAIRU_OK)
      add_member(classifier, &engine, &mix, few->scores, mix.sums);
  }
  if (status == FAIRU_OK)
    put_means(classifier, &mix, few->output, mix.sums, few->scores);
  fairu_context__release(ctx, mark);
  return status;
}

/* Members put their logits where the scores go, one after the other. */
static int score_points(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                        size_t first, mixture *mix)
{
  const fairu_ensemble *ensemble = &classifier->as.ensemble;
  const fairu_engine engine = fairu_engine__of(worker);
  const size_t stride = mix->n_events * mix->width;
  fairu_job logits = *job;
  logits.output = saturates(classifier->activation) ? FAIRU_OUTPUT_LOGIT : FAIRU_OUTPUT_SCORE;
  for (size_t m = 0; m < ensemble->n; m++) {
    int status =
        ensemble->members[m]->kind->score(ensemble->members[m], worker, &logits, first, mix->n_events);
    if (status != FAIRU_OK)
      return status;
    for (size_t p = 0; p < job->n_points; p++)
      add_member(classifier, &engine, mix,
                 job->scores + (job->points[p] * job->n_events + first) * mix->n_outputs,
                 mix->sums + p * stride);
  }
  for (size_t p = 0; p < job->n_points; p++)
    put_means(classifier, mix, job->output, mix->sums + p * stride,
              job->scores + (job->points[p] * job->n_events + first) * mix->n_outputs);
  return FAIRU_OK;
}

static int ensemble_score(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                          size_t first, size_t n)
{
  int status = FAIRU_OK;
  for (size_t p = 0; p < job->n_points && status == FAIRU_OK; p += MOST_POINTS) {
    const size_t left = job->n_points - p;
    const fairu_mark mark = fairu_context__mark(worker);
    fairu_job part = *job;
    mixture mix;
    part.points = job->points + p;
    part.n_points = left < MOST_POINTS ? left : MOST_POINTS;
    status = take_mixture(classifier, worker, n, part.n_points, &mix);
    if (status == FAIRU_OK)
      status = score_points(classifier, worker, &part, first, &mix);
    fairu_context__release(worker, mark);
  }
  return status;
}

/* ---- derivatives ---------------------------------------------------------------------------------------- */

/* Derivatives of the mean: those of members, weighted. One output. */
typedef struct slopes_sum {
  fairu_slopes part; /* where members put theirs: the caller's memory */
  double *features, *nuisances;
  double *weights; /* [n] of this member */
} slopes_sum;

/* d score / d logit of a sigmoid; 1 of others, whose score is the output. */
static void weigh(const fairu_classifier *classifier, const fairu_engine *engine, const float *logits,
                  size_t n, double *weights)
{
  double e[FAIRU_LANES];
  for (size_t first = 0; first < n; first += FAIRU_LANES) {
    const size_t here = fairu_job__lanes(first, n);
    if (classifier->activation == FAIRU_ACTIVATION_SIGMOID)
      decays(engine, logits + first, here, e);
    for (size_t i = 0; i < here; i++)
      weights[first + i] =
          classifier->activation == FAIRU_ACTIVATION_SIGMOID ? e[i] / ((1.0 + e[i]) * (1.0 + e[i])) : 1.0;
  }
}

static void add_slopes(const float *part, const double *weights, size_t n, size_t width, double *sum)
{
  for (size_t i = 0; part && i < n; i++)
    for (size_t k = 0; k < width; k++)
      sum[i * width + k] += weights[i] * (double)part[i * width + k];
}

/* factor: of the mean of scores 1 / members; of its logit members / (sum p sum q), with the mean of p q. */
static void put_slopes(const fairu_classifier *classifier, const mixture *mix, int output, const double *sum,
                       size_t width, float *to)
{
  const double n_members = (double)classifier->as.ensemble.n;
  const int logit = output == FAIRU_OUTPUT_LOGIT && classifier->activation == FAIRU_ACTIVATION_SIGMOID;
  for (size_t i = 0; to && i < mix->n_events; i++) {
    const double factor = logit ? n_members / (mix->sums[2 * i] * mix->sums[2 * i + 1]) : 1.0 / n_members;
    for (size_t k = 0; k < width; k++)
      to[i * width + k] = (float)(factor * sum[i * width + k]);
  }
}

static int take_slopes(const fairu_classifier *classifier, fairu_context *worker, size_t n, slopes_sum *sum)
{
  const size_t n_x = classifier->n_features, n_z = classifier->n_nuisances;
  sum->features = fairu_context__scratch(worker, n, n_x * sizeof(double), "ensemble derivatives");
  sum->nuisances = fairu_context__scratch(worker, n, n_z * sizeof(double), "ensemble derivatives");
  sum->weights = fairu_context__scratch(worker, n, sizeof(double), "ensemble derivatives");
  if (!sum->features || !sum->nuisances || !sum->weights)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(sum->features, 0, n * n_x * sizeof(double));
  memset(sum->nuisances, 0, n * n_z * sizeof(double));
  return FAIRU_OK;
}

static int derive_members(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                          size_t first, mixture *mix, slopes_sum *sum)
{
  const fairu_ensemble *ensemble = &classifier->as.ensemble;
  const fairu_engine engine = fairu_engine__of(worker);
  const size_t n = mix->n_events, n_x = classifier->n_features, n_z = classifier->n_nuisances;
  float *scores = job->scores + first;
  float *d_x = sum->part.features ? sum->part.features + first * n_x : NULL;
  float *d_z = sum->part.nuisances ? sum->part.nuisances + first * n_z : NULL;
  fairu_job logits = *job;
  logits.output = saturates(classifier->activation) ? FAIRU_OUTPUT_LOGIT : FAIRU_OUTPUT_SCORE;
  for (size_t m = 0; m < ensemble->n; m++) {
    const fairu_classifier *member = ensemble->members[m];
    int status = member->kind->derive(member, worker, &logits, &sum->part, first, n);
    if (status != FAIRU_OK)
      return status;
    weigh(classifier, &engine, scores, n, sum->weights);
    add_slopes(d_x, sum->weights, n, n_x, sum->features);
    add_slopes(d_z, sum->weights, n, n_z, sum->nuisances);
    add_member(classifier, &engine, mix, scores, mix->sums);
  }
  put_means(classifier, mix, job->output, mix->sums, scores);
  put_slopes(classifier, mix, job->output, sum->features, n_x, d_x);
  put_slopes(classifier, mix, job->output, sum->nuisances, n_z, d_z);
  return FAIRU_OK;
}

static int ensemble_derive(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                           const fairu_slopes *slopes, size_t first, size_t n)
{
  mixture mix;
  slopes_sum sum = { .part = *slopes };
  const fairu_mark mark = fairu_context__mark(worker);
  int status = take_mixture(classifier, worker, n, 1, &mix);
  if (status == FAIRU_OK)
    status = take_slopes(classifier, worker, n, &sum);
  if (status == FAIRU_OK)
    status = derive_members(classifier, worker, job, first, &mix, &sum);
  fairu_context__release(worker, mark);
  return status;
}

/* ---- files ---------------------------------------------------------------------------------------------- */

static void ensemble_save(const fairu_classifier *classifier, fairu_pack *pack)
{
  const fairu_ensemble *ensemble = &classifier->as.ensemble;
  fairu_pack__u64(pack, ensemble->n);
  for (size_t m = 0; m < ensemble->n; m++)
    fairu_classifier__put(ensemble->members[m], pack);
}

static int load_member(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack)
{
  fairu_ensemble *ensemble = &classifier->as.ensemble;
  const size_t m = ensemble->n;
  int status = fairu_classifier__get(ctx, unpack, FAIRU_INSIDE_ENSEMBLE, &ensemble->members[m]);
  if (status != FAIRU_OK)
    return status;
  ensemble->n++;
  take_shape(classifier, ensemble->members[m]);
  if (!fits(classifier, ensemble->members[m]))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "names of an ensemble and of its member %zu differ", m);
  return check_member(ctx, ensemble->members[0], ensemble->members[m], m);
}

static int ensemble_load(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack)
{
  fairu_ensemble *ensemble = &classifier->as.ensemble;
  const size_t left = fairu_unpack__left(unpack);
  size_t n = 0;
  int status =
      fairu_unpack__size(unpack, ctx, "members", left < FAIRU_MOST_MEMBERS ? left : FAIRU_MOST_MEMBERS, &n);
  if (status == FAIRU_OK && n == 0)
    status = fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "ensemble without members");
  if (status != FAIRU_OK)
    return status;
  ensemble->members = fairu_context__new(ctx, n, sizeof *ensemble->members, "ensemble");
  if (!ensemble->members)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t m = 0; m < n && status == FAIRU_OK; m++)
    status = load_member(classifier, ctx, unpack);
  if (status == FAIRU_OK)
    unite_ranges(classifier);
  return status;
}

const fairu_kind fairu_kind__ensemble = { .tag = 8,
                                          .score = ensemble_score,
                                          .few = ensemble_few,
                                          .derive = ensemble_derive,
                                          .copy = ensemble_copy,
                                          .destroy = ensemble_destroy,
                                          .save = ensemble_save,
                                          .load = ensemble_load };
