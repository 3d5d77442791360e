/* Commands while the system fails them: each open, read, write, fsync, close and rename in turn, once and from then on, and reads and
 * writes that come in small pieces. What was there stays until what is new is whole; no file is left. */
#include "abi/system_faults.h"

#include "cli/subjects.h"

static fault fault_wanted;
static size_t seen;

static void fault_begins(void)
{
  fault_now = fault_wanted;
}

static void fault_ends(void)
{
  seen = fault_now.seen;
  fault_now = (fault){ 0 };
}

typedef struct failing {
  int call, error;
  const char *name;
} failing;

static const failing calls[] = {
  { CALL_OPEN, EMFILE, "open" },    { CALL_FSTAT, EIO, "fstat" }, { CALL_READ, EIO, "read" },
  { CALL_WRITE, ENOSPC, "write" },  { CALL_FSYNC, EIO, "fsync" }, { CALL_CLOSE, EIO, "close" },
  { CALL_RENAME, EROFS, "rename" },
};
enum { N_CALLS = sizeof calls / sizeof *calls };

typedef struct tally {
  size_t tried, refused;
} tally;

/* One fault: 0 once there are no more calls of this kind to fail. */
static int try_fault(const subject *s, const outcome *whole, const failing *f, size_t at, int lasting,
                     tally *t)
{
  fault_wanted = (fault){ .call = f->call, .error = f->error, .at = at, .lasting = lasting };
  const size_t files = support_count_files(support_directory());
  outcome o = run_subject(s);
  const int struck = seen >= at;
  check_outcome(s, &o, whole, f->name, at);
  /* without a file to close or to read the size of, an answer may be whole all the same */
  if (struck && o.p.status != 0 && f->call != CALL_OPEN)
    CHECK_HAS(o.p.err, strerror(f->error));
  assert_int_equal(support_count_files(support_directory()), files);
  t->tried += (size_t)struck;
  t->refused += struck && o.p.status != 0;
  forget_outcome(&o);
  return struck;
}

static void fail_each_call(const subject *s, tally tallies[N_CALLS])
{
  fault_wanted = (fault){ 0 };
  outcome whole = run_well(s);
  for (size_t k = 0; k < N_CALLS; k++)
    for (int lasting = 0; lasting < 2; lasting++)
      for (size_t at = 1; try_fault(s, &whole, &calls[k], at, lasting, &tallies[k]); at++)
        ;
  forget_outcome(&whole);
}

static void commands_that_the_system_fails(void **state)
{
  (void)state;
  tally tallies[N_CALLS] = { { 0 } };
  for (size_t k = 0; k < N_SUBJECTS; k++)
    fail_each_call(&subjects[k], tallies);
  for (size_t k = 0; k < N_CALLS; k++) {
    print_message("%s: %zu tried, %zu refused\n", calls[k].name, tallies[k].tried, tallies[k].refused);
    assert_true(tallies[k].tried > 0);
  }
}

/* A pipe, or a signal, gives less than was asked for. */
static void commands_in_small_pieces(void **state)
{
  (void)state;
  static const int pieces[] = { CALL_READ, CALL_WRITE };
  for (size_t k = 0; k < N_SUBJECTS; k++) {
    fault_wanted = (fault){ 0 };
    outcome whole = run_well(&subjects[k]);
    for (size_t i = 0; i < 2; i++)
      for (size_t most = 1; most < 40; most += 12) {
        fault_wanted = (fault){ .call = pieces[i], .most = most, .at = 1, .lasting = 1 };
        outcome o = run_subject(&subjects[k]);
        assert_int_equal(o.p.status, 0);
        check_outcome(&subjects[k], &o, &whole, i ? "writes of at most" : "reads of at most", most);
        forget_outcome(&o);
      }
    forget_outcome(&whole);
  }
}

static int begin_subjects(void **state)
{
  (void)state;
  make_subject_files();
  subject_begins = fault_begins;
  subject_ends = fault_ends;
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(commands_that_the_system_fails),
                                      cmocka_unit_test(commands_in_small_pieces) };
  return cmocka_run_group_tests(tests, begin_subjects, NULL);
}
