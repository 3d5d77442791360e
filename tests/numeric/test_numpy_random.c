/* The generator of NumPy's RandomState: published first words, and NumPy itself where it is installed. */
#include "numeric/numpy_random.h"
#include "support/support.h"

static const double means[] = { 0.0, 1e-12, 1e-4, 0.016, 0.5, 3.2, 9.9999, 10.0, 11.5, 37.5, 1e3, 1e6, 1e12 };
static const uint64_t maxima[] = { 0,
                                   1,
                                   2,
                                   6,
                                   99,
                                   65535,
                                   1000000,
                                   UINT64_C(0xfffffffe),
                                   UINT64_C(0xffffffff),
                                   UINT64_C(0x100000000),
                                   UINT64_C(0x1234567890abc),
                                   UINT64_C(0x7ffffffffffffffe) };
enum {
  N_MEANS = sizeof means / sizeof *means,
  N_MAXIMA = sizeof maxima / sizeof *maxima,
  SEEDS = 6,
  DRAWS = 2000,
  SHUFFLED = 777
};

/* The same draws as below, as doubles and integers of 8 bytes in one file. */
static const char script[] =
    "import sys, numpy as np\n"
    "means = [0.0, 1e-12, 1e-4, 0.016, 0.5, 3.2, 9.9999, 10.0, 11.5, 37.5, 1e3, 1e6, 1e12]\n"
    "maxima = [0, 1, 2, 6, 99, 65535, 1000000, 0xfffffffe, 0xffffffff, 0x100000000, 0x1234567890abc,\n"
    "          0x7ffffffffffffffe]\n"
    "with open(sys.argv[1], 'wb') as out:\n"
    "  def put(values):\n"
    "    a = np.asarray(values)\n"
    "    out.write(a.astype('<f8' if a.dtype.kind == 'f' else '<i8').tobytes())\n"
    "  for seed in [0, 1, 42, 31415, 4294967295, [1, 2, 3]]:\n"
    "    r = np.random.RandomState(seed)\n"
    "    put(r.random_sample(2000))\n"
    "    put(r.uniform(0.1, 3.0, 2000))\n"
    "    put(r.standard_normal(2001))\n"
    "    put([r.normal(1.0, 0.01)])\n"
    "    put(r.lognormal(0.25, 1.5, 2001))\n"
    "    for m in means: put(r.poisson(m, 2000))\n"
    "    for m in maxima: put(r.randint(0, m + 1, 2000, dtype=np.int64))\n"
    "    put(r.permutation(777))\n"
    "    items = np.arange(777); r.shuffle(items); put(items)\n"
    "    put(r.choice(11, 2000))\n"
    "    put(r.choice(777, 777, replace=False))\n"
    "  put(np.random.RandomState(np.arange(1000)).random_sample(2000))\n";

/* numpy's file, 8 bytes at a time. */
typedef struct answers {
  const char *bytes;
  size_t size, at;
  size_t wrong;
} answers;

static void compare(answers *a, const void *value)
{
  assert_true(a->at + 8 <= a->size);
  a->wrong += memcmp(a->bytes + a->at, value, 8) != 0;
  a->at += 8;
}

static void compare_double(answers *a, double value)
{
  compare(a, &value);
}

static void compare_whole(answers *a, uint64_t value)
{
  compare(a, &value);
}

static void compare_items(answers *a, const size_t *items, size_t n)
{
  for (size_t i = 0; i < n; i++)
    compare_whole(a, items[i]);
}

static void compare_one_seed(answers *a, fairu_numpy_random *r)
{
  size_t items[DRAWS];
  for (int i = 0; i < DRAWS; i++)
    compare_double(a, fairu_numpy_random__sample(r));
  for (int i = 0; i < DRAWS; i++)
    compare_double(a, fairu_numpy_random__uniform(r, 0.1, 3.0));
  for (int i = 0; i <= DRAWS; i++)
    compare_double(a, fairu_numpy_random__gauss(r));
  compare_double(a, fairu_numpy_random__normal(r, 1.0, 0.01)); /* the kept second deviate */
  for (int i = 0; i <= DRAWS; i++)
    compare_double(a, fairu_numpy_random__lognormal(r, 0.25, 1.5));
  for (size_t k = 0; k < N_MEANS; k++)
    for (int i = 0; i < DRAWS; i++)
      compare_whole(a, (uint64_t)fairu_numpy_random__poisson(r, means[k]));
  for (size_t k = 0; k < N_MAXIMA; k++)
    for (int i = 0; i < DRAWS; i++)
      compare_whole(a, fairu_numpy_random__bounded(r, maxima[k]));
  assert_int_equal(a->wrong, 0);
  fairu_numpy_random__permutation(r, SHUFFLED, items);
  compare_items(a, items, SHUFFLED);
  for (size_t i = 0; i < SHUFFLED; i++)
    items[i] = i;
  fairu_numpy_random__shuffle(r, SHUFFLED, items);
  compare_items(a, items, SHUFFLED);
  fairu_numpy_random__choice(r, 11, DRAWS, items);
  compare_items(a, items, DRAWS);
  fairu_numpy_random__permutation(r, SHUFFLED, items);
  compare_items(a, items, SHUFFLED);
}

/* Runs the script with the first Python that has NumPy; 0 if there is none. */
static int ask_numpy(const char *name)
{
  char command[2048], path[512];
  support_write_file(support_path(path, sizeof path, "draws.py"), script, sizeof script - 1);
  (void)snprintf(command, sizeof command,
                 "for p in python3 /usr/bin/python3; do $p -c 'import numpy' 2>/dev/null && "
                 "exec $p '%s' '%s'; done; exit 1",
                 path, name);
  return system(command) == 0;
}

static void draws_are_those_of_numpy(void **state)
{
  static const uint32_t seeds[SEEDS - 1] = { 0, 1, 42, 31415, UINT32_C(4294967295) };
  static const uint32_t array[3] = { 1, 2, 3 };
  char path[512];
  (void)state;
  if (!ask_numpy(support_path(path, sizeof path, "draws.bin"))) {
    support_skip("no python3 with numpy");
    return;
  }
  answers a = { 0 };
  char *bytes = support_read_file(path, &a.size);
  a.bytes = bytes;
  fairu_numpy_random r;
  for (size_t s = 0; s < SEEDS; s++) {
    if (s < SEEDS - 1)
      fairu_numpy_random__seed(&r, seeds[s]);
    else
      fairu_numpy_random__seed_array(&r, array, 3);
    compare_one_seed(&a, &r);
  }
  uint32_t many[1000];
  for (uint32_t i = 0; i < 1000; i++)
    many[i] = i;
  fairu_numpy_random__seed_array(&r, many, 1000);
  for (int i = 0; i < DRAWS; i++)
    compare_double(&a, fairu_numpy_random__sample(&r));
  assert_int_equal(a.at, a.size);
  assert_int_equal(a.wrong, 0);
  free(bytes);
}

static fairu_numpy_random seeded(void)
{
  fairu_numpy_random r;
  fairu_numpy_random__seed(&r, 31415);
  return r;
}

static void first_numbers_are_known(void **state)
{
  static const int64_t small[8] = { 9, 3, 0, 3, 3, 1, 6, 1 }, large[5] = { 40, 47, 37, 40, 46 };
  static const size_t order[20] = { 10, 9, 4, 1, 14, 11, 19, 15, 0, 12, 16, 18, 17, 6, 2, 8, 5, 13, 3, 7 };
  (void)state;
  fairu_numpy_random r = seeded();
  assert_int_equal(fairu_numpy_random__u32(&r), UINT32_C(2773769790));
  assert_int_equal(fairu_numpy_random__u32(&r), UINT32_C(4231403687));
  assert_int_equal(fairu_numpy_random__u32(&r), UINT32_C(2899850979));
  r = seeded();
  CHECK_NEAR(fairu_numpy_random__sample(&r), 0.6458186059087547, 0.0);
  CHECK_NEAR(fairu_numpy_random__sample(&r), 0.6751741698513349, 0.0);
  r = seeded();
  CHECK_NEAR(fairu_numpy_random__gauss(&r), 1.3624218826600287, 0.0);
  CHECK_NEAR(fairu_numpy_random__gauss(&r), 1.134108183630433, 0.0);
  CHECK_NEAR(fairu_numpy_random__gauss(&r), 2.363074488167046, 0.0);
  r = seeded();
  for (size_t i = 0; i < 8; i++)
    assert_int_equal(fairu_numpy_random__poisson(&r, 3.2), small[i]);
  r = seeded();
  for (size_t i = 0; i < 5; i++)
    assert_int_equal(fairu_numpy_random__poisson(&r, 37.5), large[i]);
  size_t items[20];
  r = seeded();
  fairu_numpy_random__permutation(&r, 20, items);
  assert_memory_equal(items, order, sizeof order);
}

/* The 10000th word of the default seed of std::mt19937, as the C++ standard gives it, and of the authors' array seed. */
static void generator_is_the_mersenne_twister(void **state)
{
  static const uint32_t array[4] = { 0x123, 0x234, 0x345, 0x456 };
  fairu_numpy_random r;
  uint32_t word = 0;
  (void)state;
  fairu_numpy_random__seed(&r, 5489);
  for (int i = 0; i < 10000; i++)
    word = fairu_numpy_random__u32(&r);
  assert_int_equal(word, UINT32_C(4123659995));
  fairu_numpy_random__seed_array(&r, array, 4);
  assert_int_equal(fairu_numpy_random__u32(&r), UINT32_C(1067595299));
  assert_int_equal(fairu_numpy_random__u32(&r), UINT32_C(955945823));
}

/* The shortcut for small means may not change a draw: the plain loop beside it. */
static void shortcut_of_small_means_is_exact(void **state)
{
  (void)state;
  fairu_numpy_random r = seeded(), plain = seeded();
  for (int i = 0; i < 200000; i++) {
    const double mean = pow(10.0, -5.0 + 5.9 * (i % 1000) / 1000.0), limit = exp(-mean);
    int64_t k = 0;
    double product = fairu_numpy_random__sample(&plain);
    for (; product > limit; k++)
      product *= fairu_numpy_random__sample(&plain);
    assert_int_equal(fairu_numpy_random__poisson(&r, mean), k);
  }
  assert_int_equal(fairu_numpy_random__u32(&r), fairu_numpy_random__u32(&plain));
}

static void nothing_is_drawn_where_there_is_no_choice(void **state)
{
  size_t item = 7;
  (void)state;
  fairu_numpy_random r = seeded();
  assert_int_equal(fairu_numpy_random__poisson(&r, 0.0), 0);
  assert_int_equal(fairu_numpy_random__bounded(&r, 0), 0);
  fairu_numpy_random__shuffle(&r, 0, NULL);
  fairu_numpy_random__permutation(&r, 1, &item);
  assert_int_equal(item, 0);
  assert_int_equal(fairu_numpy_random__u32(&r), UINT32_C(2773769790));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(first_numbers_are_known),
    cmocka_unit_test(generator_is_the_mersenne_twister),
    cmocka_unit_test(draws_are_those_of_numpy),
    cmocka_unit_test(shortcut_of_small_means_is_exact),
    cmocka_unit_test(nothing_is_drawn_where_there_is_no_choice),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
