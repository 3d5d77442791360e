/* json_faults.c - one change after the other in a text of JSON. */
#include "support/json_faults.h"

enum { MOST_VALUES = 4096 };

typedef struct value {
  size_t key, key_end; /* of a member: its key with the quotes; key_end 0: an element */
  size_t begin, end;
  size_t comma; /* behind it, or before it when it is the last; 0: it is alone */
} value;

typedef struct scan {
  const char *text;
  size_t at, n;
  value values[MOST_VALUES];
} scan;

static void skip_space(scan *s)
{
  s->at += strspn(s->text + s->at, " \t\r\n");
}

static void skip_string(scan *s)
{
  for (s->at++; s->text[s->at] != '"'; s->at++)
    s->at += s->text[s->at] == '\\';
  s->at++;
}

static void scan_value(scan *s);

static void scan_members(scan *s, char close)
{
  size_t comma = 0;
  s->at++;
  skip_space(s);
  while (s->text[s->at] != close) {
    assert_true(s->n < MOST_VALUES);
    value *v = &s->values[s->n++];
    *v = (value){ .comma = comma };
    if (close == '}') {
      v->key = s->at;
      skip_string(s);
      v->key_end = s->at;
      s->at += strcspn(s->text + s->at, ":") + 1;
      skip_space(s);
    }
    v->begin = s->at;
    scan_value(s);
    v->end = s->at;
    skip_space(s);
    if (s->text[s->at] == ',') {
      comma = v->comma = s->at++;
      skip_space(s);
    }
  }
  s->at++;
}

static void scan_value(scan *s)
{
  const char first = s->text[s->at];
  if (first == '"')
    skip_string(s);
  else if (first == '{' || first == '[')
    scan_members(s, first == '{' ? '}' : ']');
  else
    s->at += strcspn(s->text + s->at, ",]} \t\r\n");
}

/* ---- one reading -------------------------------------------------------------------------------------- */

typedef struct run {
  const char *text, *name;
  support_json_reader read;
  void *data;
  long live;
  char key[64]; /* of the member that is changed */
  int whole;    /* the document itself is changed: no place is to be named */
  support_json_faults count;
} run;

static void *counted_allocate(size_t size, void *user_data)
{
  run *r = (run *)user_data;
  void *pointer = malloc(size);
  r->live += pointer != NULL;
  return pointer;
}

static void counted_release(void *pointer, void *user_data)
{
  run *r = (run *)user_data;
  r->live -= pointer != NULL;
  free(pointer);
}

/* A key, a name or an index of the text behind the name of the file; or a name alone. */
static int names_place(const run *r, const char *message)
{
  const char *name = strstr(message, r->name); /* the key may stand there as a plain word */
  if (!name)
    return strpbrk(message, "\"'") != NULL;
  if (r->key[0] && strstr(name, r->key))
    return 1;
  name += strlen(r->name);
  return r->whole || strpbrk(name, "/\"'") != NULL || (name[0] == ':' && name[1] >= '0' && name[1] <= '9');
}

static void read_changed(run *r, const char *text, size_t size)
{
  const fairu_allocator allocator = { counted_allocate, counted_release, r };
  fairu_context *ctx = NULL;
  r->live = 0;
  assert_int_equal(fairu_context_create(&allocator, &ctx), FAIRU_OK);
  const int status = r->read(ctx, text, size, r->data);
  r->count.tried++;
  r->count.refused += status != FAIRU_OK;
  if (status != FAIRU_OK &&
      (status < FAIRU_ERR_ARGUMENT || status == FAIRU_ERR_INTERNAL || status == FAIRU_ERR_OUT_OF_MEMORY ||
       !names_place(r, fairu_context_message(ctx))))
    fail_msg("%s, '%s' of\n%.*s", fairu_status_name(status), fairu_context_message(ctx), (int)size, text);
  fairu_context_destroy(ctx);
  if (r->live != 0)
    fail_msg("%ld blocks live after\n%.*s", r->live, (int)size, text);
}

/* The text with [begin, end) replaced. */
static void try_change(run *r, size_t begin, size_t end, const char *put, size_t n_put)
{
  const size_t size = strlen(r->text), n = begin + n_put + (size - end);
  char *changed = (char *)malloc(n + 1);
  assert_non_null(changed);
  memcpy(changed, r->text, begin);
  memcpy(changed + begin, put, n_put);
  memcpy(changed + begin + n_put, r->text + end, size - end + 1);
  read_changed(r, changed, n);
  free(changed);
}

static void try_value(run *r, const value *v)
{
  static const char *const others[] = { "null",          "true", "\"\"",         "\"other\"", "-1", "0",
                                        "0.5",           "3",    "-1e300",       "1e300",     "[]", "[0.5,1]",
                                        "[\"a\",\"b\"]", "{}",   "{\"other\":0}" };
  const size_t n_key = v->key_end ? v->key_end - v->key - 2 : 0;
  snprintf(r->key, sizeof r->key, "%.*s", (int)n_key, r->text + v->key + 1);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    try_change(r, v->begin, v->end, others[i], strlen(others[i]));
  const size_t begin = v->key_end ? v->key : v->begin;
  if (v->comma > v->begin)
    try_change(r, begin, v->comma + 1, "", 0);
  else
    try_change(r, v->comma ? v->comma : begin, v->end, "", 0);
  char twice[2048];
  const int n = snprintf(twice, sizeof twice, "%.*s,", (int)(v->end - begin), r->text + begin);
  if (n < (int)sizeof twice)
    try_change(r, begin, begin, twice, (size_t)n);
  if (v->key_end)
    try_change(r, v->key, v->key_end, "\"renamed\"", 9);
}

support_json_faults support_json_try_faults(const char *text, const char *name, support_json_reader read,
                                            void *data)
{
  run r = { .text = text, .name = name, .read = read, .data = data };
  scan *s = (scan *)calloc(1, sizeof *s);
  assert_non_null(s);
  s->text = text;
  skip_space(s);
  const value whole = { .begin = s->at, .end = strlen(text) };
  scan_value(s);
  read_changed(&r, text, strlen(text));
  assert_int_equal(r.count.refused, 0);
  r.whole = 1;
  try_value(&r, &whole);
  r.whole = 0;
  for (size_t i = 0; i < s->n; i++)
    try_value(&r, &s->values[i]);
  free(s);
  return r.count;
}
