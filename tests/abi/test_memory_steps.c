/* No memory: draws from priors, plain transformations of columns and weights. */
#include "abi/memory_chain.h"
#include "abi/memory.h"

static const char *const names[] = { "systematics" };

static int fairu_nuisance_draw_body(fairu_context *ctx, void *data)
{
  static const double z[4] = { 0.0, 1.0, 2.0, 3.0 }, density[4] = { 1.0, 2.0, 2.0, 1.0 };
  double values[3];
  fairu_nuisance nuisance;
  (void)data;
  int status = fairu_nuisance_init(&nuisance, sizeof nuisance);
  nuisance.name = "angle";
  nuisance.prior = FAIRU_PRIOR_TABULATED;
  nuisance.table_z = z;
  nuisance.table_density = density;
  nuisance.n_table = 4;
  if (status == FAIRU_OK)
    status = fairu_nuisance_draw(ctx, &nuisance, 1, 0, 3, 1, values);
  return status;
}

enum { SHIFT, SMEARING, CUT, CATEGORY, TWO_POINT, PACK };

static int append_pack(fairu_systematics *s, fairu_context *ctx)
{
  fairu_higgsml2014_options options;
  const int status = fairu_higgsml2014_options_init(&options, sizeof options);
  options.tes = options.jes = options.les = options.soft_met = options.bkg_scale = "z";
  return status == FAIRU_OK ? fairu_systematics_add_higgsml2014(s, ctx, &options) : status;
}

static int append(fairu_systematics *s, fairu_context *ctx, int which)
{
  static const double numbers[2] = { 1.0, 2.0 };
  static const char *const columns[2] = { "a", "b" };
  switch (which) {
  case SHIFT:
    return fairu_systematics_add_shift(s, ctx, "z", columns, numbers, 2, 0.0);
  case SMEARING:
    return fairu_systematics_add_smearing(s, ctx, "z", columns, 2);
  case CUT:
    return fairu_systematics_add_cut(s, ctx, "a", 1.0, 2.0);
  case CATEGORY:
    return fairu_systematics_add_category(s, ctx, "a", numbers, 2, "b");
  case TWO_POINT:
    return fairu_systematics_add_two_point(s, ctx, "z", "a", "b");
  default:
    return append_pack(s, ctx);
  }
}

CHANGES_CHAIN(fairu_systematics_add_shift, SHIFT)
CHANGES_CHAIN(fairu_systematics_add_smearing, SMEARING)
CHANGES_CHAIN(fairu_systematics_add_cut, CUT)
CHANGES_CHAIN(fairu_systematics_add_category, CATEGORY)
CHANGES_CHAIN(fairu_systematics_add_two_point, TWO_POINT)
CHANGES_CHAIN(fairu_systematics_add_higgsml2014, PACK)

static const memory_case cases[] = {
  ROW(fairu_nuisance_draw, 1),
  ROW(fairu_systematics_add_shift, 1),
  ROW(fairu_systematics_add_smearing, 1),
  ROW(fairu_systematics_add_cut, 1),
  ROW(fairu_systematics_add_category, 1),
  ROW(fairu_systematics_add_two_point, 1),
  ROW(fairu_systematics_add_higgsml2014, 1),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
