/* challenge_events.c - events of the challenge's format, from one or more files, as one checked table. */
#include "challenge.h"

#include "input.h"

#include <stdlib.h>
#include <string.h>

const char *const challenge_features[CHALLENGE_FEATURES] = { "PRI_lep_pt",
                                                             "PRI_lep_eta",
                                                             "PRI_lep_phi",
                                                             "PRI_had_pt",
                                                             "PRI_had_eta",
                                                             "PRI_had_phi",
                                                             "PRI_jet_leading_pt",
                                                             "PRI_jet_leading_eta",
                                                             "PRI_jet_leading_phi",
                                                             "PRI_jet_subleading_pt",
                                                             "PRI_jet_subleading_eta",
                                                             "PRI_jet_subleading_phi",
                                                             "PRI_n_jets",
                                                             "PRI_jet_all_pt",
                                                             "PRI_met",
                                                             "PRI_met_phi",
                                                             "DER_mass_transverse_met_lep",
                                                             "DER_mass_vis",
                                                             "DER_pt_h",
                                                             "DER_deltaeta_jet_jet",
                                                             "DER_mass_jet_jet",
                                                             "DER_prodeta_jet_jet",
                                                             "DER_deltar_had_lep",
                                                             "DER_pt_tot",
                                                             "DER_sum_pt",
                                                             "DER_pt_ratio_lep_had",
                                                             "DER_met_phi_centrality",
                                                             "DER_lep_eta_centrality" };
const char *const challenge_processes[CHALLENGE_PROCESSES] = { "ztautau", "diboson", "ttbar", "htautau" };
static const char label_column[] = "detailed_labels", weight_column[] = "weights", id_column[] = "id";

#define MOST_WEIGHT 0x1p31

/* All pieces, and the table they become. */
typedef struct reading {
  fairu_events **pieces; /* [c->n_files] */
  size_t n_rows;
  int has_ids;
  fairu_events *table;
} reading;

int challenge_process(const char *name)
{
  for (int p = 0; p < CHALLENGE_PROCESSES; p++)
    if (strcmp(challenge_processes[p], name) == 0)
      return p;
  return -1;
}

/* ---- one piece ----------------------------------------------------------------------------------------- */

/* Ids are there in all pieces or in none: the first one tells. */
static int read_piece(cli *c, reading *r, int file)
{
  char buffer[INPUT_PATH];
  const char *path = NULL;
  fairu_csv_options csv;
  int status = fairu_csv_options_init(&csv, sizeof csv);
  if (status == FAIRU_OK)
    status = input_path(c, c->files[file], buffer, &path);
  if (status != FAIRU_OK)
    return status;
  csv.columns = challenge_features;
  csv.n_columns = CHALLENGE_PRIMARY;
  csv.label = label_column;
  csv.weight = weight_column;
  csv.id = file == 0 || r->has_ids ? id_column : NULL;
  status = fairu_events_read_csv(c->ctx, path, &csv, &r->pieces[file]);
  if (file > 0)
    return status;
  r->has_ids = status == FAIRU_OK;
  if (status != FAIRU_ERR_NOT_FOUND)
    return status;
  csv.id = NULL; /* a file without another column fails again, and says so */
  return fairu_events_read_csv(c->ctx, path, &csv, &r->pieces[file]);
}

static int check_labels(cli *c, const char *file, const fairu_events *piece)
{
  const int32_t *labels = fairu_events_labels(piece);
  for (size_t i = 0; i < fairu_events_n_events(piece); i++) {
    const char *name = fairu_events_category_name(piece, (size_t)labels[i]);
    if (!name)
      return cli_fail(c, FAIRU_ERR_FORMAT,
                      "%s: row %zu, column %s is %d; wanted a name: ztautau, diboson, "
                      "ttbar or htautau",
                      file, i, label_column, (int)labels[i]);
    if (challenge_process(name) < 0)
      return cli_fail(c, FAIRU_ERR_NOT_FOUND,
                      "%s: row %zu, column %s is '%s'; known are ztautau, diboson, "
                      "ttbar and htautau",
                      file, i, label_column, name);
  }
  return FAIRU_OK;
}

static int check_weights(cli *c, const char *file, const fairu_events *piece)
{
  const double *weights = fairu_events_weights(piece);
  for (size_t i = 0; i < fairu_events_n_events(piece); i++) {
    if (weights[i] < 0)
      return cli_fail(c, FAIRU_ERR_NEGATIVE_WEIGHT,
                      "%s: row %zu, column %s is %g; a Poisson mean must not be "
                      "negative",
                      file, i, weight_column, weights[i]);
    if (weights[i] > MOST_WEIGHT)
      return cli_fail(c, FAIRU_ERR_RANGE, "%s: row %zu, column %s is %g; a Poisson mean must not pass 2^31",
                      file, i, weight_column, weights[i]);
  }
  return FAIRU_OK;
}

/* Beyond any collider; within, no derived quantity overflows. */
static int check_values(cli *c, const char *file, const fairu_events *piece)
{
  for (size_t column = 0; column < CHALLENGE_PRIMARY; column++) {
    size_t stride = 1;
    const float *x = fairu_events_column(piece, column, &stride);
    const float most = strstr(challenge_features[column], "eta") ? 25 : 1e7f;
    for (size_t i = 0; i < fairu_events_n_events(piece); i++)
      if (!(x[i * stride] >= -most && x[i * stride] <= most))
        return cli_fail(c, FAIRU_ERR_RANGE, "%s: row %zu, column %s is %g, beyond %g", file, i,
                        challenge_features[column], (double)x[i * stride], (double)most);
  }
  return FAIRU_OK;
}

/* The chain refuses what else is no event (half a jet, a lepton that is absent), by row. */
static int check_kinematics(cli *c, const char *file, const fairu_systematics *chain,
                            const fairu_events *piece, size_t *n_passed)
{
  fairu_events *passed = NULL;
  const int status = fairu_systematics_apply(chain, c->ctx, piece, NULL, 0, 1, NULL, &passed);
  if (status != FAIRU_OK)
    return cli_fail(c, status, "%s: %s", file, fairu_context_message(c->ctx));
  *n_passed += fairu_events_n_events(passed);
  fairu_events_destroy(passed);
  return FAIRU_OK;
}

static int read_pieces(cli *c, reading *r)
{
  size_t n_passed = 0;
  fairu_systematics *chain = NULL;
  int status = fairu_systematics_create(c->ctx, NULL, 0, &chain);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_higgsml(chain, c->ctx, NULL);
  for (int k = 0; k < c->n_files && status == FAIRU_OK; k++) {
    cli_stage(c, "reading %s", c->files[k]);
    status = read_piece(c, r, k);
    if (status == FAIRU_OK)
      status = check_labels(c, c->files[k], r->pieces[k]);
    if (status == FAIRU_OK)
      status = check_weights(c, c->files[k], r->pieces[k]);
    if (status == FAIRU_OK)
      status = check_values(c, c->files[k], r->pieces[k]);
    if (status == FAIRU_OK)
      status = check_kinematics(c, c->files[k], chain, r->pieces[k], &n_passed);
    r->n_rows += fairu_events_n_events(r->pieces[k]);
  }
  fairu_systematics_destroy(chain);
  if (status == FAIRU_OK && n_passed == 0)
    return cli_fail(c, FAIRU_ERR_EMPTY,
                    "%s: none of %zu events passes the cuts (tau pT of 26 GeV, lepton pT of "
                    "20 GeV)",
                    c->files[0], r->n_rows);
  return status;
}

/* ---- all of them --------------------------------------------------------------------------------------- */

static int join_features(cli *c, reading *r)
{
  for (size_t column = 0; column < CHALLENGE_PRIMARY; column++) {
    float *to = NULL;
    const int status = fairu_events_column_data(r->table, c->ctx, column, &to);
    if (status != FAIRU_OK)
      return status;
    for (int k = 0; k < c->n_files; k++) {
      size_t stride = 1;
      const size_t n = fairu_events_n_events(r->pieces[k]);
      const float *from = fairu_events_column(r->pieces[k], column, &stride);
      for (size_t i = 0; i < n; i++)
        to[i] = from[i * stride];
      to += n;
    }
  }
  return FAIRU_OK;
}

typedef struct attributes {
  double *weights;
  int32_t *labels;
  uint64_t *ids;
} attributes;

static void join_attributes(const cli *c, const reading *r, const attributes *a)
{
  size_t row = 0;
  for (int k = 0; k < c->n_files; k++) {
    const fairu_events *piece = r->pieces[k];
    const uint64_t *ids = fairu_events_ids(piece);
    for (size_t i = 0; i < fairu_events_n_events(piece); i++, row++) {
      const size_t label = (size_t)fairu_events_labels(piece)[i];
      a->weights[row] = fairu_events_weights(piece)[i];
      a->labels[row] = challenge_process(fairu_events_category_name(piece, label));
      a->ids[row] = ids ? ids[i] : row;
    }
  }
}

static int set_attributes(cli *c, reading *r)
{
  const size_t n = r->n_rows;
  attributes a = { malloc((n + 1) * sizeof(double)), malloc((n + 1) * sizeof(int32_t)),
                   malloc((n + 1) * sizeof(uint64_t)) };
  int status = FAIRU_OK;
  if (!a.weights || !a.labels || !a.ids)
    status = cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu events", n);
  else
    join_attributes(c, r, &a);
  if (status == FAIRU_OK)
    status = fairu_events_set_weights(r->table, c->ctx, a.weights, n);
  if (status == FAIRU_OK)
    status = fairu_events_set_labels(r->table, c->ctx, a.labels, n);
  if (status == FAIRU_OK)
    status = fairu_events_set_categories(r->table, c->ctx, challenge_processes, CHALLENGE_PROCESSES);
  if (status == FAIRU_OK)
    status = fairu_events_set_ids(r->table, c->ctx, a.ids, n);
  if (status == FAIRU_ERR_DUPLICATE)
    status = cli_fail(c, status, "%s%s: %s", c->files[0],
                      c->n_files > 1 ? " and the files after it (rows are counted on)" : "",
                      fairu_context_message(c->ctx));
  free(a.weights);
  free(a.labels);
  free(a.ids);
  return status;
}

int challenge_events_read(cli *c, fairu_events **out)
{
  reading r = { .pieces = calloc((size_t)c->n_files, sizeof *r.pieces) };
  int status = r.pieces ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  if (status == FAIRU_OK)
    status = read_pieces(c, &r);
  if (status == FAIRU_OK)
    status = fairu_events_create(c->ctx, r.n_rows, CHALLENGE_FEATURES, challenge_features, &r.table);
  if (status == FAIRU_OK)
    status = join_features(c, &r);
  if (status == FAIRU_OK)
    status = set_attributes(c, &r);
  for (int k = 0; r.pieces && k < c->n_files; k++)
    fairu_events_destroy(r.pieces[k]);
  free(r.pieces);
  if (status != FAIRU_OK)
    fairu_events_destroy(r.table);
  *out = status == FAIRU_OK ? r.table : NULL;
  return status;
}
