/* fairu/systematics.h - nuisance parameters and what they do to events.
 *
 * A fairu_systematics is a list of nuisance parameters (name, prior, range) and a chain of transformations of
 * event tables. Z is a vector [n_nuisances] in natural units (an angle in radians, an energy scale), in the
 * order of the list. Build it with create and add_*, then share it: nothing changes it afterwards.
 */
#ifndef FAIRU_SYSTEMATICS_H
#define FAIRU_SYSTEMATICS_H

#include <fairu/events.h>

FAIRU_BEGIN_DECLS

enum fairu_prior {
  FAIRU_PRIOR_GAUSSIAN = 1,   /* N(centre, width) */
  FAIRU_PRIOR_LOG_NORMAL = 2, /* ln z ~ N(ln centre, width); width is relative */
  FAIRU_PRIOR_UNIFORM = 3,    /* flat on [lower, upper] */
  /* density through (table_z, table_density), its logarithm a cubic spline in between; a likelihood needs at
   * least 4 points */
  FAIRU_PRIOR_TABULATED = 4
};

/* A nuisance parameter. Strings and tables are copied by whoever takes it. */
typedef struct fairu_nuisance {
  size_t struct_size;
  const char *name;
  int prior; /* fairu_prior, default FAIRU_PRIOR_GAUSSIAN */
  /* value at which simulation is unshifted, about which templates are laid out; in the range */
  double nominal;
  /* of a Gaussian or log-normal prior; NaN (default): nominal. May lie outside the range */
  double centre;
  double width;                /* > 0 for Gaussian and log-normal, default 1 */
  double lower, upper;         /* physical range, defaults -inf and +inf */
  const double *table_z;       /* [n_table] rising, for FAIRU_PRIOR_TABULATED */
  const double *table_density; /* [n_table] > 0 */
  size_t n_table;
  /* 1 (default): a measurement stands behind the prior; 0: a two-point choice */
  int statistical_origin;
} fairu_nuisance;

/* Fill with defaults (name NULL). FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_nuisance_init(fairu_nuisance *nuisance, size_t struct_size);

/* Values number first .. first + n - 1 of a nuisance drawn from its prior into values [n], undefined on
 * failure. Number k is keyed by (seed, name, k): the same alone and in a batch, on any machine; nuisances of
 * other names are independent with the same seed. What falls outside [lower, upper] is put on its end (clip
 * 1: the ends hold atoms) or never drawn (clip 0: truncation). A tabulated density needs at least 4 points
 * and ends with its table. first + n at most 2^44. FAIRU_ERR_RANGE (also: truncation leaves nothing of the
 * prior; a width whose draws overflow), FAIRU_ERR_ARGUMENT (clip, prior, no name; a uniform or tabulated
 * prior with a centre), FAIRU_ERR_NON_FINITE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_nuisance_draw(fairu_context *ctx, const fairu_nuisance *nuisance,
                                                  uint64_t seed, uint64_t first, size_t n, int clip,
                                                  double *values);

typedef struct fairu_systematics fairu_systematics;

/* Make a chain without transformations. nuisances [n_nuisances], unique names, copied; n_nuisances may be 0.
 * FAIRU_ERR_DUPLICATE, FAIRU_ERR_RANGE (width, range, table), FAIRU_ERR_NON_FINITE, FAIRU_ERR_ARGUMENT
 * (unknown prior, no name, a centre where the prior has none), FAIRU_ERR_OUT_OF_MEMORY. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_create(fairu_context *ctx, const fairu_nuisance *nuisances,
                                                       size_t n_nuisances, fairu_systematics **out);

/* Free; NULL is a no-op. Since 0.2 */
FAIRU_API void fairu_systematics_destroy(fairu_systematics *systematics);

/* Number of nuisance parameters, 0 for NULL. Since 0.2 */
FAIRU_API size_t fairu_systematics_n_nuisances(const fairu_systematics *systematics);

/* Copy out nuisance i; its pointers live as long as the systematics. FAIRU_ERR_RANGE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_nuisance(const fairu_systematics *systematics,
                                                         fairu_context *ctx, size_t i,
                                                         fairu_nuisance *nuisance);

/* Append: rotate columns (x, y) about the origin by (Z - reference) radians; reference is the angle at which
 * the events were made. FAIRU_ERR_NOT_FOUND (nuisance). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_add_rotation(fairu_systematics *systematics,
                                                             fairu_context *ctx, const char *nuisance,
                                                             const char *x, const char *y, double reference);

/* Append: columns [n_columns] times Z. FAIRU_ERR_NOT_FOUND (nuisance), FAIRU_ERR_DUPLICATE, FAIRU_ERR_EMPTY
 * (no columns). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_add_scale(fairu_systematics *systematics, fairu_context *ctx,
                                                          const char *nuisance, const char *const *columns,
                                                          size_t n_columns);

/* Append an energy scale: column pt times Z at fixed direction (an invariant mass that scales with it is one
 * more fairu_systematics_add_scale); if met and met_phi are given, missing transverse momentum loses what the
 * object gains, which takes phi, too. Objects with pt < 0 are absent: left alone. Events whose object has pt
 * <= pt_min afterwards are cut; pt_min 0: none. Z must be > 0. All computed in double, MET angles as in
 * fairu_systematics_add_higgsml2014. FAIRU_ERR_NULL (phi, met or met_phi alone missing), FAIRU_ERR_NOT_FOUND,
 * FAIRU_ERR_DUPLICATE, FAIRU_ERR_RANGE, FAIRU_ERR_NON_FINITE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_add_momentum_scale(fairu_systematics *systematics,
                                                                   fairu_context *ctx, const char *nuisance,
                                                                   const char *pt, const char *phi,
                                                                   const char *met, const char *met_phi,
                                                                   double pt_min);

/* Append: both transverse components of missing momentum get independent normal deviates of width Z >= 0, by
 * (seed, id of the row; its index where the table has no ids). All steps of a chain that smear share their
 * deviates. FAIRU_ERR_NOT_FOUND, FAIRU_ERR_DUPLICATE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_add_met_smearing(fairu_systematics *systematics,
                                                                 fairu_context *ctx, const char *nuisance,
                                                                 const char *met, const char *met_phi);

/* Append: weights of events whose label is one of labels [n_labels] times Z, which must be >= 0. A label is
 * the name of a category, or a number in decimal for tables whose labels have no names; names that no event
 * has are none of its business. A Z other than 1 wants labels: FAIRU_ERR_ARGUMENT if the table has none, or
 * has numbers where only names are asked for. FAIRU_ERR_NOT_FOUND (nuisance), FAIRU_ERR_EMPTY (no labels
 * given). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_add_weight_scale(fairu_systematics *systematics,
                                                                 fairu_context *ctx, const char *nuisance,
                                                                 const char *const *labels, size_t n_labels);

/* Append: columns[k] += (Z - reference) * steps[k], [n_columns], all rows. reference: the Z at which the
 * events were made. FAIRU_ERR_NOT_FOUND (nuisance), FAIRU_ERR_DUPLICATE, FAIRU_ERR_EMPTY (no columns),
 * FAIRU_ERR_NON_FINITE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_add_shift(fairu_systematics *systematics, fairu_context *ctx,
                                                          const char *nuisance, const char *const *columns,
                                                          const double *steps, size_t n_columns,
                                                          double reference);

/* Append: columns [n_columns] get independent normal deviates of width Z >= 0, by (seed, id of the row, name
 * of the column); its index where the table has no ids. Steps that smear the same column share its deviates.
 * FAIRU_ERR_NOT_FOUND (nuisance), FAIRU_ERR_DUPLICATE, FAIRU_ERR_EMPTY (no columns). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_add_smearing(fairu_systematics *systematics,
                                                             fairu_context *ctx, const char *nuisance,
                                                             const char *const *columns, size_t n_columns);

/* Append a cut: events with lower <= column < upper stay. It follows the column where other steps move it, so
 * steps before it in the chain let events migrate across it. An end may be infinite. FAIRU_ERR_RANGE (lower
 * >= upper), FAIRU_ERR_NON_FINITE (NaN). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_add_cut(fairu_systematics *systematics, fairu_context *ctx,
                                                        const char *column, double lower, double upper);

/* Append: column `category` of the table gets the number of edges [n_edges] that are <= column, 0 .. n_edges.
 * Events migrate between categories where steps before it move the column. FAIRU_ERR_RANGE (edges do not
 * rise), FAIRU_ERR_NON_FINITE, FAIRU_ERR_EMPTY, FAIRU_ERR_DUPLICATE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_add_category(fairu_systematics *systematics,
                                                             fairu_context *ctx, const char *column,
                                                             const double *edges, size_t n_edges,
                                                             const char *category);

/* Append: weights times f(Z), f(1) = the ratio in column `up`, f(-1) that in column `down`, f(0) = 1: weights
 * of each event in an alternative simulation over those in the nominal one, finite and > 0 (checked at every
 * Z). f is exponential beyond |Z| = 1, as codes 1 and 4 of HistFactory (CERN-OPEN-2012-016); inside, ln f is
 * the polynomial of code 4p, so that f is > 0 for any ratios and twice continuously differentiable. If no
 * measurement stands behind the alternative (another generator, another tune), Z means nothing in between:
 * set statistical_origin of its nuisance to 0. A fit to data may then prefer a Z and narrow it, but has
 * measured nothing: no such reduction is ever reported, and coverage is tested on a third, held-out
 * alternative. FAIRU_ERR_NOT_FOUND (nuisance), FAIRU_ERR_DUPLICATE; of fairu_systematics_apply:
 * FAIRU_ERR_RANGE (a ratio <= 0, or too large a weight; names row and column). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_add_two_point(fairu_systematics *systematics,
                                                              fairu_context *ctx, const char *nuisance,
                                                              const char *up, const char *down);

/* ---- HiggsML 2014 open data ------------------------------------------------------------------------------ */

/* Which nuisances move what, by name; NULL: stays at its nominal value. Earlier studies took as widths 0.03
 * for tes and jes and 0.02 for les, or 0.05, 0.05 and 0.01; a soft term of 2.7 +- 0.5 GeV; a W background
 * known to 50 %. */
typedef struct fairu_higgsml2014_options {
  size_t struct_size;
  const char *tes, *jes, *les; /* energy scales of tau, jets, lepton, > 0, nominal 1 */
  /* soft term: width of normal deviates of both components of MET, >= 0 GeV, 0 in the file */
  const char *soft_met;
  /* weights of label "b" or "background" (or 0 where labels are numbers), >= 0, nominal 1: all background,
   * since the file does not tell the W from the rest. For labels of your own:
   * fairu_systematics_add_weight_scale */
  const char *bkg_scale;
  /* GeV: events with shifted PRI_tau_pt <= this are cut; default 0: none; the published study of tes uses 22 */
  double tau_pt_min;
} fairu_higgsml2014_options;

/* Fill with defaults (no nuisance). FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_higgsml2014_options_init(fairu_higgsml2014_options *options,
                                                             size_t struct_size);

/* Append the systematics of the HiggsML 2014 columns (ATLAS open data, DOI 10.7483/OPENDATA.ATLAS.ZBP2.M5T8):
 * PRI_tau_pt, PRI_lep_pt and the PRI_jet_*_pt times their scales, at fixed directions; what tau, lepton and
 * the two leading jets gain MET loses (a third jet moves PRI_jet_all_pt alone: its direction is not in the
 * file); MET smeared by soft_met, by (seed, id of the row; its index where the table has no ids). PRI_met,
 * PRI_met_phi and every DER_* that follows from PRI_* are recomputed from four-vectors (tau mass 0.8 GeV,
 * lepton and jets none; not DER_mass_MMC, which is left out of aware studies), at nominal values too, so that
 * all Z are treated alike. DER_mass_jet_jet goes with jes; other jet-jet quantities depend on directions
 * alone and stay, as do values of jets that are not there. Columns that are read must be there, derived ones
 * need not; jes wants those of jets. options NULL: defaults. FAIRU_ERR_NOT_FOUND (nuisance), FAIRU_ERR_RANGE,
 * FAIRU_ERR_NON_FINITE (tau_pt_min). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_add_higgsml2014(fairu_systematics *systematics,
                                                                fairu_context *ctx,
                                                                const fairu_higgsml2014_options *options);

/* ---- FAIR Universe HiggsML Uncertainty Challenge ------------------------------------------------------- */

enum fairu_arithmetic {
  /* float, vectorised; same operations, own hyperbolic functions and angles */
  FAIRU_ARITHMETIC_FAST = 0,
  FAIRU_ARITHMETIC_REFERENCE = 1 /* the organisers' numbers bit for bit (with glibc's libm) */
};

enum fairu_generator {
  FAIRU_GENERATOR_PHILOX = 0, /* by (seed, id of the row; its index where the table has no ids) */
  /* RandomState(seed), x of all rows and then y of all rows; seed < 2^32 */
  FAIRU_GENERATOR_NUMPY = 1
};

/* Which nuisances move what, by name; NULL: stays at its nominal value. */
typedef struct fairu_higgsml_options {
  size_t struct_size;
  const char *tes, *jes; /* energy scales of tau and jets, > 0, nominal 1 */
  const char *soft_met;  /* width of the smearing of MET, >= 0 GeV, nominal 0 */
  /* u with soft_met = exp(u) GeV, in place of soft_met: yields are smooth in u, while in soft_met their slope
   * vanishes at 0 */
  const char *log_soft_met;
  const char *ttbar_scale;   /* weights of label "ttbar" */
  const char *diboson_scale; /* weights of label "diboson" */
  /* weights of "ztautau", "diboson", "ttbar" (or label 0 where labels are numbers) */
  const char *bkg_scale;
  /* 1 (default): tau at 26 GeV, lepton at 20 GeV, jets up to 26 GeV erased; 0: none of it */
  int cuts;
  int arithmetic; /* fairu_arithmetic, default FAIRU_ARITHMETIC_FAST */
  int generator;  /* fairu_generator of the smearing, default FAIRU_GENERATOR_PHILOX */
} fairu_higgsml_options;

/* Fill with defaults (no nuisance). FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_higgsml_options_init(fairu_higgsml_options *options, size_t struct_size);

/* Append the systematics of the challenge on its columns (DOI 10.5281/zenodo.15131565): PRI_had_pt and MET by
 * tes, jets and MET by jes, MET smeared by soft_met, all 15 continuous PRI_* rounded to 0.001, cuts, the
 * twelve DER_* computed anew, then the three weight scales (the rule of the 2024 competition; leave the names
 * NULL for that of the later public program, which ignores them). All PRI_* must be there, DER_* are written
 * where the table has them. Rounding and DER_* happen at nominal values too. A DER_mass_vis whose square is
 * negative by rounding is NaN in reference arithmetic, as it is with the organisers, 0 in fast. Jets of -25
 * are absent; a row with -25 where every event has a value, or with half a jet, is refused. The numpy
 * generator draws by position in the table that is shifted: events shifted in pieces want philox. options
 * NULL: defaults. FAIRU_ERR_NOT_FOUND (nuisance), FAIRU_ERR_ARGUMENT (unknown choice; soft_met and
 * log_soft_met together). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_add_higgsml(fairu_systematics *systematics,
                                                            fairu_context *ctx,
                                                            const fairu_higgsml_options *options);

/* ---- anything else ------------------------------------------------------------------------------------- */

/* A transformation of the caller: change columns[i] [n_events] (i < n_columns, in the order given to
 * add_callback), weights [n_events] and passed [n_events] (0 cuts the event) in place, for the n_events rows
 * of the table from first_row on. z [n_nuisances]. Randomness must come from (seed, id of the row) alone.
 * Called from worker threads. Non-zero stops with FAIRU_ERR_CALLBACK. */
typedef int (*fairu_transform_fn)(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row,
                                  size_t n_events, float *const *columns, size_t n_columns, double *weights,
                                  unsigned char *passed, void *user_data);

/* Append a transformation of the caller. columns [n_columns] are those it reads or writes. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_add_callback(fairu_systematics *systematics,
                                                             fairu_context *ctx, const char *const *columns,
                                                             size_t n_columns, fairu_transform_fn fn,
                                                             void *user_data);

/* The derivatives of a fairu_transform_fn, for fairu_systematics_tangents: what it does, in double, and its
 * chain rule. values[i] [n_events] are the columns before the transformation, and after it on return;
 * tangents[i * n_nuisances + k] [n_events] are derivatives of column i by z[k], by the steps before it (0
 * where none moves it) and, on return, by this one too: d out_i / dz_k = the derivative by z[k] at fixed
 * columns + the sum over columns j of (d out_i / d in_j) tangents[j * n_nuisances + k]. Columns that jump get
 * 0. passed [n_events]: 0 where fn cuts the event. Rows, seed and threads as for fn, whose user_data it gets.
 * Non-zero stops with FAIRU_ERR_CALLBACK. */
typedef int (*fairu_transform_tangent_fn)(const double *z, size_t n_nuisances, uint64_t seed,
                                          size_t first_row, size_t n_events, double *const *values,
                                          double *const *tangents, size_t n_columns, unsigned char *passed,
                                          void *user_data);

/* fairu_systematics_add_callback for a transformation whose derivatives are known: chains with it have
 * tangents. tangent NULL: are not known. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_add_callback_with_tangents(
    fairu_systematics *systematics, fairu_context *ctx, const char *const *columns, size_t n_columns,
    fairu_transform_fn fn, fairu_transform_tangent_fn tangent, void *user_data);

/* Shift events to Z. Unchanged columns are copied. z [n_nuisances] finite and within each range. passed
 * [n_events] or NULL. NULL: events that fail a cut are left out of *out. Otherwise *out keeps every row of
 * `in`, in order, and passed[row] says 1 or 0. *out has weights if `in` has them or a transformation changed
 * them. systematics NULL or without transformations: a copy. FAIRU_ERR_NOT_FOUND (column), FAIRU_ERR_RANGE,
 * FAIRU_ERR_SHAPE, FAIRU_ERR_NON_FINITE (a feature the chain reads is NaN: names row and column; or z),
 * FAIRU_ERR_CALLBACK. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_apply(const fairu_systematics *systematics,
                                                      fairu_context *ctx, const fairu_events *in,
                                                      const double *z, size_t n_nuisances, uint64_t seed,
                                                      unsigned char *passed, fairu_events **out);

/* Derivatives of shifted features by the nuisance parameters: tangents [n_events * n_features * n_nuisances],
 * row-major, tangents[(row * n_features + f) * n_nuisances + k] = d feature f / d z[k] at z, in units of the
 * feature per unit of the nuisance, for every row of `in` in order; undefined on failure. Analytic, through
 * all steps in double, then to float. Random deviates are held fixed: with the seed given to
 * fairu_systematics_apply these are derivatives of what it makes, but
 *  - of values that are not rounded: neither to float nor, as the challenge does, to 0.001;
 *  - not of cuts and other choices: in a row that fails a cut all are 0, as for a jet that is erased at this z and for a value
 *    that is undefined (-25, -999); columns that choices write do not move;
 *  - 0 at a kink, where left and right differ (MET, a mass or a distance of exactly 0); a derivative that no float holds is
 *    +-FLT_MAX.
 * What only changes weights moves no feature. features [n_features] are columns of `in`, moved or not.
 * systematics NULL: n_nuisances is 0. FAIRU_ERR_UNSUPPORTED (a callback without tangents in the chain),
 * FAIRU_ERR_EMPTY (no features), FAIRU_ERR_NOT_FOUND (column); FAIRU_ERR_RANGE, FAIRU_ERR_SHAPE,
 * FAIRU_ERR_NON_FINITE as fairu_systematics_apply. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_tangents(const fairu_systematics *systematics,
                                                         fairu_context *ctx, const fairu_events *in,
                                                         const double *z, size_t n_nuisances, uint64_t seed,
                                                         const char *const *features, size_t n_features,
                                                         float *tangents);

/* What tangents do not see of a nuisance parameter: events that jump. As shares of the sum of |weight| over
 * the events that pass the cuts at any of z[k] - step, z[k] and z[k] + step. */
typedef struct fairu_migration {
  size_t struct_size;
  double cut; /* events that pass at one of the three and not at another */
  /* events that pass in all, with a column that holds -25, -999 or NaN at one and not at another (a jet is
   * erased) */
  double sentinel;
  /* events that pass in all, with a column of choices that changes: of fairu_systematics_add_category, a
   * number of jets, whole numbers that a transformation of the caller replaces by others */
  double category;
  double crossing;   /* any of these */
  double weight;     /* larger one of the two changes of |weight| from z[k], added up over events */
  size_t n_crossing; /* rows */
} fairu_migration;

/* How many events jump if nuisance number k moves by step > 0, in its units, down and up from z [n_nuisances]
 * (not beyond its range): where the share is not negligible, derivatives of yields come from events shifted
 * up and down, and not from fairu_systematics_tangents. All columns of `in` that the chain touches are looked
 * at. FAIRU_ERR_RANGE (k, step), FAIRU_ERR_EMPTY (no weight passes), FAIRU_ERR_NON_FINITE (step); others as
 * fairu_systematics_apply. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_migration(const fairu_systematics *systematics,
                                                          fairu_context *ctx, const fairu_events *in,
                                                          const double *z, size_t n_nuisances, size_t k,
                                                          double step, uint64_t seed,
                                                          fairu_migration *migration);

/* Refuse tangents where they would miss something: FAIRU_ERR_UNSUPPORTED, naming nuisance and shares, if for
 * any nuisance k with steps[k] > 0 (0: is not asked) more than `limit` of the weight crosses, or the weights
 * change by more than that. steps [n_nuisances]. 0 <= limit < 1: FAIRU_ERR_RANGE. Else as
 * fairu_systematics_migration. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_systematics_check_tangents(const fairu_systematics *systematics,
                                                               fairu_context *ctx, const fairu_events *in,
                                                               const double *z, size_t n_nuisances,
                                                               const double *steps, uint64_t seed,
                                                               double limit);

FAIRU_END_DECLS

#endif /* FAIRU_SYSTEMATICS_H */
