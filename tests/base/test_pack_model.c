/* Random fields of our own file format, read back as they were put, and asked for wrongly once: each wrong question gets the code and the byte
 * that the format's description says. */
#include "support/draws.h"
#include "support/support.h"

#include "base/pack_internal.h"

enum { MOST_FIELDS = 20, MOST_ELEMENTS = 40 };

static const char magic[8] = "FAIRUT3";
static const char kinds[] = "udsFDU"; /* tags of the format */

typedef struct field {
  char kind;
  size_t n; /* elements; bytes of a text */
  uint64_t words[MOST_ELEMENTS];
  char text[MOST_ELEMENTS + 1];
} field;

typedef struct record {
  field fields[MOST_FIELDS];
  size_t n;
} record;

static double as_double(uint64_t word)
{
  double value;
  memcpy(&value, &word, sizeof value);
  return value;
}

static float as_float(uint64_t word)
{
  const uint32_t low = (uint32_t)word;
  float value;
  memcpy(&value, &low, sizeof value);
  return value;
}

/* Any bits: NaN with their payloads, infinities, -0. */
static void draw_record(draws *d, record *r)
{
  r->n = 1 + draw_below(d, MOST_FIELDS);
  for (size_t f = 0; f < r->n; f++) {
    field *one = &r->fields[f];
    one->kind = kinds[draw_below(d, 6)];
    one->n = strchr("ud", one->kind) ? 1 : draw_below(d, MOST_ELEMENTS + 1);
    for (size_t i = 0; i < MOST_ELEMENTS; i++) {
      one->words[i] = draw(d) >> (draw_below(d, 2) ? 0 : draw_below(d, 64));
      one->text[i] = (char)(1 + draw_below(d, 255));
    }
    one->text[one->n] = '\0';
  }
}

/* Bytes of a field in the body. */
static size_t bytes_of(const field *one)
{
  const size_t width = one->kind == 's' ? 1 : one->kind == 'F' ? 4 : 8;
  return strchr("ud", one->kind) ? 9 : 9 + one->n * width;
}

static void put_field(fairu_pack *pack, const field *one)
{
  float floats[MOST_ELEMENTS];
  double doubles[MOST_ELEMENTS];
  for (size_t i = 0; i < MOST_ELEMENTS; i++) {
    floats[i] = as_float(one->words[i]);
    doubles[i] = as_double(one->words[i]);
  }
  switch (one->kind) {
  case 'u':
    fairu_pack__u64(pack, one->words[0]);
    break;
  case 'd':
    fairu_pack__f64(pack, doubles[0]);
    break;
  case 's':
    fairu_pack__string(pack, one->text);
    break;
  case 'F':
    fairu_pack__f32s(pack, floats, one->n);
    break;
  case 'D':
    fairu_pack__f64s(pack, doubles, one->n);
    break;
  default:
    fairu_pack__u64s(pack, one->words, one->n);
  }
}

/* Asks for a field of this kind with n elements; what comes is held against `one` on success. */
static int get_field(fairu_unpack *unpack, fairu_context *ctx, char kind, size_t n, const field *one)
{
  uint64_t words[MOST_ELEMENTS + 2] = { 0 };
  float floats[MOST_ELEMENTS + 2];
  double doubles[MOST_ELEMENTS + 2];
  char *text = NULL;
  int status = FAIRU_OK;
  const void *got = words;
  size_t width = 8;
  switch (kind) {
  case 'u':
    status = fairu_unpack__u64(unpack, ctx, "field", words);
    break;
  case 'd':
    status = fairu_unpack__f64(unpack, ctx, "field", doubles);
    got = doubles;
    break;
  case 's':
    status = fairu_unpack__string(unpack, ctx, "field", &text);
    if (status == FAIRU_OK)
      assert_string_equal(text, one->text);
    fairu_context__free(ctx, text);
    return status;
  case 'F':
    status = fairu_unpack__f32s(unpack, ctx, "field", floats, n);
    got = floats;
    width = 4;
    break;
  case 'D':
    status = fairu_unpack__f64s(unpack, ctx, "field", doubles, n);
    got = doubles;
    break;
  default:
    status = fairu_unpack__u64s(unpack, ctx, "field", words, n);
  }
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) /* the low bytes, in the machine's order */
    assert_memory_equal((const char *)got + i * width, &one->words[i], width);
  return status;
}

static unsigned char *packed(fairu_context *ctx, const record *r, size_t *size)
{
  fairu_pack *pack = NULL;
  CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
  for (size_t f = 0; f < r->n; f++)
    put_field(pack, &r->fields[f]);
  CHECK_OK(ctx, fairu_pack__copy(pack, ctx, "record", magic, 2, NULL, 0, size)); /* how many bytes */
  unsigned char *bytes = malloc(*size);
  size_t needed = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE,
              fairu_pack__copy(pack, ctx, "record", magic, 2, bytes, *size - 1, &needed));
  assert_int_equal(needed, *size);
  CHECK_OK(ctx, fairu_pack__copy(pack, ctx, "record", magic, 2, bytes, *size, &needed));
  assert_int_equal(needed, *size);
  fairu_pack__destroy(pack);
  return bytes;
}

static fairu_unpack *opened(fairu_context *ctx, const unsigned char *bytes, size_t size)
{
  fairu_unpack *unpack = NULL;
  uint32_t version = 0;
  CHECK_OK(ctx, fairu_unpack__open(ctx, bytes, size, "record", magic, 2, &unpack, &version));
  assert_int_equal(version, 2);
  return unpack;
}

static void fields_come_back_in_their_order(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  record *r = calloc(1, sizeof *r);
  draws d = { 131 };
  for (int round = 0; round < 300; round++) {
    size_t size = 0, left = 0;
    draw_record(&d, r);
    unsigned char *bytes = packed(ctx, r, &size);
    fairu_unpack *unpack = opened(ctx, bytes, size);
    free(bytes); /* not needed any more */
    for (size_t f = 0; f < r->n; f++)
      left += bytes_of(&r->fields[f]);
    for (size_t f = 0; f < r->n; f++) {
      assert_int_equal(fairu_unpack__left(unpack), left);
      CHECK_OK(ctx, get_field(unpack, ctx, r->fields[f].kind, r->fields[f].n, &r->fields[f]));
      left -= bytes_of(&r->fields[f]);
      if (left > 0) {
        char says[64];
        snprintf(says, sizeof says, "record: %zu bytes left over in the body", left);
        CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_unpack__finish(unpack, ctx));
        CHECK_SAYS(ctx, says);
      }
    }
    CHECK_OK(ctx, fairu_unpack__finish(unpack, ctx));
    CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, get_field(unpack, ctx, kinds[round % 6], 0, &r->fields[0]));
    CHECK_SAYS(ctx, "inside field");
    fairu_unpack__destroy(unpack);
  }
  free(r);
  fairu_context_destroy(ctx);
}

/* After some right questions one of another kind or number. */
static void wrong_questions_are_told_where(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  record *r = calloc(1, sizeof *r);
  draws d = { 132 };
  for (int round = 0; round < 1000; round++) {
    size_t size = 0, at = 0;
    char says[96];
    draw_record(&d, r);
    unsigned char *bytes = packed(ctx, r, &size);
    fairu_unpack *unpack = opened(ctx, bytes, size);
    const size_t wrong = draw_below(&d, r->n);
    for (size_t f = 0; f < wrong; f++) {
      CHECK_OK(ctx, get_field(unpack, ctx, r->fields[f].kind, r->fields[f].n, &r->fields[f]));
      at += bytes_of(&r->fields[f]);
    }
    const field *one = &r->fields[wrong];
    char kind = kinds[draw_below(&d, 6)];
    size_t n = one->n;
    if (kind == one->kind && strchr("uds", kind)) {
      kind = kind == 'u' ? 'd' : 'u';
    } else if (kind == one->kind) {
      n = one->n + 1 - 2 * draw_below(&d, 2) * (one->n > 0);
    }
    CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, get_field(unpack, ctx, kind, n, one));
    if (kind != one->kind)
      snprintf(says, sizeof says, "record: body byte %zu: field is of kind 0x%02x, not '%c'", at, one->kind,
               kind);
    else
      snprintf(says, sizeof says, "record: body byte %zu: field has %zu elements, not %zu", at, one->n, n);
    CHECK_SAYS(ctx, says);
    fairu_unpack__destroy(unpack);
    free(bytes);
  }
  free(r);
  fairu_context_destroy(ctx);
}

/* Sizes at their maximum and one above. */
static void sizes_have_a_maximum(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 133 };
  for (int round = 0; round < 500; round++) {
    record r = { .n = 1 };
    size_t size = 0, value = 77;
    const uint64_t word = draw(&d) >> draw_below(&d, 64);
    r.fields[0] = (field){ .kind = 'u', .words = { word } };
    unsigned char *bytes = packed(ctx, &r, &size);
    fairu_unpack *unpack = opened(ctx, bytes, size);
    CHECK_OK(ctx, fairu_unpack__size(unpack, ctx, "count", word, &value));
    assert_int_equal(value, word);
    fairu_unpack__destroy(unpack);
    if (word > 0) {
      char says[128];
      unpack = opened(ctx, bytes, size);
      value = 77;
      CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_unpack__size(unpack, ctx, "count", word - 1, &value));
      snprintf(says, sizeof says, "body byte 0: count is %llu, at most %llu makes sense",
               (unsigned long long)word, (unsigned long long)word - 1);
      CHECK_SAYS(ctx, says);
      assert_int_equal(value, 77);
      fairu_unpack__destroy(unpack);
    }
    free(bytes);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(fields_come_back_in_their_order),
                                      cmocka_unit_test(wrong_questions_are_told_where),
                                      cmocka_unit_test(sizes_have_a_maximum) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
