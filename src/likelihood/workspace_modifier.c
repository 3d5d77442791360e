/* workspace_modifier.c - the seven kinds of modifiers as a document has them. */
#include <string.h>

#include "likelihood/workspace.h"

static const char *const type_names[FAIRU_MODIFIER_TYPES] = { "histosys", "lumi",        "normfactor",
                                                              "normsys",  "shapefactor", "shapesys",
                                                              "staterror" };

const char *fairu_workspace__type_name(fairu_modifier_type type)
{
  return type_names[type];
}

int fairu_workspace__check_yields(fairu_context *ctx, const fairu_json_at *at, size_t n_bins)
{
  size_t n = 0;
  const int status = fairu_json__expect_numbers(ctx, at, 1, &n);
  if (status == FAIRU_OK && n != n_bins)
    return fairu_json__fail(ctx, at, FAIRU_ERR_SHAPE, "%zu numbers for the %zu bins of the channel", n,
                            n_bins);
  return status;
}

static int check_histosys(fairu_context *ctx, const fairu_json_at *at, size_t n_bins)
{
  static const char *const keys[] = { "hi_data", "lo_data" };
  int status = fairu_json__expect_keys(ctx, at, keys, 2);
  for (size_t i = 0; status == FAIRU_OK && i < 2; i++) {
    fairu_json_at yields;
    status = fairu_json__member(ctx, at, keys[i], &yields);
    if (status == FAIRU_OK)
      status = fairu_workspace__check_yields(ctx, &yields, n_bins);
  }
  return status;
}

static int check_normsys(fairu_context *ctx, const fairu_json_at *at)
{
  static const char *const keys[] = { "hi", "lo" };
  int status = fairu_json__expect_keys(ctx, at, keys, 2);
  for (size_t i = 0; status == FAIRU_OK && i < 2; i++) {
    fairu_json_at number;
    status = fairu_json__member(ctx, at, keys[i], &number);
    if (status == FAIRU_OK)
      status = fairu_json__expect(ctx, &number, FAIRU_JSON_NUMBER);
  }
  return status;
}

static int check_data(fairu_context *ctx, const fairu_json_at *at, fairu_modifier_type type, size_t n_bins)
{
  switch (type) {
  case FAIRU_MODIFIER_HISTOSYS:
    return check_histosys(ctx, at, n_bins);
  case FAIRU_MODIFIER_NORMSYS:
    return check_normsys(ctx, at);
  case FAIRU_MODIFIER_SHAPESYS:
  case FAIRU_MODIFIER_STATERROR:
    return fairu_workspace__check_yields(ctx, at, n_bins);
  case FAIRU_MODIFIER_LUMI:
  case FAIRU_MODIFIER_NORMFACTOR:
  case FAIRU_MODIFIER_SHAPEFACTOR:
  case FAIRU_MODIFIER_TYPES:
    break;
  }
  return fairu_json__expect(ctx, at, FAIRU_JSON_NULL);
}

static int read_type(fairu_context *ctx, const fairu_json_at *at, fairu_modifier_type *type)
{
  fairu_json_at member;
  const char *name = NULL;
  int status = fairu_json__member_string(ctx, at, "type", &member, &name);
  if (status != FAIRU_OK)
    return status;
  for (size_t i = 0; i < FAIRU_MODIFIER_TYPES; i++)
    if (strcmp(name, type_names[i]) == 0) {
      *type = (fairu_modifier_type)i;
      return FAIRU_OK;
    }
  return fairu_json__fail(ctx, &member, FAIRU_ERR_FORMAT, "unknown type of modifier \"%.80s\"", name);
}

static int read_name(fairu_context *ctx, const fairu_json_at *at, fairu_listed_modifier *modifier)
{
  fairu_json_at member;
  int status = fairu_json__member(ctx, at, "name", &member);
  if (status == FAIRU_OK)
    status = fairu_json__name(ctx, &member, &modifier->name);
  if (status == FAIRU_OK && modifier->type == FAIRU_MODIFIER_LUMI && strcmp(modifier->name, "lumi") != 0)
    return fairu_json__fail(ctx, &member, FAIRU_ERR_FORMAT,
                            "a modifier of type lumi has the name \"lumi\", not \"%.80s\"", modifier->name);
  return status;
}

int fairu_workspace__check_modifier(fairu_context *ctx, const fairu_json_at *at, size_t n_bins,
                                    fairu_listed_modifier *modifier)
{
  static const char *const keys[] = { "name", "type", "data" };
  fairu_json_at data;
  int status = fairu_json__expect_keys(ctx, at, keys, 3);
  if (status == FAIRU_OK)
    status = read_type(ctx, at, &modifier->type);
  if (status == FAIRU_OK)
    status = read_name(ctx, at, modifier);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, at, "data", &data);
  if (status != FAIRU_OK)
    return status;
  modifier->data = data.value;
  return check_data(ctx, &data, modifier->type, n_bins);
}
