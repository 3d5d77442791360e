/* fairu/histfactory.h - HistFactory workspaces as JSON (pyhf, schema 1.0.0; HS3 histfactory_dist), patches,
 * patch sets.
 *
 * A fairu_workspace is a checked document: channels, samples, observations, measurements. It never changes;
 * applying a patch makes another one. Order, names, defaults, bounds, fixed flags and auxiliary data of the
 * model are those of pyhf. All faults carry the JSON pointer of the place. Stricter than pyhf: duplicate
 * keys, booleans and strings where numbers are due, NaN, negative observations, normsys factors <= 0, bounds
 * that are no pairs, start values outside their bounds, a shapefactor over channels of different length and
 * staterror users that disagree are refused when the model is made.
 */
#ifndef FAIRU_HISTFACTORY_H
#define FAIRU_HISTFACTORY_H

#include <fairu/model.h>

FAIRU_BEGIN_DECLS

typedef struct fairu_workspace fairu_workspace;

/* Read a workspace from a file (plain or gzip, "-" for standard input) or from `size` bytes; `name` stands
 * before messages. A document with "distributions" is read as HS3, as far as it maps one to one; what does
 * not is refused by name with FAIRU_ERR_UNSUPPORTED: see the end of this file. FAIRU_ERR_FORMAT (wrong type,
 * missing or unknown key, unknown modifier), FAIRU_ERR_VERSION, FAIRU_ERR_SHAPE, FAIRU_ERR_DUPLICATE,
 * FAIRU_ERR_TRUNCATED, FAIRU_ERR_LIMIT, FAIRU_ERR_IO. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_workspace_read(fairu_context *ctx, const char *path,
                                                   fairu_workspace **out);
FAIRU_API FAIRU_NODISCARD int fairu_workspace_parse(fairu_context *ctx, const char *text, size_t size,
                                                    const char *name, fairu_workspace **out);
FAIRU_API void fairu_workspace_destroy(fairu_workspace *workspace); /* NULL is a no-op. Since 0.2 */

/* Measurements: number, name (NULL out of range; lives as long as the workspace), name of the parameter of
 * interest. Since 0.2 */
FAIRU_API size_t fairu_workspace_n_measurements(const fairu_workspace *workspace);
FAIRU_API const char *fairu_workspace_measurement_name(const fairu_workspace *workspace, size_t i);
FAIRU_API const char *fairu_workspace_measurement_poi(const fairu_workspace *workspace, size_t i);

typedef struct fairu_workspace_options {
  size_t struct_size;
  const char *measurement; /* NULL (default): the first */
  /* NULL (default): that of the measurement; "": none; one of several components: "gamma[3]" */
  const char *poi;
  int norm_code;  /* of normsys, fairu_interpolation_code; default FAIRU_CODE_4 */
  int shift_code; /* of histosys; default FAIRU_CODE_4P */
  /* [n_two_points] parameters that stand for a choice between two simulations, which the format cannot say:
   * their statistical_origin (fairu_parameter) becomes 0 */
  const char *const *two_points;
  size_t n_two_points;
} fairu_workspace_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_workspace_options_init(fairu_workspace_options *options,
                                                           size_t struct_size);

/* The likelihood of one measurement, its parameters in pyhf's order with component names "gamma[0]". options
 * NULL: defaults. FAIRU_ERR_NOT_FOUND (measurement, parameter of interest, observation of a channel,
 * two_points), FAIRU_ERR_DUPLICATE, FAIRU_ERR_ARGUMENT (one name, incompatible kinds; attribute a parameter
 * does not have), FAIRU_ERR_RANGE, FAIRU_ERR_SHAPE, FAIRU_ERR_EMPTY. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_create_from_workspace(fairu_context *ctx,
                                                                     const fairu_workspace *workspace,
                                                                     const fairu_workspace_options *options,
                                                                     fairu_likelihood **out);

/* The same as a model, for those who want to add to it before it is compiled. *poi (or NULL): name of the
 * parameter of interest ("": none), lives as long as the model. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_model_create_from_workspace(fairu_context *ctx,
                                                                const fairu_workspace *workspace,
                                                                const fairu_workspace_options *options,
                                                                const char **poi, fairu_model **out);

/* Observed main counts in the order of the bins of `likelihood`, which was made from this workspace;
 * auxiliary values as the measurement says. The likelihood must outlive *out. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_data_create_from_workspace(fairu_context *ctx,
                                                               const fairu_workspace *workspace,
                                                               const fairu_likelihood *likelihood,
                                                               fairu_data **out);

/* Write a likelihood made from a model, with data, as a workspace of one measurement (pyhf's schema 1.0.0),
 * atomically; `.gz` by name. Reading it gives the same parameters, constraints and numbers (auxiliary values:
 * those of the data), in pyhf's order; it is read once before the file is made, to be sure. Parameters of
 * single bins are called name[0], name[1], ...: staterror where Gaussian, shapesys where counted, shapefactor
 * where free. A staterror is shared out equally, in quadrature, among the samples that have it. Where
 * uncertainties cannot give a width to the last digit, the measurement says it (sigmas, factors).
 * FAIRU_ERR_UNSUPPORTED names what the format cannot say (splines, log-normal and tabulated priors, codes
 * other than 4 and 4p, infinite bounds, parameters that act on nothing, and the like). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_write_workspace(const fairu_likelihood *likelihood,
                                                               fairu_context *ctx, const fairu_data *data,
                                                               const char *path, const char *measurement);

/* ---- patches ------------------------------------------------------------------------------------------ */

/* Apply an RFC 6902 JSON patch (`size` bytes; `name` stands before messages) to a copy. All six operations;
 * RFC 6901 pointers. The result is checked like a file. A document of HS3 is patched in pyhf's form.
 * FAIRU_ERR_FORMAT, FAIRU_ERR_NOT_FOUND (no such place), FAIRU_ERR_ARGUMENT (a test that fails, a move into
 * itself), and those of fairu_workspace_parse. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_workspace_patch(const fairu_workspace *workspace, fairu_context *ctx,
                                                    const char *patch, size_t size, const char *name,
                                                    fairu_workspace **out);
/* The same from a file. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_workspace_patch_file(const fairu_workspace *workspace, fairu_context *ctx,
                                                         const char *path, fairu_workspace **out);

typedef struct fairu_patchset fairu_patchset;

/* Read a patch set (schema 1.0.0): signal patches of one background-only workspace. FAIRU_ERR_DUPLICATE
 * (names, value tuples), FAIRU_ERR_UNSUPPORTED (a digest other than md5 and sha256), and codes as
 * fairu_workspace_read. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_patchset_read(fairu_context *ctx, const char *path, fairu_patchset **out);
FAIRU_API void fairu_patchset_destroy(fairu_patchset *patchset); /* NULL is a no-op. Since 0.2 */

/* Number of patches and the name of patch i (NULL out of range; lives as long as the set). Since 0.2 */
FAIRU_API size_t fairu_patchset_n_patches(const fairu_patchset *patchset);
FAIRU_API const char *fairu_patchset_patch_name(const fairu_patchset *patchset, size_t i);

/* Do the digests (sha256, md5) fit this workspace? FAIRU_ERR_CHECKSUM names the digest. The digest is that of
 * the key-sorted dump of Python's json of the document as it was read; FAIRU_ERR_UNSUPPORTED for one with an
 * integer beyond 2^63, whose digits are not kept. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_patchset_verify(const fairu_patchset *patchset, fairu_context *ctx,
                                                    const fairu_workspace *workspace);

/* Verify, then apply the patch of this name. FAIRU_ERR_NOT_FOUND lists some of the names there are. Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_patchset_apply(const fairu_patchset *patchset, fairu_context *ctx,
                                                   const fairu_workspace *workspace, const char *patch,
                                                   fairu_workspace **out);

/* Index of the patch with these label values: numbers as text ("1300"), in the order of the labels.
 * FAIRU_ERR_NOT_FOUND, FAIRU_ERR_SHAPE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_patchset_find(const fairu_patchset *patchset, fairu_context *ctx,
                                                  const char *const *values, size_t n_values, size_t *index);

/* ---- what is read of HS3 ------------------------------------------------------------------------------
 *
 * Distributions of type histfactory_dist with modifiers normfactor, normsys, histosys, shapefactor, shapesys and staterror;
 * gaussian_dist as the constraint of one parameter (of a normfactor, which becomes "lumi"; of width 1 for normsys and histosys), found by
 * constraint_name or aux_distributions; data of type binned, or counts in place; domains; parameter points (values, const); analyses with
 * one likelihood, which become measurements. Without an init of the analysis the point "default_values" is taken, if there is one;
 * without a range in its domain a parameter has pyhf's. A list of per-bin parameters becomes a set, named by what their names begin with.
 * Poisson constraints of bins that several samples share, several likelihoods, functions, priors, other interpolations than code 4, and
 * every key and type not named here are refused. Where drafts and programs differ, documents are read as ROOT writes them:
 * histosys holds yields, not differences; `vals` of a shapesys are relative uncertainties; per-bin constraints have to be said.
 */

FAIRU_END_DECLS

#endif /* FAIRU_HISTFACTORY_H */
