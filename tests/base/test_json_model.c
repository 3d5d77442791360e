/* Random documents against a second implementation that is plain and slow: read, written, walked, compared, and
 * patched by random operations, right and wrong ones. */
#include "base/json_copy.h"
#include "json_model.h"

/* ---- reading and writing -------------------------------------------------------------------------------- */

static void check_walk(fairu_context *ctx, const fairu_json_at *at, const model *m);

static void check_members(fairu_context *ctx, const fairu_json_at *at, const model *m)
{
  size_t seen = 0;
  for (fairu_json_at member = { .value = NULL }; fairu_json__next(at, &member); seen++) {
    const size_t i = model_find(m, member.key);
    assert_true(i < m->n);
    check_walk(ctx, &member, m->children[i]);
  }
  assert_int_equal(seen, m->n);
  for (size_t i = 0; i < m->n; i++) {
    fairu_json_at member;
    CHECK_OK(ctx, fairu_json__member(ctx, at, m->keys[i], &member));
    check_walk(ctx, &member, m->children[i]);
  }
}

static void check_elements(fairu_context *ctx, const fairu_json_at *at, const model *m)
{
  size_t length = 0;
  CHECK_OK(ctx, fairu_json__length(ctx, at, m->n, &length));
  assert_int_equal(length, m->n);
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_json__length(ctx, at, m->n + 1, &length));
  for (size_t i = 0; i < m->n; i++) {
    fairu_json_at element;
    CHECK_OK(ctx, fairu_json__element(ctx, at, i, &element));
    check_walk(ctx, &element, m->children[i]);
  }
}

static fairu_json_kind kind_of(const model *m)
{
  switch (m->kind) {
  case 'n':
    return FAIRU_JSON_NULL;
  case 't':
  case 'f':
    return FAIRU_JSON_BOOL;
  case 's':
    return FAIRU_JSON_STRING;
  case 'a':
    return FAIRU_JSON_ARRAY;
  case 'o':
    return FAIRU_JSON_OBJECT;
  default:
    return FAIRU_JSON_NUMBER;
  }
}

/* Every value is found by its getter, and by no other. */
static void check_walk(fairu_context *ctx, const fairu_json_at *at, const model *m)
{
  double number = NAN;
  const char *text = NULL;
  bool truth = m->kind != 't';
  const int is_number = m->kind == 'i' || m->kind == 'r';
  assert_int_equal(fairu_json__kind(at), kind_of(m));
  assert_int_equal(fairu_json__number(ctx, at, &number), is_number ? FAIRU_OK : FAIRU_ERR_FORMAT);
  assert_int_equal(fairu_json__string(ctx, at, &text), m->kind == 's' ? FAIRU_OK : FAIRU_ERR_FORMAT);
  assert_int_equal(fairu_json__bool(ctx, at, &truth), strchr("tf", m->kind) ? FAIRU_OK : FAIRU_ERR_FORMAT);
  if (is_number)
    assert_true(number == m->number);
  if (m->kind == 's')
    assert_string_equal(text, m->text);
  if (strchr("tf", m->kind))
    assert_int_equal(truth, m->kind == 't');
  if (m->kind == 'o')
    check_members(ctx, at, m);
  if (m->kind == 'a')
    check_elements(ctx, at, m);
}

static void any_form_of_a_document_reads_and_writes_the_same(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 1 };
  for (int round = 0; round < 1500; round++) {
    model *m = model_random(&d, 1 + round % 6);
    char *canonical = model_dump(m, NULL), *form = model_dump(m, &d);
    fairu_json *plain = model_read(ctx, canonical, "plain"), *other = model_read(ctx, form, "form");
    model_check(ctx, plain, canonical);
    model_check(ctx, other, canonical);
    char a[FAIRU_DIGEST_TEXT], b[FAIRU_DIGEST_TEXT], wanted[FAIRU_DIGEST_TEXT];
    fairu_digest digest;
    fairu_digest__start(&digest, FAIRU_DIGEST_SHA256);
    fairu_digest__add(&digest, canonical, strlen(canonical));
    fairu_digest__finish(&digest, wanted);
    CHECK_OK(ctx, fairu_json__digest(ctx, plain, FAIRU_DIGEST_SHA256, a));
    CHECK_OK(ctx, fairu_json__digest(ctx, other, FAIRU_DIGEST_SHA256, b));
    assert_string_equal(a, wanted);
    assert_string_equal(b, wanted);
    const fairu_json_at root = fairu_json__root(other);
    check_walk(ctx, &root, m);
    fairu_json__destroy(plain);
    fairu_json__destroy(other);
    free(canonical);
    free(form);
    model_free(m);
  }
  fairu_context_destroy(ctx);
}

/* The depth and the cost of a copy are those of what is copied; a copy holds when its source is gone. */
static void copies_are_equal_and_of_the_same_size(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 2 };
  for (int round = 0; round < 500; round++) {
    model *m = model_random(&d, 5);
    char *text = model_dump(m, &d), *canonical = model_dump(m, NULL);
    fairu_json *json = model_read(ctx, text, "a"), *copy = NULL;
    json_t *tree = NULL;
    fairu_json_size before, after;
    bool equal = false;
    CHECK_OK(ctx, fairu_json__copy_tree(ctx, fairu_json__root(json).value, &tree));
    CHECK_OK(ctx, fairu_json__measure(ctx, fairu_json__root(json).value, &before));
    CHECK_OK(ctx, fairu_json__measure(ctx, tree, &after));
    CHECK_OK(ctx, fairu_json__compare(ctx, fairu_json__root(json).value, tree, &equal));
    assert_true(equal);
    assert_int_equal(before.depth, model_depth(m));
    assert_int_equal(after.depth, before.depth);
    assert_int_equal(after.cost, before.cost);
    fairu_json__destroy(json);
    CHECK_OK(ctx, fairu_json__adopt(ctx, tree, "b", &copy));
    assert_string_equal(fairu_json__document(copy), "b");
    model_check(ctx, copy, canonical);
    fairu_json__destroy(copy);
    free(canonical);
    free(text);
    model_free(m);
  }
  fairu_context_destroy(ctx);
}

static model *any_node(model *m, draws *d)
{
  while (m->n > 0 && draw_below(d, 3) > 0)
    m = m->children[draw_below(d, m->n)];
  return m;
}

/* One change somewhere: often, but not always, another document: 1 may become 1.0. */
static void change(model *m, draws *d)
{
  model *node = any_node(m, d), *other = model_leaf(d);
  const model kept = *other;
  for (size_t i = 0; i < node->n; i++)
    model_free(node->children[i]);
  *node = kept;
  free(other);
}

static void equality_is_that_of_values(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 3 };
  size_t n_equal = 0, n_unequal = 0;
  for (int round = 0; round < 2000; round++) {
    model *a = model_random(&d, 3), *b = model_copy(a);
    if (round % 4)
      change(b, &d);
    char *text_a = model_dump(a, &d), *text_b = model_dump(b, &d);
    fairu_json *json_a = model_read(ctx, text_a, "a"), *json_b = model_read(ctx, text_b, "b");
    bool forth = false, back = false;
    CHECK_OK(ctx, fairu_json__compare(ctx, fairu_json__root(json_a).value, fairu_json__root(json_b).value,
                                      &forth));
    CHECK_OK(ctx,
             fairu_json__compare(ctx, fairu_json__root(json_b).value, fairu_json__root(json_a).value, &back));
    assert_int_equal(forth, model_equal(a, b));
    assert_int_equal(back, forth);
    n_equal += forth;
    n_unequal += !forth;
    fairu_json__destroy(json_a);
    fairu_json__destroy(json_b);
    free(text_a);
    free(text_b);
    model_free(a);
    model_free(b);
  }
  assert_true(n_equal > 500 && n_unequal > 500);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(any_form_of_a_document_reads_and_writes_the_same),
                                      cmocka_unit_test(copies_are_equal_and_of_the_same_size),
                                      cmocka_unit_test(equality_is_that_of_values) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
