/* plain_both.h - a random workspace as plain structs with their definition, and as the library reads it. */
#ifndef FAIRU_TESTS_PLAIN_BOTH_H
#define FAIRU_TESTS_PLAIN_BOTH_H

#include "plain_likelihood.h"
#include "workspace_made.h"

static const int norm_codes[] = { FAIRU_CODE_4, FAIRU_CODE_1 };
static const int shift_codes[] = { FAIRU_CODE_4P, FAIRU_CODE_0, FAIRU_CODE_2, FAIRU_CODE_2_PYHF };

/* One workspace in both forms. */
typedef struct both {
  plain_workspace w;
  plain_model *m;
  made made;
  double params[PLAIN_PARAMS];
  quad t[PLAIN_PARAMS];
} both;

/* Of p->w, however it was made. */
static inline void both_make(both *p, int norm_code, int shift_code)
{
  fairu_workspace_options o;
  p->m = plain_model_of(&p->w, norm_code, shift_code);
  p->made.ctx = support_context();
  CHECK_OK(p->made.ctx, fairu_workspace_options_init(&o, sizeof o));
  o.norm_code = p->m->norm_code;
  o.shift_code = p->m->shift_code;
  char *json = plain_json(&p->w);
  CHECK_OK(p->made.ctx, workspace_make(p->made.ctx, json, strlen(json), &o, &p->made.workspace,
                                       &p->made.likelihood, &p->made.data));
  free(json);
  assert_int_equal(fairu_likelihood_n_parameters(p->made.likelihood), p->m->n);
  assert_int_equal(fairu_likelihood_n_bins(p->made.likelihood), p->m->n_bins);
}

/* Workspace number `number`, with the pair of codes that is due. */
static inline void both_open(both *p, uint64_t number, size_t most_channels)
{
  memset(p, 0, sizeof *p);
  plain_draw(&p->w, number, most_channels);
  both_make(p, norm_codes[number % 2], shift_codes[number / 2 % 4]);
}

/* The same with variations of opposite signs, so that there is one minimum. */
static inline void both_open_tame(both *p, uint64_t number, size_t most_channels)
{
  memset(p, 0, sizeof *p);
  plain_draw(&p->w, number, most_channels);
  plain_tame(&p->w);
  both_make(p, FAIRU_CODE_4, FAIRU_CODE_4P);
}

static inline void both_close(both *p)
{
  clear(&p->made);
  free(p->m);
}

/* A point off all kinks: up to 1.6 widths away, factors about 1. */
static inline void both_move(both *p)
{
  for (size_t i = 0; i < p->m->n; i++) {
    const int kind = p->m->parameters[i].type;
    const int is_nuisance = kind == PLAIN_NORMSYS || kind == PLAIN_HISTOSYS;
    p->params[i] = is_nuisance ? philox_between(&p->w.rng, -1.6, 1.6) : philox_between(&p->w.rng, 0.7, 1.4);
    p->t[i] = (quad)p->params[i];
  }
}

#endif /* FAIRU_TESTS_PLAIN_BOTH_H */
