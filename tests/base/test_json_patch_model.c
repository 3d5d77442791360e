/* Random patches of random documents against RFC 6902 written down plainly; and patches made from two documents lead from one to
 * the other. */
#include "json_model.h"

enum { MAX_TOKENS = 8, MAX_POINTER = 256, N_OPERATIONS = 6 };

/* ---- RFC 6901 ------------------------------------------------------------------------------------------- */

typedef struct pointer {
  char tokens[MAX_TOKENS][MODEL_TEXT];
  size_t n;
} pointer;

static void pointer_write(const pointer *p, char text[MAX_POINTER])
{
  *text = '\0';
  for (size_t i = 0; i < p->n; i++) {
    *text++ = '/';
    for (const char *c = p->tokens[i]; *c; c++)
      text = *c == '~' ? stpcpy(text, "~0") : *c == '/' ? stpcpy(text, "~1") : (*text = *c, text + 1);
    *text = '\0';
  }
}

/* Index of a token in an array of n: n for "-", -1 if it is none. */
static long index_of(const char *token, size_t n)
{
  if (strcmp(token, "-") == 0)
    return (long)n;
  if (strlen(token) != 1 || *token < '0' ||
      *token > '9') /* arrays here are short, and no token is a longer number */
    return -1;
  return *token - '0';
}

/* Container and child of the last token; the root has container NULL. existing: it must be there. */
typedef struct found {
  model *container;
  size_t at; /* container->n: not there yet */
} found;

static int resolve(model *root, const pointer *p, bool existing, found *out)
{
  model *m = root;
  *out = (found){ NULL, 0 };
  for (size_t i = 0; i < p->n; i++) {
    if (!m)
      return FAIRU_ERR_NOT_FOUND;
    if (m->kind != 'a' && m->kind != 'o')
      return FAIRU_ERR_NOT_FOUND;
    const long at = m->kind == 'a' ? index_of(p->tokens[i], m->n) : (long)model_find(m, p->tokens[i]);
    if (at < 0)
      return FAIRU_ERR_FORMAT;
    if ((size_t)at > m->n)
      return FAIRU_ERR_NOT_FOUND;
    *out = (found){ m, (size_t)at };
    m = (size_t)at < m->n ? m->children[at] : NULL;
  }
  return existing && !m ? FAIRU_ERR_NOT_FOUND : FAIRU_OK;
}

/* ---- RFC 6902 ------------------------------------------------------------------------------------------- */

static model *take(found f)
{
  model *taken = f.container->children[f.at];
  for (size_t i = f.at + 1; i < f.container->n; i++) {
    f.container->children[i - 1] = f.container->children[i];
    strcpy(f.container->keys[i - 1], f.container->keys[i]);
  }
  f.container->n--;
  return taken;
}

/* Takes over value, on failure too. */
static int model_add(model **root, const pointer *p, model *value)
{
  found f;
  const int status = resolve(*root, p, false, &f);
  if (status != FAIRU_OK) {
    model_free(value);
    return status;
  }
  if (!f.container) {
    model_free(*root);
    *root = value;
  } else if (f.container->kind == 'o' && f.at < f.container->n) {
    model_free(f.container->children[f.at]);
    f.container->children[f.at] = value;
  } else {
    model_append(f.container, p->tokens[p->n - 1], value);
    for (size_t i = f.container->n - 1; i > f.at; i--) { /* to its place; nothing to do in an object */
      f.container->children[i] = f.container->children[i - 1];
      f.container->children[i - 1] = value;
    }
  }
  return FAIRU_OK;
}

static model *at_pointer(model *root, const found *f)
{
  return f->container ? f->container->children[f->at] : root;
}

typedef struct operation {
  char verb; /* first letter of add, remove, Replace, move, copy, test */
  pointer path, from;
  model *value;
} operation;

static bool starts_with(const pointer *a, const pointer *b)
{
  size_t n = 0;
  while (n < a->n && n < b->n && strcmp(a->tokens[n], b->tokens[n]) == 0)
    n++;
  return n == b->n;
}

static int model_move(model **root, const operation *o)
{
  found f;
  const int status = resolve(*root, &o->from, true, &f);
  if (status != FAIRU_OK)
    return status;
  if (starts_with(&o->path, &o->from))
    return o->path.n == o->from.n ? FAIRU_OK : FAIRU_ERR_ARGUMENT;
  return model_add(root, &o->path, take(f));
}

static int model_apply(model **root, const operation *o)
{
  found f;
  int status = FAIRU_OK;
  if (o->verb == 'a')
    return model_add(root, &o->path, model_copy(o->value));
  if (o->verb == 'm')
    return model_move(root, o);
  status = resolve(*root, o->verb == 'c' ? &o->from : &o->path, true, &f);
  if (status != FAIRU_OK)
    return status;
  if (o->verb == 'c')
    return model_add(root, &o->path, model_copy(at_pointer(*root, &f)));
  if (o->verb == 't')
    return model_equal(at_pointer(*root, &f), o->value) ? FAIRU_OK : FAIRU_ERR_ARGUMENT;
  if (o->verb == 'r' && !f.container)
    return FAIRU_ERR_ARGUMENT;
  if (f.container)
    model_free(take(f));
  return o->verb == 'R' ? model_add(root, &o->path, model_copy(o->value)) : FAIRU_OK;
}

/* ---- random operations ---------------------------------------------------------------------------------- */

/* Mostly the way to something, now and then to nothing. */
static void draw_pointer(draws *d, const model *m, pointer *p)
{
  for (p->n = 0; p->n < MAX_TOKENS - 1 && draw_below(d, 4) > 0; p->n++) {
    char *token = p->tokens[p->n];
    const bool wrong = draw_below(d, 12) == 0;
    if (wrong || !m || (m->kind != 'a' && m->kind != 'o')) {
      strcpy(token, model_word(d));
      if (!m || (m->kind != 'a' && m->kind != 'o')) {
        p->n += wrong;
        return;
      }
    } else if (m->kind == 'a') {
      snprintf(token, MODEL_TEXT, "%zu", draw_below(d, m->n + 1));
    } else {
      strcpy(token, m->n > 0 && draw_below(d, 4) > 0 ? m->keys[draw_below(d, m->n)] : model_word(d));
    }
    found f;
    pointer step = { .n = 1 };
    strcpy(step.tokens[0], token);
    m = resolve((model *)(uintptr_t)m, &step, true, &f) == FAIRU_OK ? f.container->children[f.at] : NULL;
  }
}

static operation draw_operation(draws *d, model *m)
{
  operation o = { .verb = "arRmct"[draw_below(d, 6)] };
  draw_pointer(d, m, &o.path);
  draw_pointer(d, m, &o.from);
  found f;
  if (o.verb == 't' && draw_below(d, 8) > 0 && resolve(m, &o.path, true, &f) == FAIRU_OK)
    o.value = model_copy(at_pointer(m, &f));
  else
    o.value = model_random(d, 2);
  return o;
}

static void write_operation(model_text *t, const operation *o)
{
  static const char *const verbs[] = { "add", "remove", "replace", "move", "copy", "test" };
  char text[MAX_POINTER];
  const char *verb = verbs[strchr("arRmct", o->verb) - "arRmct"];
  model_say(t, t->n > 1 ? ",{\"value\":" : "{\"value\":");
  model_write(t, o->value);
  model_say(t, ",\"op\":");
  model_string(t, verb);
  model_say(t, ",\"from\":");
  pointer_write(&o->from, text);
  model_string(t, text);
  model_say(t, ",\"path\":");
  pointer_write(&o->path, text);
  model_string(t, text);
  model_say(t, "}");
}

static bool too_wide(const model *m)
{
  for (size_t i = 0; i < m->n; i++)
    if (too_wide(m->children[i]))
      return true;
  return m->n >= MODEL_CHILDREN;
}

/* Up to N_OPERATIONS of them, one after the other on *m, which is what comes out; the status of the first that fails. */
static int draw_patch(draws *d, model **m, model_text *text, size_t *n)
{
  int status = FAIRU_OK;
  model_say(text, "[");
  const size_t most = 1 + draw_below(d, N_OPERATIONS);
  for (*n = 0; *n < most && status == FAIRU_OK && !too_wide(*m); ++*n) {
    operation o = draw_operation(d, *m);
    write_operation(text, &o);
    status = model_apply(m, &o);
    model_free(o.value);
  }
  model_say(text, "]");
  return status;
}

static int patch_text(fairu_context *ctx, const fairu_json *json, const char *text, fairu_json **out)
{
  fairu_json *patch = model_read(ctx, text, "patch");
  const fairu_json_at root = fairu_json__root(patch);
  const int status = fairu_json__patch(ctx, json, &root, out);
  fairu_json__destroy(patch);
  return status;
}

static void random_patches_do_what_the_text_of_the_rfc_says(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 11 };
  size_t n_good = 0, n_bad[4] = { 0 };
  for (int round = 0; round < 6000; round++) {
    model *m = model_random(&d, 4);
    char *before = model_dump(m, NULL), place[32];
    model_text text = { .d = round % 2 ? &d : NULL };
    fairu_json *json = model_read(ctx, before, "document"), *patched = NULL;
    size_t n = 0;
    const int wanted = draw_patch(&d, &m, &text, &n);
    const int status = patch_text(ctx, json, text.bytes, &patched);
    if (status != wanted)
      fail_msg("%s of %s: %d, wanted %d: %s", text.bytes, before, status, wanted, fairu_context_message(ctx));
    model_check(ctx, json, before); /* the original is as it was */
    if (status == FAIRU_OK) {
      char *after = model_dump(m, NULL);
      model_check(ctx, patched, after);
      assert_string_equal(fairu_json__document(patched), "document");
      free(after);
    } else {
      assert_null(patched);
      snprintf(place, sizeof place, "patch: /%zu", n - 1);
      CHECK_SAYS(ctx, place);
    }
    n_good += status == FAIRU_OK;
    n_bad[status == FAIRU_ERR_FORMAT      ? 0
          : status == FAIRU_ERR_NOT_FOUND ? 1
          : status == FAIRU_ERR_ARGUMENT  ? 2
                                          : 3]++;
    fairu_json__destroy(patched);
    fairu_json__destroy(json);
    free(text.bytes);
    free(before);
    model_free(m);
  }
  assert_true(n_good > 500 && n_bad[0] > 100 && n_bad[1] > 500 && n_bad[2] > 500);
  fairu_context_destroy(ctx);
}

/* ---- the difference of two documents -------------------------------------------------------------------- */

static void emit(model_text *t, char verb, const pointer *path, const model *value)
{
  model null = { .kind = 'n', .text = "null" };
  operation o = { .verb = verb, .path = *path, .value = model_copy(value ? value : &null) };
  write_operation(t, &o);
  model_free(o.value);
}

static void differ(model_text *t, const model *a, const model *b, pointer *at);

static void differ_in_members(model_text *t, const model *a, const model *b, pointer *at)
{
  for (size_t i = 0; i < a->n; i++) {
    const size_t j = model_find(b, a->keys[i]);
    strcpy(at->tokens[at->n++], a->keys[i]);
    if (j == b->n)
      emit(t, 'r', at, NULL);
    else
      differ(t, a->children[i], b->children[j], at);
    at->n--;
  }
  for (size_t j = 0; j < b->n; j++) {
    strcpy(at->tokens[at->n++], b->keys[j]);
    if (model_find(a, b->keys[j]) == a->n)
      emit(t, 'a', at, b->children[j]);
    at->n--;
  }
}

static void differ_in_elements(model_text *t, const model *a, const model *b, pointer *at)
{
  const size_t n = a->n > b->n ? a->n : b->n;
  for (size_t k = 0; k < n; k++) {
    const bool shrinks = k >= b->n;
    snprintf(at->tokens[at->n++], MODEL_TEXT, "%zu", shrinks ? b->n : k); /* the rest moves up */
    if (k >= a->n)
      emit(t, 'a', at, b->children[k]);
    else if (shrinks)
      emit(t, 'r', at, NULL);
    else
      differ(t, a->children[k], b->children[k], at);
    at->n--;
  }
}

static void differ(model_text *t, const model *a, const model *b, pointer *at)
{
  if (a->kind == b->kind && a->kind == 'o')
    differ_in_members(t, a, b, at);
  else if (a->kind == b->kind && a->kind == 'a')
    differ_in_elements(t, a, b, at);
  else
    emit(t, 'R', at, b);
  emit(t, 't', at, b); /* what it has become */
}

static void the_difference_of_two_documents_leads_from_one_to_the_other(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 12 };
  for (int round = 0; round < 800; round++) {
    model *a = model_random(&d, 4), *b = model_random(&d, 4);
    if (a->kind != b->kind) /* then all of it would be replaced */
      a = (model_free(a), model_copy(b));
    model_text t = { .d = NULL };
    pointer root = { .n = 0 };
    model_say(&t, "[");
    differ(&t, a, b, &root);
    model_say(&t, "]");
    char *from = model_dump(a, &d), *to = model_dump(b, NULL);
    fairu_json *json = model_read(ctx, from, "a"), *patched = NULL;
    CHECK_OK(ctx, patch_text(ctx, json, t.bytes, &patched));
    model_check(ctx, patched, to);
    fairu_json__destroy(patched);
    fairu_json__destroy(json);
    free(from);
    free(to);
    free(t.bytes);
    model_free(a);
    model_free(b);
  }
  fairu_context_destroy(ctx);
}

/* ---- pointers ------------------------------------------------------------------------------------------- */

/* RFC 6901, section 5: each pointer and what it leads to, by a test operation. */
static void the_pointers_of_rfc_6901(void **state)
{
  (void)state;
  static const char document[] = "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,"
                                 "\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8}";
  static const struct {
    const char *pointer, *value;
  } cases[] = { { "", document },        { "/foo", "[\"bar\",\"baz\"]" },
                { "/foo/0", "\"bar\"" }, { "/", "0" },
                { "/a~1b", "1" },        { "/c%d", "2" },
                { "/e^f", "3" },         { "/g|h", "4" },
                { "/i\\\\j", "5" },      { "/k\\\"l", "6" },
                { "/ ", "7" },           { "/m~0n", "8" } };
  fairu_context *ctx = support_context();
  fairu_json *json = model_read(ctx, document, "a");
  for (size_t i = 0; i < N_OF(cases); i++)
    for (size_t j = 0; j < N_OF(cases); j++) {
      char text[512];
      fairu_json *patched = NULL;
      snprintf(text, sizeof text, "[{\"op\":\"test\",\"path\":\"%s\",\"value\":%s}]", cases[i].pointer,
               cases[j].value);
      assert_int_equal(patch_text(ctx, json, text, &patched), i == j ? FAIRU_OK : FAIRU_ERR_ARGUMENT);
      fairu_json__destroy(patched);
    }
  fairu_json__destroy(json);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(random_patches_do_what_the_text_of_the_rfc_says),
                                      cmocka_unit_test(
                                          the_difference_of_two_documents_leads_from_one_to_the_other),
                                      cmocka_unit_test(the_pointers_of_rfc_6901) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
