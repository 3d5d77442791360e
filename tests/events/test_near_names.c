/* Which names a misspelt one may mean, against edits counted one by one over all ways to make them; and parts of rows against Philox written down
 * from its paper. */
#include "support/draws.h"
#include "support/support.h"

enum { MOST_NAMES = 9, MOST_LENGTH = 10, SHOWN = 4 };

/* ---- names ------------------------------------------------------------------------------------------------- */

static int lower(char c)
{
  return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Fewest of insertions, deletions and replacements from a to b: by all of them, with what was found kept in [MOST_LENGTH + 1]^2. */
static size_t edits(const char *a, const char *b, size_t i, size_t j, size_t known[][MOST_LENGTH + 1])
{
  if (!a[i])
    return strlen(b + j);
  if (!b[j])
    return strlen(a + i);
  if (known[i][j])
    return known[i][j] - 1;
  size_t best = 1 + edits(a, b, i + 1, j, known);
  const size_t insert = 1 + edits(a, b, i, j + 1, known);
  const size_t replace = (lower(a[i]) != lower(b[j])) + edits(a, b, i + 1, j + 1, known);
  best = insert < best ? insert : best;
  best = replace < best ? replace : best;
  known[i][j] = best + 1;
  return best;
}

static size_t edits_of(const char *a, const char *b)
{
  size_t known[MOST_LENGTH + 1][MOST_LENGTH + 1] = { { 0 } };
  return edits(a, b, 0, 0, known);
}

/* Few letters, so that many are near; capitals, too. */
static void draw_name(draws *d, char name[MOST_LENGTH + 1])
{
  static const char letters[] = "abcAB_";
  const size_t n = 1 + draw_below(d, MOST_LENGTH);
  for (size_t i = 0; i < n; i++)
    name[i] = letters[draw_below(d, sizeof letters - 1)];
  name[n] = '\0';
}

static int is_among(char names[][MOST_LENGTH + 1], size_t n, const char *name)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(names[i], name) == 0)
      return 1;
  return 0;
}

/* Up to four names that a third of the letters and one more make, fewest edits first, then in order of columns; if there are none, the
 * first four names. */
static void expected(char names[][MOST_LENGTH + 1], size_t n, const char *name, char *text, size_t size)
{
  const size_t most = 1 + strlen(name) / 3;
  size_t shown = 0, used = (size_t)snprintf(text, size, "no column \"%s\"; near", name);
  for (size_t distance = 0; distance <= most; distance++)
    for (size_t i = 0; i < n && shown < SHOWN; i++)
      if (edits_of(name, names[i]) == distance)
        used += (size_t)snprintf(text + used, size - used, "%s%s", shown++ ? ", " : ": ", names[i]);
  if (shown > 0)
    return;
  used = (size_t)snprintf(text, size, "no column \"%s\"; there are%s", name, n ? "" : " none");
  for (size_t i = 0; i < n && i < SHOWN; i++)
    used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : ": ", names[i]);
}

static void near_names_are_those_of_few_edits(void **state)
{
  (void)state;
  draws d = { .state = 51 };
  fairu_context *ctx = support_context();
  size_t n_missed = 0;
  for (int round = 0; round < 3000; round++) {
    char names[MOST_NAMES][MOST_LENGTH + 1], name[MOST_LENGTH + 1], text[256];
    const char *pointers[MOST_NAMES];
    size_t n = draw_below(&d, MOST_NAMES + 1), column = 99;
    fairu_events *events = NULL;
    for (size_t i = 0; i < n; i++) {
      do
        draw_name(&d, names[i]);
      while (is_among(names, i, names[i]));
      pointers[i] = names[i];
    }
    draw_name(&d, name);
    CHECK_OK(ctx, fairu_events_create(ctx, 1, n, pointers, &events));
    const int found = is_among(names, n, name);
    assert_int_equal(fairu_events_find_column(events, ctx, name, &column),
                     found ? FAIRU_OK : FAIRU_ERR_NOT_FOUND);
    if (found) {
      assert_string_equal(names[column], name);
    } else {
      const char *message = fairu_context_message(ctx);
      expected(names, n, name, text, sizeof text);
      const char *said = strstr(message, "no column");
      assert_non_null(said);
      assert_string_equal(said, text);
      n_missed++;
    }
    fairu_events_destroy(events);
  }
  assert_true(n_missed > 2000);
  fairu_context_destroy(ctx);
}

/* Names of any length: what is shown of each ends somewhere, and the message with it. */
static void long_names_are_cut(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char names[6][301];
  const char *pointers[6];
  size_t column = 0;
  fairu_events *events = NULL;
  for (size_t i = 0; i < 6; i++) {
    memset(names[i], 'n', 300);
    names[i][290] = (char)('a' + i);
    names[i][300] = '\0';
    pointers[i] = names[i];
  }
  CHECK_OK(ctx, fairu_events_create(ctx, 1, 6, pointers, &events));
  CHECK_OK(ctx, fairu_events_find_column(events, ctx, names[5], &column));
  assert_int_equal(column, 5);
  names[5][299] = 'z';
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_events_find_column(events, ctx, names[5], &column));
  CHECK_SAYS(ctx, "no column \"nnn");
  CHECK_SAYS(ctx, "nnn\"; near: nnn");
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* ---- parts -------------------------------------------------------------------------------------------------- */

/* Philox4x32-10 (Salmon et al. 2011): ten rounds, keys bumped between them. */
static uint64_t philox(uint64_t seed, uint64_t id, uint32_t stream)
{
  uint32_t x[4] = { (uint32_t)id, (uint32_t)(id >> 32), 0, stream };
  uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    const uint64_t p = UINT64_C(0xD2511F53) * x[0], q = UINT64_C(0xCD9E8D57) * x[2];
    const uint32_t next[4] = { (uint32_t)(q >> 32) ^ x[1] ^ k0, (uint32_t)q, (uint32_t)(p >> 32) ^ x[3] ^ k1,
                               (uint32_t)p };
    memcpy(x, next, sizeof x);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return x[0] | (uint64_t)x[1] << 32;
}

/* The integer part of n word / 2^64, by long multiplication with digits of 16 bits. */
static uint32_t scaled(uint64_t word, uint32_t n)
{
  uint64_t carry = 0;
  for (int digit = 0; digit < 4; digit++)
    carry = (carry >> 16) + (word >> 16 * digit & 0xffff) * n;
  return (uint32_t)(carry >> 16);
}

static void parts_are_those_of_philox(void **state)
{
  (void)state;
  enum { N = 50, SPLIT = 1 };
  static const char *const name[1] = { "x" };
  draws d = { .state = 52 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 300; round++) {
    const uint64_t seed = round % 3 ? draw(&d) : (uint64_t)round;
    const uint32_t n_parts = round % 4 ? 1 + (uint32_t)draw_below(&d, 12) : UINT32_MAX - (uint32_t)round;
    uint64_t ids[N];
    uint32_t parts[N];
    fairu_events *events = NULL;
    for (size_t i = 0; i < N; i++)
      ids[i] = draw(&d) >> draw_below(&d, 50);
    for (size_t i = 1; i < N; i++) /* all different */
      for (size_t j = 0; j < i; j++)
        if (ids[i] == ids[j])
          ids[i] = draw(&d);
    CHECK_OK(ctx, fairu_events_create(ctx, N, 1, name, &events));
    for (int with_ids = 0; with_ids < 2; with_ids++) {
      if (with_ids)
        CHECK_OK(ctx, fairu_events_set_ids(events, ctx, ids, N));
      CHECK_OK(ctx, fairu_events_split(events, ctx, seed, n_parts, parts));
      for (size_t i = 0; i < N; i++)
        assert_int_equal(parts[i], scaled(philox(seed, with_ids ? ids[i] : i, SPLIT), n_parts));
    }
    fairu_events_destroy(events);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(near_names_are_those_of_few_edits),
                                      cmocka_unit_test(long_names_are_cut),
                                      cmocka_unit_test(parts_are_those_of_philox) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
