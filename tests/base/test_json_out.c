/* JSON written piece by piece: on one line, on many, and into a sink; random documents against their canonical text. */
#include "json_model.h"

/* In the order of the model, which is not sorted. */
static void write_model(fairu_json_out *out, const model *m)
{
  if (m->kind == 's') {
    fairu_json_out__string(out, m->text);
  } else if (m->kind == 'i') {
    fairu_json_out__integer(out, (long long)m->number);
  } else if (m->kind == 'r') {
    fairu_json_out__number(out, m->number);
  } else if (m->kind != 'a' && m->kind != 'o') {
    fairu_json_out__word(out, m->text);
  } else {
    fairu_json_out__begin(out, m->kind == 'a' ? '[' : '{');
    for (size_t i = 0; i < m->n; i++) {
      if (m->kind == 'o')
        fairu_json_out__key(out, m->keys[i]);
      write_model(out, m->children[i]);
    }
    fairu_json_out__end(out, m->kind == 'a' ? ']' : '}');
  }
}

static char *written(fairu_context *ctx, const model *m, bool lines)
{
  fairu_json_out out = fairu_json_out__create(ctx);
  out.lines = lines;
  write_model(&out, m);
  CHECK_OK(ctx, fairu_json_out__terminate(&out));
  CHECK_OK(ctx, fairu_json_out__finish(&out));
  char *text = strdup(out.text);
  assert_int_equal(strlen(text), out.size);
  fairu_json_out__clear(&out);
  return text;
}

/* Every line is as far in as brackets are open before it; a bracket that closes stands under the line that opened it. */
static void check_indent(const char *text)
{
  int depth = 0, in_string = 0;
  for (const char *p = text; *p; p++) {
    if (in_string) {
      in_string = *p != '"';
      p += *p == '\\'; /* and what it stands before */
    } else if (*p == '\n') {
      const size_t blanks = strspn(p + 1, " ");
      assert_int_equal(blanks, depth - (p[1 + blanks] == ']' || p[1 + blanks] == '}'));
      assert_int_not_equal(p[-1], ' ');
    } else {
      in_string = *p == '"';
      depth += (*p == '[' || *p == '{') - (*p == ']' || *p == '}');
    }
  }
  assert_int_equal(depth, 0);
}

/* A value, a bracket or a key is never on the line of another one, but an empty container on its own. */
static void check_lines(const char *text)
{
  int in_string = 0;
  for (const char *p = text; *p; p++) {
    if (in_string) {
      in_string = *p != '"';
      p += *p == '\\'; /* and what it stands before */
    } else {
      in_string = *p == '"';
      if (*p == ',')
        assert_int_equal(p[1], '\n');
      if ((*p == '[' && p[1] != ']') || (*p == '{' && p[1] != '}'))
        assert_int_equal(p[1], '\n');
    }
  }
}

static void one_line_and_many_say_the_same(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 161 };
  for (int round = 0; round < 1500; round++) {
    model *m = model_random(&d, 5);
    char *canonical = model_dump(m, NULL);
    for (int lines = 0; lines < 2; lines++) {
      char *text = written(ctx, m, lines);
      fairu_json *json = model_read(ctx, text, "written");
      model_check(ctx, json, canonical);
      if (lines) {
        check_indent(text);
        check_lines(text);
      } else {
        assert_null(strchr(text, '\n'));
        assert_int_equal(strlen(text), strlen(canonical)); /* the same but for the order of keys */
      }
      fairu_json__destroy(json);
      free(text);
    }
    free(canonical);
    model_free(m);
  }
  fairu_context_destroy(ctx);
}

/* ---- numbers ------------------------------------------------------------------------------------------------- */

/* Arrays of numbers stay on one line, and read back to the bit. */
static void arrays_of_numbers_read_back(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 162 };
  for (int round = 0; round < 300; round++) {
    double values[50], back[50];
    const size_t n = draw_below(&d, 51);
    for (size_t i = 0; i < n; i++)
      do
        values[i] = draw_below(&d, 3) ? draw_bits(&d) : (double)(int)draw_below(&d, 100);
      while (!isfinite(values[i]));
    fairu_json_out out = fairu_json_out__create(ctx);
    out.lines = round % 2;
    fairu_json_out__begin(&out, '{');
    fairu_json_out__member_string(&out, "name", "a\tb");
    fairu_json_out__member_numbers(&out, "values", values, n);
    fairu_json_out__key(&out, "again");
    fairu_json_out__numbers(&out, values, n);
    fairu_json_out__end(&out, '}');
    CHECK_OK(ctx, fairu_json_out__terminate(&out));
    size_t n_lines = 1;
    for (const char *p = out.text; *p; p++)
      n_lines += *p == '\n';
    assert_int_equal(n_lines, round % 2 ? 5 : 1);
    fairu_json *json = model_read(ctx, out.text, "numbers");
    const fairu_json_at root = fairu_json__root(json);
    for (int k = 0; k < 2; k++) {
      fairu_json_at member;
      CHECK_OK(ctx, fairu_json__member(ctx, &root, k ? "again" : "values", &member));
      CHECK_OK(ctx, fairu_json__numbers(ctx, &member, n, back));
      assert_memory_equal(back, values, n * sizeof *back);
    }
    fairu_json__destroy(json);
    fairu_json_out__clear(&out);
  }
  fairu_context_destroy(ctx);
}

/* ---- a sink ---------------------------------------------------------------------------------------------------- */

typedef struct bucket {
  char *bytes;
  size_t n, room, calls, fails_at;
} bucket;

static int take(void *data, const char *text, size_t size)
{
  bucket *b = data;
  if (++b->calls == b->fails_at)
    return FAIRU_ERR_IO;
  if (b->n + size > b->room) {
    b->room = 2 * (b->n + size);
    b->bytes = realloc(b->bytes, b->room);
    assert_non_null(b->bytes);
  }
  memcpy(b->bytes + b->n, text, size);
  b->n += size;
  return FAIRU_OK;
}

/* Many pieces: rows of numbers and long strings. */
static void write_rows(fairu_json_out *out, draws *d, size_t n_rows)
{
  char text[3000];
  fairu_json_out__begin(out, '[');
  for (size_t r = 0; r < n_rows; r++) {
    double values[8];
    for (size_t i = 0; i < 8; i++)
      values[i] = draw_between(d, -1.0, 1.0);
    fairu_json_out__numbers(out, values, 8);
    const size_t length = draw_below(d, sizeof text);
    memset(text, 'a' + (int)(r % 26), length);
    text[length] = '\0';
    fairu_json_out__string(out, text);
  }
  fairu_json_out__end(out, ']');
}

static void a_sink_gets_the_same_bytes_in_pieces(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t n_rows = 0; n_rows < 400; n_rows = n_rows ? 3 * n_rows : 1) {
    draws d = { 163 }, again = { 163 };
    fairu_json_out whole = fairu_json_out__create(ctx), out = fairu_json_out__create(ctx);
    bucket b = { .fails_at = 0 };
    write_rows(&whole, &d, n_rows);
    CHECK_OK(ctx, fairu_json_out__finish(&whole));
    out.sink = take;
    out.data = &b;
    write_rows(&out, &again, n_rows);
    CHECK_OK(ctx, fairu_json_out__finish(&out));
    assert_int_equal(b.n, whole.size);
    assert_memory_equal(b.bytes, whole.text, b.n);
    assert_true(n_rows < 100 || b.calls > 3);
    for (size_t fails_at = 1; fails_at <= b.calls; fails_at++) { /* nothing is handed over after a failure */
      draws once_more = { 163 };
      bucket broken = { .fails_at = fails_at };
      fairu_json_out failing = fairu_json_out__create(ctx);
      failing.sink = take;
      failing.data = &broken;
      write_rows(&failing, &once_more, n_rows);
      assert_int_equal(fairu_json_out__finish(&failing), FAIRU_ERR_IO);
      assert_int_equal(broken.calls, fails_at);
      assert_true(broken.n < b.n && (broken.n == 0 || memcmp(broken.bytes, whole.text, broken.n) == 0));
      fairu_json_out__clear(&failing);
      free(broken.bytes);
    }
    fairu_json_out__clear(&whole);
    fairu_json_out__clear(&out);
    free(b.bytes);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(one_line_and_many_say_the_same),
                                      cmocka_unit_test(arrays_of_numbers_read_back),
                                      cmocka_unit_test(a_sink_gets_the_same_bytes_in_pieces) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
