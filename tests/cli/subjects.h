/* subjects.h - commands of the program on small files, run inside the test while something fails: a command then fails in one line and
 * leaves what was there, or answers as ever, to the last byte. */
#ifndef FAIRU_TESTS_CLI_SUBJECTS_H
#define FAIRU_TESTS_CLI_SUBJECTS_H

#include "cli/program.h"

int program_main(int argc, char **argv);
#define main program_main
#include "cli/main.c" /* the table of commands */
#undef main

#include <sys/stat.h>

enum { MOST_ARGUMENTS = 24, SUBJECT_PATH = 512 };

/* Words of a command: "@name" is a file of the test's folder, "@new" the one that it makes. */
typedef struct subject {
  const char *words[MOST_ARGUMENTS];
  const char *input; /* a file that is its standard input */
} subject;

typedef struct outcome {
  printed p;
  char *made; /* what @new holds; "before" as long as it was not made */
  size_t size;
} outcome;

/* Around the command: from when on something fails, and until when. */
static void (*subject_begins)(void), (*subject_ends)(void);

static const char *in_folder(char path[SUBJECT_PATH], const char *name)
{
  return support_path(path, SUBJECT_PATH, name);
}

static void make_file(const char *name, const char *text)
{
  char path[SUBJECT_PATH];
  support_write_file(in_folder(path, name), text, strlen(text));
}

static int run_dispatched(int argc, char **argv)
{
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
    if (strcmp(commands[i].name, argv[0]) == 0) {
      if (subject_begins)
        subject_begins();
      const int status = commands[i].run(argc, argv);
      fflush(stdout);
      if (subject_ends)
        subject_ends();
      return status;
    }
  fail_msg("there is no command %s", argv[0]);
  return -1;
}

static outcome run_subject(const subject *s)
{
  char paths[MOST_ARGUMENTS][SUBJECT_PATH], path[SUBJECT_PATH];
  const char *words[MOST_ARGUMENTS];
  int n = 0, kept = -1;
  for (; n < MOST_ARGUMENTS && s->words[n]; n++)
    words[n] = s->words[n][0] == '@' ? in_folder(paths[n], s->words[n] + 1) : s->words[n];
  make_file("new", "before");
  if (s->input) {
    kept = dup(STDIN_FILENO);
    const int file = open(in_folder(path, s->input), O_RDONLY | O_CLOEXEC);
    assert_int_equal(dup2(file, STDIN_FILENO), STDIN_FILENO);
    close(file);
  }
  outcome o = { .p = run_words(run_dispatched, words, n) };
  if (s->input) {
    dup2(kept, STDIN_FILENO);
    close(kept);
  }
  o.made = support_read_file(in_folder(path, "new"), &o.size);
  return o;
}

static void forget_outcome(outcome *o)
{
  forget(&o->p);
  free(o->made);
}

static int same_made(const outcome *a, const outcome *b)
{
  return a->size == b->size && memcmp(a->made, b->made, a->size) == 0;
}

/* The outcome beside that of a run in which all went well; `what` failed, the `at`-th time that it was asked for. */
static void check_outcome(const subject *s, const outcome *o, const outcome *whole, const char *what,
                          size_t at)
{
  const char *wrong = NULL, *newline = strchr(o->p.err, '\n');
  char begin[64];
  (void)snprintf(begin, sizeof begin, "fairu %s: ", s->words[0]);
  if (o->p.status == 0) {
    if (strcmp(o->p.out, whole->p.out) != 0 || strcmp(o->p.err, whole->p.err) != 0)
      wrong = "another answer";
    else if (!same_made(o, whole))
      wrong = "another file";
  } else if (o->p.status != 1) {
    wrong = "its status";
  } else if (strcmp(o->made, "before") != 0 && !same_made(o, whole)) {
    wrong = "what was there is lost";
  } else if (strncmp(o->p.err, begin, strlen(begin)) != 0 || !newline || newline[1]) {
    wrong = "its message";
  }
  if (wrong)
    fail_msg("%s %s %s, %s %zu: %s: status %d\n%.300s%.300s", s->words[0], s->words[1],
             s->words[2] ? s->words[2] : "", what, at, wrong, o->p.status, o->p.err, o->p.out);
}

/* One that goes well: the second run, when what is made once for all is there. */
static outcome run_well(const subject *s)
{
  outcome o = run_subject(s);
  if (o.p.status != 0)
    fail_msg("%s %s: %s", s->words[0], s->words[1], o.p.err);
  forget_outcome(&o);
  return run_subject(s);
}

/* ---- files -------------------------------------------------------------------------------------------- */

#define CHANNEL(name, samples) "{\"name\": \"" name "\", \"samples\": [" samples "]}"
#define SAMPLE(name, data, modifiers)                                                                        \
  "{\"name\": \"" name "\", \"data\": " data ", \"modifiers\": [" modifiers "]}"
#define MU "{\"name\": \"mu\", \"type\": \"normfactor\", \"data\": null}"
#define WORKSPACE(channel, name, data)                                                                       \
  "{\"channels\": [" channel "], \"observations\": [{\"name\": \"" name "\", \"data\": " data "}], "         \
  "\"measurements\": [{\"name\": \"m\", \"config\": {\"poi\": \"mu\", \"parameters\": []}}], "               \
  "\"version\": \"1.0.0\"}"

static void make_subject_files(void)
{
  make_file("ws",
            WORKSPACE(CHANNEL("c", SAMPLE("s", "[12.0, 11.0]", MU) ", " SAMPLE(
                                       "b", "[50.0, 52.0]",
                                       "{\"name\": \"u\", \"type\": \"shapesys\", \"data\": [3.0, 7.0]}")),
                      "c", "[63.0, 66.0]"));
  make_file("other", WORKSPACE(CHANNEL("d", SAMPLE("s", "[5.0]", MU)), "d", "[6.0]"));
  /* empty bins, which inspect has findings about */
  make_file("odd", WORKSPACE(CHANNEL("c", SAMPLE("s", "[1.0, 0.0, 0.0, 0.0, 0.0, 0.0]", MU)), "c",
                             "[1.0, 2.0, 0.0, 3.0, 4.0, 5.0]"));
  make_file("net",
            "{\"inputs\": [{\"name\": \"a\", \"offset\": 0, \"scale\": 1}, "
            "{\"name\": \"b\", \"offset\": 0, \"scale\": 1}], \"layers\": [{\"architecture\": \"dense\", "
            "\"weights\": [1, -1], \"bias\": [0.25], \"activation\": \"sigmoid\"}], \"outputs\": [\"y\"]}");
  make_file("turn", "{\"nuisances\": [{\"name\": \"z\", \"nominal\": 0, \"width\": 1}], \"steps\": "
                    "[{\"step\": \"shift\", \"nuisance\": \"z\", \"columns\": [\"a\"], \"steps\": [0.5]}]}");
  make_file("events.csv", "a,b,label\n3,0,0\n0.5,-3,1\n-2,1,0\n-4,0,1\n5,0,0\n6,1,1\n");
  make_file("fair.csv",
            "PRI_lep_pt,PRI_lep_eta,PRI_lep_phi,PRI_had_pt,PRI_had_eta,PRI_had_phi,PRI_jet_leading_pt,"
            "PRI_jet_leading_eta,PRI_jet_leading_phi,PRI_jet_subleading_pt,PRI_jet_subleading_eta,"
            "PRI_jet_subleading_phi,PRI_n_jets,PRI_jet_all_pt,PRI_met,PRI_met_phi,weights,detailed_labels\n"
            "37.6,1.7,0.4,28.2,0.1,0.3,58.3,2,3,40.3,-0.1,-2.1,2,98.6,29.5,0.2,2,htautau\n"
            "31,-0.7,2.4,35,1,-1.3,-25,-25,-25,-25,-25,-25,0,0,12,-2,3,ttbar\n");
  make_file("bare.csv", "1,2\n3,4\n");
  make_file("scores.csv",
            "set,mu_true,mu_hat,delta_mu_hat,p16,p84\n1,1,1.0,0.4,0.8,1.2\n0,1,1.1,0.4,1.05,1.3\n"
            "1,1,1.1,0.4,1.05,1.3\n");
  char path[SUBJECT_PATH];
  mkdir(in_folder(path, "layout"), 0700);
  make_file("layout/test_settings.json", "{\"ground_truth_mus\": [1.0]}");
  make_file("layout/result_0.json",
            "{\"mu_hats\": [1, 1], \"delta_mu_hats\": [0.4, 0.4], \"p16\": [0.8, 0.9], \"p84\": [1.2, 1.1]}");
  const subject fill = { { "fill", "@events.csv", "--model", "@net", "--systematics", "@turn", "--binning",
                           "uniform:2", "--out", "@part.fill" },
                         NULL };
  outcome made = run_well(&fill);
  forget_outcome(&made);
}

static const subject subjects[] = {
  { { "inspect", "@ws" }, NULL },
  { { "inspect", "@ws", "--json" }, NULL },
  { { "inspect", "@odd" }, NULL },
  { { "inspect", "@part.fill" }, NULL },
  { { "inspect", "@net" }, NULL },
  { { "inspect", "@events.csv", "--json" }, NULL },
  { { "nll", "-", "--gradient", "--expected", "--json" }, "ws" },
  { { "fit", "@ws", "--covariance", "--minos", "mu", "--minima", "--json" }, NULL },
  { { "fit", "@part.fill", "--prior", "z=0:1", "--two-point", "z" }, NULL },
  { { "scan", "@ws", "--parameter", "mu", "--points", "3", "--json" }, NULL },
  { { "contour", "@ws", "--first", "mu", "--second", "u[0]", "--points", "8" }, NULL },
  { { "hypotest", "@ws", "--json" }, NULL },
  { { "hypotest", "@ws", "--toys", "3", "--test-stat", "q0" }, NULL },
  { { "limit", "@ws", "--json" }, NULL },
  { { "impacts", "@ws", "--json" }, NULL },
  { { "breakdown", "@ws", "--group", "g=u*", "--group", "h=u[0]", "--json" }, NULL },
  { { "gof", "@ws", "--json" }, NULL },
  { { "toys", "@ws", "--n", "3" }, NULL },
  { { "toys", "@part.fill", "--systematics", "@turn", "--n", "3", "--out", "@new", "--json" }, NULL },
  { { "combine", "@ws", "@other", "--json" }, NULL },
  { { "predict", "@net", "@events.csv", "@new" }, NULL },
  { { "predict", "@net", "@bare.csv", "-" }, NULL },
  { { "predict", "-", "@events.csv", "@new", "--nuisance", "b=1" }, "net" },
  { { "convert", "@net", "@new", "--nuisance", "b" }, NULL },
  { { "fill", "@events.csv", "--model", "@net", "--systematics", "-", "--out", "@new", "--json" }, "turn" },
  { { "merge", "@new", "@part.fill", "@part.fill", "--json" }, NULL },
  { { "score", "@scores.csv", "--sets", "--bootstrap", "3", "--json" }, NULL },
  { { "score", "@layout", "--sets" }, NULL },
  { { "train", "@events.csv", "--label", "label", "--features", "a,b", "--method", "baseline", "--epochs",
      "1", "--hidden", "2", "--out", "@new" },
    NULL },
  { { "train",         "@events.csv", "--label",    "label", "--features", "a,b",    "--method", "aware",
      "--systematics", "@turn",       "--nuisance", "z",     "--points",   "-1,0,1", "--epochs", "1",
      "--hidden",      "2",           "--out",      "@new",  "--json" },
    NULL },
  { { "shift", "-", "@new", "--tes", "1.01", "--ttbar-scale", "1.1", "--soft-met", "1" }, "fair.csv" },
  { { "shift", "@fair.csv", "-", "--jes", "0.99" }, NULL },
};
enum { N_SUBJECTS = sizeof subjects / sizeof *subjects };

#endif /* FAIRU_TESTS_CLI_SUBJECTS_H */
