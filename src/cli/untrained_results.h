/* untrained_results.h - what the study finds, in rows; written as CSV, JSON and a page when all of it is there. */
#ifndef FAIRU_CLI_UNTRAINED_RESULTS_H
#define FAIRU_CLI_UNTRAINED_RESULTS_H

#include "cli.h"
#include "out.h"
#include "untrained_problem.h"
#include "untrained_split.h"

enum { UNTRAINED_MAX_PLANES = 64, UNTRAINED_MAX_SPLITS = 16, UNTRAINED_NETS = 2 };

typedef struct untrained_options {
  const char *out;
  uint64_t seed;
  int quick;
} untrained_options;

/* How large the study is; chosen by --quick. */
typedef struct untrained_scale {
  size_t pool_events; /* per class, behind data and toys */
  size_t toys;        /* of methods whose data move with z at most */
  size_t both_toys;   /* of those that move with z and k */
  size_t split_toys;
  size_t training_events; /* per class */
  size_t epochs;
  size_t template_events; /* per class, behind the templates of networks */
} untrained_scale;

/* One method at one truth. */
typedef struct plane_row {
  int method, trained;
  size_t truth;
  plane_interval interval;
  fairu_coverage found; /* n = 0: not measured */
} plane_row;

/* One model of one analysis. */
typedef struct split_row {
  int analysis;
  size_t n_scales;
  split_width width;
  split_coverage at[SPLIT_TRUTHS];
} split_row;

typedef struct untrained_net {
  double final_loss;
} untrained_net;

typedef struct untrained_results {
  const untrained_options *options;
  untrained_scale scale;
  plane_floor floors[PLANE_TRUTHS];
  plane_row planes[UNTRAINED_MAX_PLANES];
  size_t n_planes;
  split_row splits[UNTRAINED_MAX_SPLITS];
  size_t n_splits;
  untrained_net nets[UNTRAINED_NETS]; /* told z; told z and k */
} untrained_results;

/* The name in tables: "aware_profiled", "aware_profiled_net". */
const char *untrained_method_name(int method, int trained);
/* NULL if there is none. */
const plane_row *untrained_find(const untrained_results *r, int method, int trained, size_t truth);

/* Intervals, and coverage from n_toys if there are any, of one model at one truth. */
int untrained_add_plane(cli *c, untrained_results *r, const plane_model *model, const toy_pool *pool,
                        const fairu_systematics *systematics, size_t truth, size_t n_toys);

/* The parts of the study. */
int untrained_run_closed(cli *c, untrained_results *r);
int untrained_run_nets(cli *c, untrained_results *r);
int untrained_run_split(cli *c, untrained_results *r);

/* Train the network that is told z (0) or z and k (1). */
int untrained_train(cli *c, untrained_results *r, int net, fairu_classifier **out);

int untrained_write_tables(cli *c, const untrained_results *r);
int untrained_write_report(cli *c, const untrained_results *r);
json_t *untrained_results_json(const untrained_results *r);

/* The whole study into options->out. */
int untrained_study_run(cli *c, const untrained_options *options);

#endif /* FAIRU_CLI_UNTRAINED_RESULTS_H */
