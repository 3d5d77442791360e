/* model_file.c - fairu model files. A record: tag of the kind, names, ranges of Z, then the kind's own parts. Where inputs have policies
 * (version 2) INPUTS_TAG stands before and the policies behind. Ensembles need version 3. */
#include <string.h>

#include "classifier/kind.h"

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'M', 'D', 'L' };
enum {
  MODEL_VERSION = 1,
  MODEL_VERSION_INPUTS = 2,
  MODEL_VERSION_ENSEMBLE = 3,
  INPUTS_TAG = 256,
  MOST_NAMES = 16384
};

void fairu_classifier__put(const fairu_classifier *classifier, fairu_pack *pack)
{
  if (classifier->inputs)
    fairu_pack__u64(pack, INPUTS_TAG);
  fairu_pack__u64(pack, classifier->kind->tag);
  fairu_pack__u64(pack, classifier->n_features);
  for (size_t i = 0; i < classifier->n_features; i++)
    fairu_pack__string(pack, classifier->features[i]);
  fairu_pack__u64(pack, classifier->n_nuisances);
  for (size_t i = 0; i < classifier->n_nuisances; i++)
    fairu_pack__string(pack, classifier->nuisances[i]);
  fairu_pack__f64s(pack, classifier->z_lower, classifier->n_nuisances);
  fairu_pack__f64s(pack, classifier->z_upper, classifier->n_nuisances);
  classifier->kind->save(classifier, pack);
  if (classifier->inputs)
    fairu_inputs__put(classifier, pack);
}

/* Files that need nothing new can be read by programs that know nothing new. */
static uint32_t version_of(const fairu_classifier *classifier)
{
  uint32_t version = MODEL_VERSION;
  size_t next = 0;
  for (const fairu_classifier *part; (part = fairu_classifier__part(classifier, &next));) {
    if (part->kind == &fairu_kind__ensemble)
      version = MODEL_VERSION_ENSEMBLE;
    if (part->inputs && version < MODEL_VERSION_INPUTS)
      version = MODEL_VERSION_INPUTS;
  }
  return version;
}

static int can_save(const fairu_classifier *classifier)
{
  size_t next = 0;
  for (const fairu_classifier *part; (part = fairu_classifier__part(classifier, &next));)
    if (part->kind->tag == 0)
      return 0;
  return 1;
}

int fairu_classifier_save(const fairu_classifier *classifier, fairu_context *ctx, const char *path)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!classifier || !path)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "save: classifier or path is NULL");
  if (!can_save(classifier))
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "%s: a callback cannot be saved", path);
  fairu_pack *pack = NULL;
  int status = fairu_pack__create(ctx, &pack);
  if (status != FAIRU_OK)
    return status;
  fairu_classifier__put(classifier, pack);
  status = fairu_pack__save(pack, ctx, path, magic, version_of(classifier));
  fairu_pack__destroy(pack);
  return status;
}

typedef struct name_list {
  char **names;
  size_t n;
} name_list;

static int get_names(fairu_context *ctx, fairu_unpack *unpack, const char *what, name_list *list)
{
  const size_t left = fairu_unpack__left(unpack);
  int status = fairu_unpack__size(unpack, ctx, what, left < MOST_NAMES ? left : MOST_NAMES, &list->n);
  if (status != FAIRU_OK)
    return status;
  list->names = fairu_context__new(ctx, list->n, sizeof *list->names, "classifier names");
  if (!list->names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < list->n && status == FAIRU_OK; i++)
    status = fairu_unpack__string(unpack, ctx, what, &list->names[i]);
  return status;
}

static void free_names(fairu_context *ctx, name_list *list)
{
  for (size_t i = 0; list->names && i < list->n; i++)
    fairu_context__free(ctx, list->names[i]);
  fairu_context__free(ctx, list->names);
}

/* Where a kind may stand, see fairu_classifier__get. */
static int outermost_of(const fairu_kind *kind)
{
  return kind == &fairu_kind__calibrated ? FAIRU_OUTERMOST
         : kind == &fairu_kind__ensemble ? FAIRU_INSIDE_CALIBRATED
         : kind == &fairu_kind__gated    ? FAIRU_INSIDE_ENSEMBLE
                                         : 0;
}

static int find_kind(fairu_context *ctx, fairu_unpack *unpack, int gate_allowed, const fairu_kind **kind,
                     int *has_inputs)
{
  const fairu_kind *const kinds[] = { &fairu_kind__network,    &fairu_kind__gated,   &fairu_kind__linear,
                                      &fairu_kind__rotation,   &fairu_kind__program, &fairu_kind__trees,
                                      &fairu_kind__calibrated, &fairu_kind__ensemble };
  uint64_t tag = 0;
  int status = fairu_unpack__u64(unpack, ctx, "kind", &tag);
  *has_inputs = status == FAIRU_OK && tag == INPUTS_TAG;
  if (*has_inputs) {
    gate_allowed = 0; /* policies are those of the sides */
    status = fairu_unpack__u64(unpack, ctx, "kind", &tag);
  }
  if (status != FAIRU_OK)
    return status;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (kinds[i]->tag == tag && gate_allowed >= outermost_of(kinds[i])) {
      *kind = kinds[i];
      return FAIRU_OK;
    }
  return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "kind %llu of classifier%s", (unsigned long long)tag,
                             gate_allowed == 0                       ? " as a side of a gate or with inputs"
                             : gate_allowed == FAIRU_INSIDE_ENSEMBLE ? " as a member of an ensemble"
                                                                     : "");
}

static int get_parts(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack)
{
  int status = fairu_unpack__f64s(unpack, ctx, "lower z", classifier->z_lower, classifier->n_nuisances);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64s(unpack, ctx, "upper z", classifier->z_upper, classifier->n_nuisances);
  for (size_t i = 0; i < classifier->n_nuisances && status == FAIRU_OK; i++)
    if (!(classifier->z_lower[i] <= classifier->z_upper[i]))
      status = fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "nuisance \"%s\": range [%g, %g]",
                                   classifier->nuisances[i], classifier->z_lower[i], classifier->z_upper[i]);
  return status == FAIRU_OK ? classifier->kind->load(classifier, ctx, unpack) : status;
}

int fairu_classifier__get(fairu_context *ctx, fairu_unpack *unpack, int gate_allowed, fairu_classifier **out)
{
  const fairu_kind *kind = NULL;
  name_list features = { NULL, 0 }, nuisances = { NULL, 0 };
  fairu_classifier *classifier = NULL;
  int has_inputs = 0;
  int status = find_kind(ctx, unpack, gate_allowed, &kind, &has_inputs);
  if (status == FAIRU_OK)
    status = get_names(ctx, unpack, "features", &features);
  if (status == FAIRU_OK)
    status = get_names(ctx, unpack, "nuisances", &nuisances);
  if (status == FAIRU_OK)
    status = fairu_classifier__new(ctx, kind, (const char *const *)features.names, features.n,
                                   (const char *const *)nuisances.names, nuisances.n, &classifier);
  free_names(ctx, &features);
  free_names(ctx, &nuisances);
  if (status == FAIRU_OK)
    status = get_parts(classifier, ctx, unpack);
  if (status == FAIRU_OK && has_inputs)
    status = fairu_inputs__get(classifier, ctx, unpack);
  return fairu_classifier__finish(classifier, status, out);
}

int fairu_classifier_load(fairu_context *ctx, const char *path, fairu_classifier **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!path || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "load: path or out is NULL");
  fairu_unpack *unpack = NULL;
  fairu_classifier *classifier = NULL;
  uint32_t version = 0;
  int status = fairu_unpack__load(ctx, path, magic, MODEL_VERSION_ENSEMBLE, &unpack, &version);
  if (status != FAIRU_OK)
    return status;
  status = fairu_classifier__get(ctx, unpack, FAIRU_OUTERMOST, &classifier);
  if (status == FAIRU_OK)
    status = fairu_unpack__finish(unpack, ctx);
  else if (!strstr(fairu_context_message(ctx), path)) /* the reader's own messages begin with the path */
    fairu_context__within(ctx, status, "%s", path);
  fairu_unpack__destroy(unpack);
  return fairu_classifier__finish(classifier, status, out);
}
