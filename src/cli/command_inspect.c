/* command_inspect.c - `fairu inspect`: what a file holds, for a person; problems found are listed. */
#include "model_file.h"

#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHOWN = 3, MOST_CODES = 64, MOST_CHANNELS_SHOWN = 24 };

typedef struct inspect_options {
  model_file model;
  int all;
} inspect_options;

/* Findings of one code and severity: the first few texts, and how many there are. */
typedef struct fold {
  int code, severity;
  size_t n;
  char *texts[SHOWN];
} fold;

typedef struct findings {
  json_t *list;     /* NULL: for a person */
  int all;          /* print each at once */
  size_t counts[4]; /* by severity */
  fold folds[MOST_CODES];
  size_t n_folds;
  int lacks; /* memory for one */
} findings;

static const char *const severities[] = { "", "note", "warning", "error" };

static fold *fold_of(findings *f, int code, int severity)
{
  for (size_t i = 0; i < f->n_folds; i++)
    if (f->folds[i].code == code && f->folds[i].severity == severity)
      return &f->folds[i];
  if (f->n_folds == MOST_CODES)
    return NULL;
  f->folds[f->n_folds] = (fold){ .code = code, .severity = severity };
  return &f->folds[f->n_folds++];
}

static int keep(findings *f, int code, int severity, const char *text)
{
  fold *k = f->all ? NULL : fold_of(f, code, severity);
  if (!k)
    printf("%s %d: %s\n", severities[severity], code, text);
  else if (k->n++ < SHOWN)
    f->lacks = !(k->texts[k->n - 1] = strdup(text));
  return f->lacks;
}

static int on_finding(int code, int severity, size_t parameter, size_t sample, size_t bin, size_t n,
                      const char *text, void *user_data)
{
  findings *f = (findings *)user_data;
  (void)parameter;
  (void)sample;
  (void)bin;
  severity = severity >= 1 && severity <= 3 ? severity : 0;
  f->counts[severity]++;
  if (!f->list)
    return keep(f, code, severity, text);
  json_t *o = json_object();
  out_json_set(o, "code", json_integer(code));
  out_json_set(o, "severity", json_string(severities[severity]));
  out_json_set(o, "n", json_integer((json_int_t)n));
  out_json_set(o, "text", out_json_text(text));
  json_array_append_new(f->list, o);
  return 0;
}

/* What was kept, the gravest first. */
static void print_folds(findings *f)
{
  size_t hidden = 0;
  for (int severity = 3; severity >= 0; severity--)
    for (size_t i = 0; i < f->n_folds; i++) {
      fold *k = &f->folds[i];
      if (k->severity != severity)
        continue;
      for (size_t t = 0; t < SHOWN && t < k->n; t++)
        printf("%s %d: %s\n", severities[severity], k->code, k->texts[t]);
      if (k->n > SHOWN)
        printf("%s %d: ... and %zu more\n", severities[severity], k->code, k->n - SHOWN);
      hidden += k->n > SHOWN ? k->n - SHOWN : 0;
    }
  printf("%zu errors, %zu warnings, %zu notes%s\n", f->counts[3], f->counts[2], f->counts[1],
         hidden ? "; --all lists them all" : "");
}

static void free_folds(findings *f)
{
  for (size_t i = 0; i < f->n_folds; i++)
    for (size_t t = 0; t < SHOWN; t++)
      free(f->folds[i].texts[t]);
}

/* ---- likelihoods -------------------------------------------------------------------------------------- */

static void describe_channels(const model_file *m, json_t *root)
{
  json_t *channels = json_array();
  const fairu_likelihood *lh = m->likelihood;
  for (size_t c = 0; c < fairu_likelihood_n_channels(lh); c++) {
    json_t *one = json_object(), *samples = json_array();
    for (size_t s = 0; s < fairu_likelihood_n_samples(lh); s++)
      if (fairu_likelihood_sample_channel(lh, s) == c)
        json_array_append_new(samples, out_json_text(fairu_likelihood_sample_name(lh, s)));
    out_json_set(one, "name", out_json_text(fairu_likelihood_channel_name(lh, c)));
    out_json_set(one, "bins", json_integer((json_int_t)fairu_likelihood_channel_n_bins(lh, c)));
    out_json_set(one, "samples", samples);
    json_array_append_new(channels, one);
  }
  out_json_set(root, "channels", channels);
}

static const char *constraint_name(const fairu_parameter *p)
{
  static const char *const names[] = { "free", "prior", "auxiliary histogram", "Poisson count" };
  return p->constraint >= 0 && p->constraint <= 3 ? names[p->constraint] : "?";
}

static int describe_parameters(cli *c, const model_file *m, json_t *root)
{
  json_t *list = json_array();
  for (size_t i = 0; i < m->n; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    const int status = fairu_likelihood_parameter(m->likelihood, c->ctx, i, &p);
    if (status != FAIRU_OK)
      return status;
    json_t *one = json_object();
    out_json_set(one, "name", out_json_text(p.name));
    out_json_set(one, "init", out_json_number(p.start));
    out_json_set(one, "bounds", json_pack("[o,o]", out_json_number(p.lower), out_json_number(p.upper)));
    out_json_set(one, "fixed", json_boolean(p.fixed));
    out_json_set(one, "constraint", json_string(constraint_name(&p)));
    out_json_set(one, "statistical_origin", json_boolean(p.statistical_origin));
    out_json_set(one, "prefit_error", out_json_number(p.width));
    out_json_set(one, "auxdata", out_json_number(p.aux));
    json_array_append_new(list, one);
  }
  out_json_set(root, "parameters", list);
  return FAIRU_OK;
}

static int describe_data(cli *c, const model_file *m, json_t *root)
{
  const size_t n = fairu_likelihood_n_bins(m->likelihood);
  double *observed = model_numbers(c, n);
  int status =
      observed ? fairu_data_observed(m->data, c->ctx, m->start, m->n, observed) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    out_json_set(root, "observed", out_json_numbers(observed, n));
  free(observed);
  return status;
}

static void print_likelihood(cli *c, const model_file *m)
{
  const fairu_likelihood *lh = m->likelihood;
  size_t kinds[4] = { 0 }, fixed = 0;
  for (size_t i = 0; i < m->n; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    if (fairu_likelihood_parameter(lh, c->ctx, i, &p) == FAIRU_OK) {
      kinds[p.kind >= 1 && p.kind <= 3 ? p.kind : 0]++;
      fixed += (size_t)p.fixed;
    }
  }
  const size_t poi = fairu_likelihood_poi_index(lh);
  printf("%zu channels, %zu bins, %zu samples of channels, %zu parameters: %zu free factors, %zu nuisances, "
         "%zu gammas; %zu "
         "fixed; parameter of interest: %s\n",
         fairu_likelihood_n_channels(lh), fairu_likelihood_n_bins(lh), fairu_likelihood_n_samples(lh), m->n,
         kinds[1], kinds[2], kinds[3], fixed, poi == FAIRU_NONE ? "none" : model_name(c, m, poi));
  for (size_t i = 0; i < fairu_workspace_n_measurements(m->workspace); i++)
    printf("measurement '%s', parameter of interest '%s'\n",
           fairu_workspace_measurement_name(m->workspace, i),
           fairu_workspace_measurement_poi(m->workspace, i));
}

/* Channels with the totals of their bins; few of many. */
static int print_channels(cli *c, const model_file *m, int all)
{
  const fairu_likelihood *lh = m->likelihood;
  const size_t n = fairu_likelihood_n_bins(lh), n_channels = fairu_likelihood_n_channels(lh);
  double *nu = model_numbers(c, 2 * n), *observed = nu ? nu + n : NULL;
  int status = nu ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_data_observed(m->data, c->ctx, m->start, m->n, observed);
  if (status == FAIRU_OK)
    status = fairu_likelihood_expected(lh, c->ctx, m->start, m->n, nu);
  if (status == FAIRU_OK)
    printf("%-40s %6s %14s %14s\n", "channel", "bins", "observed", "expected");
  for (size_t k = 0; k < n_channels && status == FAIRU_OK; k++) {
    if (!all && n_channels > MOST_CHANNELS_SHOWN && k == MOST_CHANNELS_SHOWN - 1) {
      printf("... and %zu more channels\n", n_channels - k);
      break;
    }
    const size_t first = fairu_likelihood_channel_first_bin(lh, k),
                 bins = fairu_likelihood_channel_n_bins(lh, k);
    double totals[2] = { 0.0, 0.0 };
    for (size_t b = first; b < first + bins; b++) {
      totals[0] += observed[b];
      totals[1] += nu[b];
    }
    printf("%-40s %6zu %14.8g %14.8g\n", fairu_likelihood_channel_name(lh, k), bins, totals[0], totals[1]);
  }
  free(nu);
  return status;
}

static int inspect_likelihood(cli *c, const inspect_options *o, json_t **root)
{
  const model_file *m = &o->model;
  findings f = { .all = o->all };
  int status = FAIRU_OK;
  if (c->json) {
    *root = json_object();
    f.list = json_array();
    out_json_set(*root, "kind", json_string(m->workspace ? "workspace" : "templates"));
    describe_channels(m, *root);
    status = describe_parameters(c, m, *root);
    if (status == FAIRU_OK)
      status = describe_data(c, m, *root);
    out_json_set(*root, "findings", f.list);
  } else {
    print_likelihood(c, m);
    status = print_channels(c, m, o->all);
  }
  if (status == FAIRU_OK && m->workspace)
    status = fairu_likelihood_diagnose(m->likelihood, c->ctx, m->data, on_finding, &f);
  if (f.lacks)
    status = cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: findings");
  if (status == FAIRU_OK && !c->json)
    print_folds(&f);
  free_folds(&f);
  return status;
}

/* ---- other files -------------------------------------------------------------------------------------- */

static int inspect_events(cli *c, const fairu_events *events, json_t **root)
{
  const size_t n = fairu_events_n_events(events), columns = fairu_events_n_columns(events);
  json_t *list = json_array();
  if (!c->json)
    printf("%zu events, %zu columns\n%-32s %14s %14s %14s\n", n, columns, "column", "least", "mean", "most");
  for (size_t k = 0; k < columns; k++) {
    size_t stride = 1;
    const float *x = fairu_events_column(events, k, &stride);
    double least = (double)INFINITY, most = -(double)INFINITY, sum = 0.0;
    for (size_t i = 0; i < n; i++) {
      const double v = (double)x[i * stride];
      least = fmin(least, v);
      most = fmax(most, v);
      sum += v;
    }
    const double mean = n ? sum / (double)n : (double)NAN;
    if (!c->json) {
      printf("%-32s %14.6g %14.6g %14.6g\n", fairu_events_column_name(events, k), least, mean, most);
      continue;
    }
    json_t *one = json_object();
    out_json_set(one, "name", out_json_text(fairu_events_column_name(events, k)));
    out_json_set(one, "least", out_json_number(least));
    out_json_set(one, "mean", out_json_number(mean));
    out_json_set(one, "most", out_json_number(most));
    json_array_append_new(list, one);
  }
  if (c->json) {
    *root = json_object();
    out_json_set(*root, "kind", json_string("events"));
    out_json_set(*root, "n_events", json_integer((json_int_t)n));
    out_json_set(*root, "columns", list);
  } else {
    json_decref(list);
  }
  return FAIRU_OK;
}

static int inspect_network(cli *c, const fairu_classifier *network, json_t **root)
{
  const size_t features = fairu_classifier_n_features(network),
               nuisances = fairu_classifier_n_nuisances(network);
  json_t *names = json_array(), *list = json_array();
  int status = FAIRU_OK;
  if (!c->json)
    printf("a network of %zu features and %zu nuisance parameters, %zu outputs\n", features, nuisances,
           fairu_classifier_n_outputs(network));
  for (size_t i = 0; i < features; i++) {
    json_array_append_new(names, out_json_text(fairu_classifier_feature_name(network, i)));
    if (!c->json)
      printf("feature '%s'\n", fairu_classifier_feature_name(network, i));
  }
  for (size_t i = 0; i < nuisances && status == FAIRU_OK; i++) {
    double lower = 0.0, upper = 0.0;
    status = fairu_classifier_nuisance_range(network, c->ctx, i, &lower, &upper);
    json_t *one = json_object();
    out_json_set(one, "name", out_json_text(fairu_classifier_nuisance_name(network, i)));
    out_json_set(one, "range", json_pack("[o,o]", out_json_number(lower), out_json_number(upper)));
    json_array_append_new(list, one);
    if (!c->json)
      printf("nuisance '%s', trained in [%g, %g]\n", fairu_classifier_nuisance_name(network, i), lower,
             upper);
  }
  if (!c->json || status != FAIRU_OK) {
    json_decref(names);
    json_decref(list);
    return status;
  }
  *root = json_object();
  out_json_set(*root, "kind", json_string("network"));
  out_json_set(*root, "features", names);
  out_json_set(*root, "nuisances", list);
  out_json_set(*root, "n_outputs", json_integer((json_int_t)fairu_classifier_n_outputs(network)));
  out_json_set(*root, "n_features", json_integer((json_int_t)features));
  out_json_set(*root, "n_nuisances", json_integer((json_int_t)nuisances));
  return FAIRU_OK;
}

static int ends_with(const char *name, const char *ending)
{
  const size_t a = strlen(name), b = strlen(ending);
  return a >= b && strcmp(name + a - b, ending) == 0;
}

static int inspect_import(cli *c, const char *name, json_t **root)
{
  fairu_classifier *network = NULL;
  int status = fairu_classifier_import(c->ctx, name, NULL, &network);
  if (status == FAIRU_OK)
    status = inspect_network(c, network, root);
  fairu_classifier_destroy(network);
  return status;
}

/* JSON whose first key is one of lwtnn's; workspaces have others. Of what is no file or cannot be opened its reader says why. */
static int look_for_lwtnn(cli *c, const char *name, int *is_lwtnn)
{
  static const char *const keys[] = { "inputs",  "input_sequences", "nodes",        "layers",
                                      "outputs", "defaults",        "miscellaneous" };
  char text[256] = "", key[32] = "";
  const int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat info;
  if (fd < 0)
    return FAIRU_OK;
  ssize_t got = fstat(fd, &info) != 0 ? -1 : S_ISREG(info.st_mode);
  for (size_t size = 0; got > 0 && size<sizeof text - 1; size += got> 0 ? (size_t)got : 0)
    got = read(fd, text + size, sizeof text - 1 - size);
  const int status = got < 0 ? cli_fail(c, FAIRU_ERR_IO, "%s: %s", name, strerror(errno)) : FAIRU_OK;
  close(fd);
  if (status == FAIRU_OK && sscanf(text, " { \"%31[a-z_]\"", key) == 1)
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
      *is_lwtnn |= strcmp(keys[i], key) == 0;
  return status;
}

/* By its name; a file of another name is a workspace, templates or a network, as its first bytes say. */
static int inspect(cli *c, inspect_options *o, const char *name, json_t **root)
{
  fairu_events *events = NULL;
  fairu_classifier *network = NULL;
  const int is_stream = strcmp(name, "-") == 0;
  int is_model = ends_with(name, ".onnx");
  int status = is_model || is_stream ? FAIRU_OK : look_for_lwtnn(c, name, &is_model);
  if (status != FAIRU_OK)
    return status;
  if (ends_with(name, ".csv") || ends_with(name, ".csv.gz"))
    status = fairu_events_read_csv(c->ctx, name, NULL, &events);
  else if (ends_with(name, ".npy"))
    status = fairu_events_read_npy(c->ctx, name, NULL, 0, &events);
  else if (is_model)
    return inspect_import(c, name, root);
  else if (!is_stream)
    status = fairu_classifier_load(c->ctx, name, &network);
  if (status == FAIRU_OK && events)
    status = inspect_events(c, events, root);
  else if (status == FAIRU_OK && network)
    status = inspect_network(c, network, root);
  else if (!events && !ends_with(name, ".csv") && !ends_with(name, ".csv.gz") && !ends_with(name, ".npy")) {
    status = model_open(c, &o->model, name);
    if (status == FAIRU_OK)
      status = inspect_likelihood(c, o, root);
  }
  fairu_events_destroy(events);
  fairu_classifier_destroy(network);
  return status;
}

int command_inspect(int argc, char **argv)
{
  inspect_options o = { 0 };
  json_t *root = NULL;
  cli c;
  const cli_option options[] = {
    MODEL_OPTIONS(o.model),
    { "all", NULL, "all findings and channels, not only the first of each kind", CLI_FLAG, &o.all, 0, 0 },
  };
  const cli_usage usage = {
    .command = "fairu inspect",
    .files = "FILE",
    .about = "What a workspace, templates, a network or an event table (.csv, .npy) holds, and what may be "
             "wrong with it: the first findings of each code (those of fairu/postfit.h), or all of them.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_files = 1,
    .max_files = 1
  };
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  const int status = inspect(&c, &o, c.files[0], &root);
  return model_finish(&c, &o.model, root, status);
}
