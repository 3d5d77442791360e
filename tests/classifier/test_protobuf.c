/* Protocol buffers: what is written against bytes put together by hand, what is read against what was put there, every cut and every bad byte. */
#include "support/support.h"

#include "classifier/protobuf.h"
#include "numeric/philox.h"

enum { MOST_BYTES = 1 << 16 };

/* ---- a plain writer -------------------------------------------------------------------------------------- */

typedef struct plain_bytes {
  size_t n;
  unsigned char at[MOST_BYTES];
} plain_bytes;

static void put(plain_bytes *to, unsigned byte)
{
  assert_true(to->n < MOST_BYTES);
  to->at[to->n++] = (unsigned char)byte;
}

/* Seven bits a byte, the last of them without the sign that more follow; `more` bytes of nothing behind. */
static void put_varint(plain_bytes *to, uint64_t value, size_t more)
{
  while (value > 127) {
    put(to, (unsigned)(value % 128) + 128);
    value /= 128;
  }
  put(to, (unsigned)value + (more > 0 ? 128 : 0));
  for (; more > 0; more--)
    put(to, more > 1 ? 128 : 0);
}

static void put_key(plain_bytes *to, uint64_t number, unsigned type)
{
  put_varint(to, number * 8 + type, 0);
}

static void put_fixed(plain_bytes *to, uint64_t bits, size_t n)
{
  for (; n > 0; n--, bits /= 256)
    put(to, (unsigned)(bits % 256));
}

static uint64_t bits_of(float value)
{
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* A number with each count of bits as often. */
static uint64_t any_number(fairu_philox *rng)
{
  const unsigned bits = (unsigned)(fairu_philox__uniform(rng) * 65.0);
  uint64_t value = 0;
  for (unsigned i = 0; i < bits && i < 64; i++)
    value = 2 * value + (i == 0 || fairu_philox__uniform(rng) < 0.5);
  return value;
}

static size_t any_below(fairu_philox *rng, size_t n)
{
  return (size_t)(fairu_philox__uniform(rng) * (double)n) % n;
}

static void check_written(const fairu_proto_out *out, const plain_bytes *wanted)
{
  assert_int_equal(out->status, FAIRU_OK);
  assert_int_equal(out->size, wanted->n);
  assert_memory_equal(out->bytes, wanted->at, wanted->n);
}

/* ---- writing --------------------------------------------------------------------------------------------- */

static void fields_are_the_bytes_of_the_wire_format(void **state)
{
  static plain_bytes wanted;
  static const uint64_t edges[] = { 0,          1,          127,        128,
                                    16383,      16384,      UINT32_MAX, 1ULL << 32,
                                    1ULL << 63, UINT64_MAX, 1ULL << 56, (1ULL << 56) - 1 };
  static const uint32_t numbers[] = { 1, 15, 16, 2047, 2048, (1U << 29) - 1 };
  static const float floats[] = { 0.0F, -0.0F, 1.5F, -3.25e-40F, 3.4028235e38F };
  fairu_context *ctx = support_context();
  fairu_proto_out out = fairu_proto_out__create(ctx);
  (void)state;
  wanted.n = 0;
  for (size_t f = 0; f < sizeof numbers / sizeof *numbers; f++) {
    for (size_t e = 0; e < sizeof edges / sizeof *edges; e++) {
      fairu_proto_out__varint(&out, numbers[f], edges[e]);
      put_key(&wanted, numbers[f], 0);
      put_varint(&wanted, edges[e], 0);
    }
    fairu_proto_out__f32s(&out, numbers[f], floats, 5);
    put_key(&wanted, numbers[f], 2);
    put_varint(&wanted, 20, 0);
    for (size_t i = 0; i < 5; i++)
      put_fixed(&wanted, bits_of(floats[i]), 4);
    for (size_t i = 0; i < 5; i++) {
      fairu_proto_out__f32(&out, numbers[f], floats[i]);
      put_key(&wanted, numbers[f], 5);
      put_fixed(&wanted, bits_of(floats[i]), 4);
    }
    fairu_proto_out__string(&out, numbers[f], "");
    put_key(&wanted, numbers[f], 2);
    put_varint(&wanted, 0, 0);
    fairu_proto_out__string(&out, numbers[f], "ab");
    put_key(&wanted, numbers[f], 2);
    put_varint(&wanted, 2, 0);
    put(&wanted, 'a');
    put(&wanted, 'b');
  }
  check_written(&out, &wanted);
  fairu_proto_out__clear(&out);
  assert_null(out.bytes);
  fairu_context_destroy(ctx);
}

/* Lengths that need a byte more stand before what was written first: at each such size, three messages deep. */
static void messages_inside_have_their_length_before_them(void **state)
{
  static const size_t sizes[] = { 0, 1, 122, 123, 124, 125, 126, 127, 128, 129, 16376, 16380, 16383, 16384 };
  static plain_bytes inner, middle, outer;
  static unsigned char payload[20000];
  fairu_context *ctx = support_context();
  (void)state;
  for (size_t i = 0; i < sizeof payload; i++)
    payload[i] = (unsigned char)(7 * i + i / 251);
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
    fairu_proto_out out = fairu_proto_out__create(ctx);
    fairu_proto_out__varint(&out, 9, 1);
    const size_t a = fairu_proto_out__begin(&out, 1), b = fairu_proto_out__begin(&out, 2);
    fairu_proto_out__bytes(&out, 3, payload, sizes[k]);
    fairu_proto_out__end(&out, b);
    fairu_proto_out__append(&out, payload, 3);
    fairu_proto_out__end(&out, a);
    fairu_proto_out__varint(&out, 9, 2);
    inner.n = middle.n = outer.n = 0;
    put_key(&inner, 3, 2);
    put_varint(&inner, sizes[k], 0);
    for (size_t i = 0; i < sizes[k]; i++)
      put(&inner, payload[i]);
    put_key(&middle, 2, 2);
    put_varint(&middle, inner.n, 0);
    for (size_t i = 0; i < inner.n + 3; i++)
      put(&middle, i < inner.n ? inner.at[i] : payload[i - inner.n]);
    put_key(&outer, 9, 0);
    put(&outer, 1);
    put_key(&outer, 1, 2);
    put_varint(&outer, middle.n, 0);
    for (size_t i = 0; i < middle.n; i++)
      put(&outer, middle.at[i]);
    put_key(&outer, 9, 0);
    put(&outer, 2);
    check_written(&out, &outer);
    fairu_proto_out__clear(&out);
  }
  fairu_context_destroy(ctx);
}

/* ---- reading --------------------------------------------------------------------------------------------- */

typedef struct made_field {
  uint64_t number, value;
  int type;
  size_t end; /* in the file */
} made_field;

enum { MOST_FIELDS = 24 };

/* Fields of every type, varints also longer than they need to be; bytes are `value` times their own number. */
static size_t make_fields(fairu_philox *rng, plain_bytes *file, made_field *fields)
{
  static const int types[] = { FAIRU_PROTO_VARINT, FAIRU_PROTO_FIXED64, FAIRU_PROTO_BYTES,
                               FAIRU_PROTO_FIXED32 };
  const size_t n = 1 + any_below(rng, MOST_FIELDS);
  file->n = 0;
  for (size_t k = 0; k < n; k++) {
    made_field *f = &fields[k];
    f->type = types[any_below(rng, 4)];
    f->number = 1 + any_number(rng) % ((1ULL << 29) - 1);
    f->value = f->type == FAIRU_PROTO_BYTES ? any_below(rng, 3) * any_below(rng, 150) : any_number(rng);
    put_key(file, f->number, (unsigned)f->type);
    if (f->type == FAIRU_PROTO_VARINT)
      put_varint(file, f->value, f->value < 1ULL << 49 ? any_below(rng, 3) : 0);
    if (f->type == FAIRU_PROTO_FIXED32)
      f->value &= UINT32_MAX;
    if (f->type == FAIRU_PROTO_FIXED32 || f->type == FAIRU_PROTO_FIXED64)
      put_fixed(file, f->value, f->type == FAIRU_PROTO_FIXED32 ? 4 : 8);
    if (f->type == FAIRU_PROTO_BYTES) {
      put_varint(file, f->value, any_below(rng, 2));
      for (size_t i = 0; i < f->value; i++)
        put(file, (unsigned)(f->number & 255));
    }
    f->end = file->n;
  }
  return n;
}

static void check_field(const fairu_proto_field *got, const made_field *wanted)
{
  assert_int_equal(got->number, wanted->number);
  assert_int_equal(got->type, wanted->type);
  if (wanted->type != FAIRU_PROTO_BYTES) {
    assert_true(got->value == wanted->value);
    return;
  }
  assert_int_equal(fairu_proto__size(&got->bytes), wanted->value);
  for (size_t i = 0; i < wanted->value; i++)
    assert_int_equal(got->bytes.at[i], wanted->number & 255);
}

/* As a whole, and cut everywhere: what stands before the cut is read, and then a place within the file is named. */
static void random_messages_and_all_their_beginnings(void **state)
{
  static plain_bytes file;
  made_field fields[MOST_FIELDS];
  fairu_context *ctx = support_context();
  (void)state;
  for (uint64_t seed = 0; seed < 60; seed++) {
    fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 3);
    const size_t n = make_fields(&rng, &file, fields);
    for (size_t cut = 0; cut <= file.n; cut += 1 + cut / 200) {
      unsigned char *copy = (unsigned char *)malloc(cut + 1); /* its own, so that a read behind it is seen */
      assert_non_null(copy);
      memcpy(copy, file.at, cut);
      fairu_proto message = fairu_proto__open(copy, cut);
      fairu_proto_field field;
      size_t k = 0;
      for (; k < n && fields[k].end <= cut; k++) {
        CHECK_OK(ctx, fairu_proto__next(ctx, &message, &field));
        check_field(&field, &fields[k]);
      }
      if (cut == (k > 0 ? fields[k - 1].end : 0)) {
        CHECK_OK(ctx, fairu_proto__next(ctx, &message, &field));
        assert_int_equal(field.number, 0);
        assert_int_equal(fairu_proto__size(&message), 0);
      } else {
        CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, fairu_proto__next(ctx, &message, &field));
        CHECK_SAYS(ctx, "the file ends inside");
      }
      free(copy);
    }
  }
  fairu_context_destroy(ctx);
}

typedef struct bad_bytes {
  const char *bytes;
  size_t n;
  int code;
  const char *says;
} bad_bytes;

#define BAD(text, code, says)                                                                                \
  {                                                                                                          \
    text, sizeof text - 1, code, says                                                                        \
  }

static const bad_bytes bad[] = {
  BAD("\x00", FAIRU_ERR_FORMAT, "byte 0: field number 0"),
  BAD("\x07", FAIRU_ERR_FORMAT, "byte 0: field number 0"),
  BAD("\x0B", FAIRU_ERR_FORMAT, "byte 0: field 1 of wire type 3"),
  BAD("\x0C", FAIRU_ERR_FORMAT, "byte 0: field 1 of wire type 4"),
  BAD("\x16", FAIRU_ERR_FORMAT, "byte 0: field 2 of wire type 6"),
  BAD("\x17", FAIRU_ERR_FORMAT, "byte 0: field 2 of wire type 7"),
  BAD("\x80\x80\x80\x80\x10\x00", FAIRU_ERR_FORMAT, "byte 0: field number 536870912"),
  BAD("\x80\x80\x80\x80\x80\x01\x00", FAIRU_ERR_FORMAT, "byte 0: field number 4294967296"),
  BAD("\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", FAIRU_ERR_FORMAT, "byte 11: a number of more than 64"),
  BAD("\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", FAIRU_ERR_FORMAT, "a number of more than 64"),
  BAD("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", FAIRU_ERR_FORMAT, "a key of more than 64 bits"),
  BAD("\x0A\x01", FAIRU_ERR_TRUNCATED, "byte 2: the file ends inside a field"),
  BAD("\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", FAIRU_ERR_TRUNCATED, "inside a field"),
  BAD("\x0A\x80", FAIRU_ERR_TRUNCATED, "byte 2: the file ends inside a length"),
  BAD("\x0D\x01\x02\x03", FAIRU_ERR_TRUNCATED, "byte 1: the file ends inside a number"),
  BAD("\x09\x01\x02\x03\x04\x05\x06\x07", FAIRU_ERR_TRUNCATED, "byte 1: the file ends inside a number"),
};

/* In a file, and in a message inside one, where the file goes on: there an end is a fault of the format. */
static void bad_fields_are_named_by_their_byte(void **state)
{
  fairu_context *ctx = support_context();
  fairu_proto_field field;
  (void)state;
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
    unsigned char inside[64] = { 0x12, (unsigned char)bad[k].n };
    fairu_proto message = fairu_proto__open((const unsigned char *)bad[k].bytes, bad[k].n);
    CHECK_FAILS(ctx, bad[k].code, fairu_proto__next(ctx, &message, &field));
    CHECK_SAYS(ctx, bad[k].says);
    memcpy(inside + 2, bad[k].bytes, bad[k].n);
    message = fairu_proto__open(inside, sizeof inside);
    CHECK_OK(ctx, fairu_proto__next(ctx, &message, &field));
    assert_int_equal(field.number, 2);
    fairu_proto within = field.bytes;
    CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_proto__next(ctx, &within, &field));
    CHECK_SAYS(ctx, bad[k].code == FAIRU_ERR_TRUNCATED ? "runs over the end of its message" : "byte ");
  }
  fairu_context_destroy(ctx);
}

/* ---- repeated numbers and strings ------------------------------------------------------------------------- */

/* Packed or one by one they are the same numbers. */
static void numbers_are_counted_before_they_are_read(void **state)
{
  static const int types[] = { FAIRU_PROTO_VARINT, FAIRU_PROTO_FIXED64, FAIRU_PROTO_FIXED32 };
  static plain_bytes file;
  fairu_context *ctx = support_context();
  fairu_philox rng = fairu_philox__start(5, FAIRU_STREAM_USER, 0, 4);
  (void)state;
  for (size_t round = 0; round < 300; round++) {
    const int type = types[round % 3];
    const size_t wanted_n = any_below(&rng, 12), size = type == FAIRU_PROTO_FIXED32 ? 4 : 8;
    uint64_t wanted[12], got[12];
    size_t n = 99;
    fairu_proto_field field;
    file.n = 0;
    for (size_t i = 0; i < wanted_n; i++) {
      wanted[i] = any_number(&rng) & (type == FAIRU_PROTO_FIXED32 ? UINT32_MAX : UINT64_MAX);
      if (type == FAIRU_PROTO_VARINT)
        put_varint(&file, wanted[i], 0);
      else
        put_fixed(&file, wanted[i], size);
    }
    memset(&field, 0, sizeof field);
    field.number = 1;
    field.type = FAIRU_PROTO_BYTES;
    field.bytes = fairu_proto__open(file.at, file.n);
    CHECK_OK(ctx, fairu_proto__count(ctx, &field, type, "list", &n));
    assert_int_equal(n, wanted_n);
    CHECK_OK(ctx, fairu_proto__numbers(ctx, &field, type, got));
    assert_memory_equal(got, wanted, n * sizeof *got);
    field.type = type;
    field.value = 77;
    CHECK_OK(ctx, fairu_proto__count(ctx, &field, type, "list", &n));
    CHECK_OK(ctx, fairu_proto__numbers(ctx, &field, type, got));
    assert_true(n == 1 && got[0] == 77);
    field.type = type == FAIRU_PROTO_VARINT ? FAIRU_PROTO_FIXED32 : FAIRU_PROTO_VARINT;
    CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_proto__count(ctx, &field, type, "list", &n));
    CHECK_SAYS(ctx, "list has wire type");
  }
  fairu_context_destroy(ctx);
}

static void half_numbers_are_refused(void **state)
{
  static const unsigned char bytes[] = { 0x01, 0xFF, 0x80, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86 };
  fairu_context *ctx = support_context();
  (void)state;
  for (size_t size = 0; size <= sizeof bytes; size++) {
    fairu_proto_field field = { .number = 1, .type = FAIRU_PROTO_BYTES };
    size_t n = 0;
    field.bytes = fairu_proto__open(bytes, size);
    if (size < 2) {
      CHECK_OK(ctx, fairu_proto__count(ctx, &field, FAIRU_PROTO_VARINT, "list", &n));
      assert_int_equal(n, size);
    } else {
      CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_proto__count(ctx, &field, FAIRU_PROTO_VARINT, "list", &n));
      CHECK_SAYS(ctx, "list ends inside a number");
    }
    for (size_t each = 4; each <= 8; each += 4) {
      const int type = each == 4 ? FAIRU_PROTO_FIXED32 : FAIRU_PROTO_FIXED64;
      if (size % each == 0) {
        CHECK_OK(ctx, fairu_proto__count(ctx, &field, type, "list", &n));
        assert_int_equal(n, size / each);
        continue;
      }
      CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_proto__count(ctx, &field, type, "list", &n));
      CHECK_SAYS(ctx, each == 4 ? "no multiple of 4" : "no multiple of 8");
    }
  }
  fairu_context_destroy(ctx);
}

/* Names end where the field ends, whatever stands behind; one byte above the limit is one too many. */
static void strings_are_copied_within_their_limit(void **state)
{
  static unsigned char bytes[1 << 17];
  fairu_context *ctx = support_context();
  const size_t limit = (size_t)fairu_context__limits(ctx)->name_bytes;
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_proto_field field = { .number = 1, .type = FAIRU_PROTO_BYTES };
  const char *text = NULL;
  (void)state;
  assert_true(limit + 1 < sizeof bytes);
  memset(bytes, 'n', sizeof bytes);
  const size_t sizes[] = { 0, 1, 7, limit - 1, limit };
  for (size_t k = 0; k < 5; k++) {
    field.bytes = fairu_proto__open(bytes, sizes[k]);
    CHECK_OK(ctx, fairu_proto__string(ctx, &field, "name", &text));
    assert_int_equal(strlen(text), sizes[k]);
    assert_true(strspn(text, "n") == sizes[k]);
  }
  field.bytes = fairu_proto__open(bytes, limit + 1);
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_proto__string(ctx, &field, "name", &text));
  CHECK_SAYS(ctx, "(limit name_bytes)");
  bytes[3] = 0;
  field.bytes = fairu_proto__open(bytes, 3);
  CHECK_OK(ctx, fairu_proto__string(ctx, &field, "name", &text));
  field.bytes = fairu_proto__open(bytes, 4);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_proto__string(ctx, &field, "name", &text));
  CHECK_SAYS(ctx, "name with a NUL byte");
  field.type = FAIRU_PROTO_FIXED64;
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_proto__string(ctx, &field, "name", &text));
  CHECK_SAYS(ctx, "name has wire type 1, not 2");
  fairu_context__release(ctx, mark);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(fields_are_the_bytes_of_the_wire_format),
                                      cmocka_unit_test(messages_inside_have_their_length_before_them),
                                      cmocka_unit_test(random_messages_and_all_their_beginnings),
                                      cmocka_unit_test(bad_fields_are_named_by_their_byte),
                                      cmocka_unit_test(numbers_are_counted_before_they_are_read),
                                      cmocka_unit_test(half_numbers_are_refused),
                                      cmocka_unit_test(strings_are_copied_within_their_limit) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
