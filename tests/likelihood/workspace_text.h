/* workspace_text.h - small workspaces as texts, for tests that change them. */
#ifndef FAIRU_TESTS_LIKELIHOOD_WORKSPACE_TEXT_H
#define FAIRU_TESTS_LIKELIHOOD_WORKSPACE_TEXT_H

#include "support/support.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* One channel of two bins: a signal with a factor, a background with per-bin uncertainties. */
static const char small_workspace[] =
    "{\"version\":\"1.0.0\",\"channels\":[{\"name\":\"SR\",\"samples\":[{\"name\":\"bkg\",\"data\":[50.0,52],"
    "\"modifiers\":[{\"name\":\"unc\",\"type\":\"shapesys\",\"data\":[3.0,7.0]}]}]}],"
    "\"observations\":[{\"name\":\"SR\",\"data\":[51,48]}],"
    "\"measurements\":[{\"name\":\"m\",\"config\":{\"poi\":\"mu\",\"parameters\":[]}}]}";

/* The same with a signal and what it needs to be fitted. */
static const char small_workspace_with_signal[] =
    "{\"version\":\"1.0.0\",\"channels\":[{\"name\":\"SR\",\"samples\":[{\"name\":\"bkg\",\"data\":[50.0,52],"
    "\"modifiers\":[{\"name\":\"unc\",\"type\":\"shapesys\",\"data\":[3.0,7.0]}]},{\"name\":\"sig\",\"data\":"
    "[12.0,11.0],"
    "\"modifiers\":[{\"name\":\"mu\",\"type\":\"normfactor\",\"data\":null}]}]}],"
    "\"observations\":[{\"name\":\"SR\",\"data\":[51,48]}],"
    "\"measurements\":[{\"name\":\"m\",\"config\":{\"poi\":\"mu\",\"parameters\":[]}}]}";

static const char signal_patch[] =
    "[{\"op\":\"add\",\"path\":\"/channels/0/samples/0\",\"value\":{\"name\":\"sig\",\"data\":[12.0,11.0],"
    "\"modifiers\":[{\"name\":\"mu\",\"type\":\"normfactor\",\"data\":null}]}}]";

static inline fairu_workspace *workspace_of(fairu_context *ctx, const char *text)
{
  fairu_workspace *workspace = NULL;
  CHECK_OK(ctx, fairu_workspace_parse(ctx, text, strlen(text), "w.json", &workspace));
  assert_non_null(workspace);
  return workspace;
}

#endif /* FAIRU_TESTS_LIKELIHOOD_WORKSPACE_TEXT_H */
