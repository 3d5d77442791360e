/* Packed tallies and results of toys, field by field: read by the documented format without the library, cut at every byte, each field of another kind or with a value
 * that cannot be, all with a right checksum: refused by name and place, and nothing comes out. */
#include "classifier/packed_body.h"
#include "support/damage.h"

enum { N_TALLY = 28, N_TOYS_FIELDS = 7, N = 6 };

/* What is packed, as the reader's messages name its fields. */
typedef struct kind_of_bytes {
  char magic[8];
  const char *what;
  const char *const *names; /* [n] */
  size_t n;
} kind_of_bytes;

static const char truth[] = "truth", toys[] = "number of toys", failed[] = "number of failed toys",
                  covering[] = "number of covering toys", first[] = "first limb of a sum",
                  limbs[] = "limbs of a sum", values[] = "number of values";

static const char *const tally_names[N_TALLY] = {
  truth,  toys,  failed, covering, /* and the half widths, then deviations, nuisances, pulls with sums and squares */
  first,  limbs, limbs,            /**/
  values, first, limbs,  limbs,    first, limbs, limbs, /**/
  values, first, limbs,  limbs,    first, limbs, limbs, /**/
  values, first, limbs,  limbs,    first, limbs, limbs,
};

static const char *const toys_names[N_TOYS_FIELDS] = {
  "number of results", "numbers of toys", "statuses", "values", "values", "values", "values"
};

static const kind_of_bytes tally_bytes = { "FAIRUTAL", "packed tally", tally_names, N_TALLY };
static const kind_of_bytes toys_bytes = { "FAIRUTOY", "packed toys", toys_names, N_TOYS_FIELDS };

/* Estimates 1, 2, ... about 3 with whole half widths: sums are whole. */
static void fill(fairu_toy_result results[N])
{
  for (int i = 0; i < N; i++) {
    const double width = 1.0 + i % 2;
    results[i] = (fairu_toy_result){ 100 + (uint64_t)i,
                                     1.0 + i,
                                     1.0 + i - width,
                                     1.0 + i + width,
                                     i % 3 ? 0.25 * i : (double)NAN,
                                     i == 4 ? FAIRU_ERR_FLAT : FAIRU_OK };
  }
}

static fairu_tally *tally_of(fairu_context *ctx)
{
  fairu_toy_result results[N];
  fairu_tally *tally = NULL;
  fill(results);
  CHECK_OK(ctx, fairu_tally_create(ctx, 3.0, &tally));
  CHECK_OK(ctx, fairu_tally_add(tally, ctx, results, N));
  return tally;
}

static body tally_body(fairu_context *ctx)
{
  fairu_tally *tally = tally_of(ctx);
  damage_bytes packed;
  body b;
  DAMAGE_PACK(ctx, &packed, fairu_tally_pack, tally, ctx);
  open_file((const unsigned char *)packed.bytes, packed.size, &b);
  free(packed.bytes);
  fairu_tally_destroy(tally);
  return b;
}

static body toys_body(fairu_context *ctx)
{
  fairu_toy_result results[N];
  damage_bytes packed;
  body b;
  fill(results);
  DAMAGE_PACK(ctx, &packed, fairu_toys_pack, ctx, results, N);
  open_file((const unsigned char *)packed.bytes, packed.size, &b);
  free(packed.bytes);
  return b;
}

/* Given to the library, which leaves nothing of what it refuses. */
static int give(fairu_context *ctx, const kind_of_bytes *kind, const body *b)
{
  unsigned char file[2 * MOST];
  const size_t size = put_together(b, kind->magic, file);
  int status;
  if (kind == &tally_bytes) {
    fairu_tally *tally = NULL;
    status = fairu_tally_unpack(ctx, file, size, &tally);
    assert_true((status == FAIRU_OK) == (tally != NULL));
    fairu_tally_destroy(tally);
  } else {
    fairu_toy_result out[N] = { { .toy = 7 } };
    size_t n = 77;
    status = fairu_toys_unpack(ctx, file, size, out, N, &n);
    assert_true(status == FAIRU_OK ? n == N && out[0].toy == 100 : n == 77 && out[0].toy == 7);
  }
  return status;
}

static void check_refused(fairu_context *ctx, const kind_of_bytes *kind, const body *b, int code,
                          const char *says)
{
  CHECK_FAILS(ctx, code, give(ctx, kind, b));
  CHECK_SAYS(ctx, says);
  CHECK_SAYS(ctx, kind->what);
}

/* ---- the format --------------------------------------------------------------------------------------------- */

static double double_at(const body *b, const field *f)
{
  const uint64_t word = little(b->bytes + f->at + 1, 8);
  double value;
  assert_true(b->bytes[f->at] == 'd');
  memcpy(&value, &word, sizeof value);
  return value;
}

static uint64_t count_at(const body *b, const field *f)
{
  assert_true(b->bytes[f->at] == 'u');
  return little(b->bytes + f->at + 1, 8);
}

/* Three fields are an exact sum: limb i counts 2^(32 i - bias). The last of all has the sign: then all are one less than the complement of the size. */
static double sum_at(const body *b, const field *f, int bias)
{
  const int at = (int)count_at(b, f);
  const size_t n = (size_t)count_at(b, f + 1);
  const unsigned char *words = b->bytes + f[2].at + 9;
  const int negative = at + (int)n == 68 && (int64_t)little(words + 8 * (n - 1), 8) < 0;
  double sum = 0.0;
  assert_true(b->bytes[f[2].at] == 'U' && f[2].size == 9 + 8 * n);
  assert_int_equal(little(b->bytes + f[2].at + 1, 8), n);
  for (size_t i = n; i-- > 0;) {
    uint64_t limb = little(words + 8 * i, 8);
    if (negative)
      limb = (~limb & 0xffffffff) + (i == 0);
    sum += ldexp((double)limb, 32 * (at + (int)i) - bias);
  }
  return negative ? -sum : sum;
}

/* Another program reads the state: counts, and sums whose unit follows from the half widths 1 2 1 2 2 (the fifth toy failed). */
static void tallies_can_be_read_by_their_format(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const body b = tally_body(ctx);
  field f[N_TALLY];
  assert_int_equal(fields_of(&b, f, N_TALLY), N_TALLY);
  assert_true(double_at(&b, &f[0]) == 3.0);
  assert_true(count_at(&b, &f[1]) == 5 && count_at(&b, &f[2]) == 1);
  assert_int_equal(count_at(&b, &f[3]), 3); /* 2 +- 2, 3 +- 1, 4 +- 2 hold 3; 1 +- 1 and 6 +- 2 do not */
  int bias = 0;
  while (bias < 3000 && !(sum_at(&b, &f[4], bias) <= 8.0))
    bias++;
  assert_true(sum_at(&b, &f[4], bias) == 8.0);
  assert_true(count_at(&b, &f[7]) == 5);
  assert_true(sum_at(&b, &f[8], bias) == -2.0 - 1.0 + 0.0 + 1.0 + 3.0);
  assert_true(sum_at(&b, &f[11], bias) == 4.0 + 1.0 + 0.0 + 1.0 + 9.0);
  assert_true(count_at(&b, &f[14]) == 3); /* toys 1, 2, 5; 0 and 3 know no nuisance */
  assert_true(sum_at(&b, &f[15], bias) == 0.25 + 0.5 + 1.25);
  assert_true(sum_at(&b, &f[18], bias) == 0.0625 + 0.25 + 1.5625);
  assert_true(count_at(&b, &f[21]) == 5); /* pulls: -2, -1/2, 0, 1/2, 3/2 */
  assert_true(sum_at(&b, &f[22], bias) == -0.5);
  assert_true(sum_at(&b, &f[25], bias) == 4.0 + 0.25 + 0.25 + 2.25);
  fairu_context_destroy(ctx);
}

static void toys_can_be_read_by_their_format(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const body b = toys_body(ctx);
  fairu_toy_result results[N];
  field f[N_TOYS_FIELDS];
  fill(results);
  assert_int_equal(fields_of(&b, f, N_TOYS_FIELDS), N_TOYS_FIELDS);
  assert_int_equal(count_at(&b, &f[0]), N);
  for (size_t i = 0; i < N; i++) {
    uint64_t words[6];
    double numbers[4];
    for (size_t k = 0; k < 6; k++)
      words[k] = little(b.bytes + f[1 + k].at + 9 + 8 * i, 8);
    memcpy(numbers, words + 2, sizeof numbers);
    assert_true(words[0] == results[i].toy && (int)(int64_t)words[1] == results[i].status);
    assert_true(numbers[0] == results[i].estimate && numbers[1] == results[i].lower &&
                numbers[2] == results[i].upper);
    assert_true(i % 3 ? numbers[3] == results[i].nuisance : isnan(numbers[3]) != 0);
  }
  fairu_context_destroy(ctx);
}

/* ---- each byte and each field -------------------------------------------------------------------------------- */

/* The body ends anywhere: inside the field that holds the next byte. */
static void check_cuts(fairu_context *ctx, const kind_of_bytes *kind, const body *whole)
{
  field f[N_TALLY];
  char says[128];
  size_t at = 0;
  assert_int_equal(fields_of(whole, f, N_TALLY), kind->n);
  for (size_t n = 0; n < whole->n; n++) {
    body cut = *whole;
    cut.n = n;
    at += n >= f[at].at + f[at].size;
    snprintf(says, sizeof says, "body ends at byte %zu, inside %s", n, kind->names[at]);
    if (kind == &toys_bytes && n >= 9 && n < 6 * 48) /* there is no room for so many */
      check_refused(ctx, kind, &cut, FAIRU_ERR_FORMAT, "number of results is 6, at most");
    else
      check_refused(ctx, kind, &cut, FAIRU_ERR_TRUNCATED, says);
  }
}

/* Of another kind, and with a word of all ones for its value or length. */
static void check_fields(fairu_context *ctx, const kind_of_bytes *kind, const body *whole)
{
  field f[N_TALLY];
  char says[128];
  assert_int_equal(fields_of(whole, f, N_TALLY), kind->n);
  for (size_t i = 0; i < kind->n; i++) {
    body changed = *whole;
    unsigned char *tag = changed.bytes + f[i].at;
    const char was = (char)*tag;
    *tag = was == 'u' ? 'd' : 'u';
    snprintf(says, sizeof says, "body byte %zu: %s is of kind 0x%02x, not '%c'", f[i].at, kind->names[i],
             *tag, was);
    check_refused(ctx, kind, &changed, FAIRU_ERR_FORMAT, says);
    changed = *whole;
    put_little(changed.bytes + f[i].at + 1, UINT64_MAX, 8);
    if (was == 'd')
      snprintf(says, sizeof says, "%s is ", kind->names[i]); /* all ones are a NaN, of whatever sign */
    else
      snprintf(says, sizeof says,
               was == 'u' ? "%s is 18446744073709551615, at most" : "%s has 18446744073709551615 elements",
               kind->names[i]);
    check_refused(ctx, kind, &changed, FAIRU_ERR_FORMAT, says);
  }
}

static void fields_that_are_wrong_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const body bodies[2] = { tally_body(ctx), toys_body(ctx) };
  const kind_of_bytes *const kinds[2] = { &tally_bytes, &toys_bytes };
  for (int i = 0; i < 2; i++) {
    body longer = bodies[i];
    CHECK_OK(ctx, give(ctx, kinds[i], &bodies[i]));
    check_cuts(ctx, kinds[i], &bodies[i]);
    check_fields(ctx, kinds[i], &bodies[i]);
    longer.bytes[longer.n++] = 'u';
    check_refused(ctx, kinds[i], &longer, FAIRU_ERR_FORMAT, "1 bytes left over");
    longer = bodies[i];
    longer.version = 2;
    check_refused(ctx, kinds[i], &longer, FAIRU_ERR_VERSION, "has format version 2, newest known is 1");
    longer.version = 0;
    check_refused(ctx, kinds[i], &longer, FAIRU_ERR_FORMAT, "has format version 0");
  }
  check_refused(ctx, &tally_bytes, &(body){ .version = 1 }, FAIRU_ERR_TRUNCATED,
                "body ends at byte 0, inside truth");
  fairu_context_destroy(ctx);
}

/* ---- sums ------------------------------------------------------------------------------------------------------ */

/* The sum whose first field is f, written as limbs first .. first + n - 1, all zero but those given. */
static body with_sum(const body *b, const field *f, uint64_t at, size_t n, const uint64_t *words)
{
  body changed = *b;
  unsigned char *place = changed.bytes + f->at;
  const size_t old = f[0].size + f[1].size + f[2].size, size = 27 + 8 * n;
  assert_true(b->n - old + size <= MOST);
  memmove(place + size, place + old, b->n - f->at - old);
  changed.n = b->n - old + size;
  place[0] = place[9] = 'u';
  place[18] = 'U';
  put_little(place + 1, at, 8);
  put_little(place + 10, n, 8);
  put_little(place + 19, n, 8);
  for (size_t i = 0; i < n; i++)
    put_little(place + 27 + 8 * i, words[i], 8);
  return changed;
}

/* A limb is 32 bits; the highest may be negative where a sum may. */
static void limbs_have_their_range(void **state)
{
  static const size_t sums[7] = { 4, 8, 11, 15, 18, 22, 25 };
  static const int may_be_negative[7] = { 0, 1, 0, 1, 0, 1, 0 };
  static const struct {
    uint64_t at, word;
    int right, right_if_signed;
  } rows[] = {
    { 3, UINT64_C(0xffffffff), 1, 1 },
    { 3, UINT64_C(0x100000000), 0, 0 },
    { 3, UINT64_MAX, 0, 0 },
    { 67, 0, 1, 1 },
    { 67, UINT64_MAX, 0, 1 },
    { 67, -UINT64_C(0x80000000), 0, 1 },
    { 67, -UINT64_C(0x80000001), 0, 0 },
    { 67, UINT64_C(0xffffffff), 1, 1 },
    { 67, UINT64_C(0x100000000), 0, 0 },
    { 66, UINT64_MAX, 0, 0 },
    { 0, UINT64_C(1) << 63, 0, 0 },
    { 0, 0, 1, 1 },
  };
  (void)state;
  fairu_context *ctx = support_context();
  const body b = tally_body(ctx);
  field f[N_TALLY];
  char says[64];
  assert_int_equal(fields_of(&b, f, N_TALLY), N_TALLY);
  for (int s = 0; s < 7; s++)
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
      const body changed = with_sum(&b, &f[sums[s]], rows[i].at, 1, &rows[i].word);
      snprintf(says, sizeof says, "limb %d of a sum is out of range", (int)rows[i].at);
      if (may_be_negative[s] ? rows[i].right_if_signed : rows[i].right)
        CHECK_OK(ctx, give(ctx, &tally_bytes, &changed));
      else
        check_refused(ctx, &tally_bytes, &changed, FAIRU_ERR_FORMAT, says);
    }
  for (uint64_t at = 60; at <= 68; at++) { /* eight limbs do not fit behind limb 60 */
    const uint64_t words[8] = { 0 };
    const body changed = with_sum(&b, &f[4], at, 8, words);
    if (at == 60)
      CHECK_OK(ctx, give(ctx, &tally_bytes, &changed));
    else
      check_refused(ctx, &tally_bytes, &changed, FAIRU_ERR_FORMAT,
                    at == 68 ? "first limb of a sum is 68, at most 67 makes sense"
                             : "limbs of a sum is 8, at most");
  }
  fairu_context_destroy(ctx);
}

/* A sum with limbs of 0 before and behind is the same sum, and is packed as short as any. */
static void sums_have_one_form(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const body b = tally_body(ctx);
  unsigned char file[2 * MOST];
  uint64_t words[9] = { 0 };
  field f[N_TALLY];
  assert_int_equal(fields_of(&b, f, N_TALLY), N_TALLY);
  const uint64_t at = count_at(&b, &f[4]), n = count_at(&b, &f[5]);
  assert_true(at > 3 && n <= 3);
  for (size_t i = 0; i < n; i++)
    words[3 + i] = little(b.bytes + f[6].at + 9 + 8 * i, 8);
  const body padded = with_sum(&b, &f[4], at - 3, 9, words);
  fairu_tally *tally = NULL;
  damage_bytes packed;
  body again;
  CHECK_OK(ctx, fairu_tally_unpack(ctx, file, put_together(&padded, tally_bytes.magic, file), &tally));
  DAMAGE_PACK(ctx, &packed, fairu_tally_pack, tally, ctx);
  open_file((const unsigned char *)packed.bytes, packed.size, &again);
  assert_int_equal(again.n, b.n);
  assert_memory_equal(again.bytes, b.bytes, b.n);
  free(packed.bytes);
  fairu_tally_destroy(tally);
  fairu_context_destroy(ctx);
}

/* More than the limits of the context allow is not even unpacked; a file of another kind is told from a tally. */
static void limits_and_other_files_are_told(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const body bodies[2] = { tally_body(ctx), toys_body(ctx) };
  fairu_limits limits;
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  for (int i = 0; i < 2; i++) {
    const kind_of_bytes *kind = i ? &toys_bytes : &tally_bytes, *other = i ? &tally_bytes : &toys_bytes;
    kind_of_bytes mixed = *kind;
    char says[128];
    limits.decompressed_bytes = bodies[i].n;
    CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
    CHECK_OK(ctx, give(ctx, kind, &bodies[i]));
    limits.decompressed_bytes--;
    CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
    snprintf(says, sizeof says, "body of %zu bytes, limit decompressed_bytes is %zu", bodies[i].n,
             bodies[i].n - 1);
    check_refused(ctx, kind, &bodies[i], FAIRU_ERR_LIMIT, says);
    memcpy(mixed.magic, other->magic, sizeof mixed.magic);
    unsigned char file[2 * MOST];
    const size_t size = put_together(&bodies[i], mixed.magic, file);
    fairu_tally *tally = NULL;
    size_t n = 77;
    if (i)
      CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_toys_unpack(ctx, file, size, NULL, 0, &n));
    else
      CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_tally_unpack(ctx, file, size, &tally));
    CHECK_SAYS(ctx, i ? "does not begin as a \"FAIRUTO\" file" : "does not begin as a \"FAIRUTA\" file");
    assert_true(n == 77 && tally == NULL);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(tallies_can_be_read_by_their_format),
    cmocka_unit_test(toys_can_be_read_by_their_format),
    cmocka_unit_test(fields_that_are_wrong_are_named),
    cmocka_unit_test(limbs_have_their_range),
    cmocka_unit_test(sums_have_one_form),
    cmocka_unit_test(limits_and_other_files_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
