/* JSON pointers beside a plain reader of RFC 6901: any text of its characters, indices of any spelling, prefixes. */
#include "support/draws.h"
#include "support/support.h"

#include <jansson.h>

#include "base/json_internal.h"
#include "base/json_pointer.h"

enum { TEXT_MOST = 24 };

typedef struct plain_pointer {
  char tokens[TEXT_MOST + 1][TEXT_MOST + 1];
  size_t n;
} plain_pointer;

/* Split at each /, then ~1 and ~0 in the two passes of the RFC. 0: a ~ before anything else, or no / at the beginning. */
static int plain_read(const char *text, plain_pointer *p)
{
  memset(p, 0, sizeof *p);
  if (*text && *text != '/')
    return 0;
  for (size_t at = 0; text[at]; p->n++) {
    size_t length = 0;
    for (at++; text[at] && text[at] != '/'; at++)
      p->tokens[p->n][length++] = text[at];
  }
  for (size_t i = 0; i < p->n; i++)
    for (char c = '1'; c >= '0'; c--)
      for (char *t = p->tokens[i]; *t; t++) {
        if (*t == '~' && c == '1' && t[1] != '0' && t[1] != '1')
          return 0;
        if (*t == '~' && t[1] == c) {
          *t = c == '1' ? '/' : '~';
          memmove(t + 1, t + 2, strlen(t + 2) + 1);
        }
      }
  return 1;
}

static void draw_text(draws *d, const char *letters, size_t n_letters, char *text)
{
  const size_t n = draw_below(d, TEXT_MOST);
  for (size_t i = 0; i < n; i++)
    text[i] = letters[draw_below(d, n_letters)];
  text[n] = '\0';
  if (n > 0 && draw_below(d, 12))
    text[0] = '/';
}

/* "-" is the one behind the last; digits without a zero before others; what is beyond all arrays is larger than any. */
static int plain_index(const char *token, size_t n, size_t *index)
{
  long double value = 0.0L;
  *index = n;
  if (strcmp(token, "-") == 0)
    return 1;
  if (!*token || (token[0] == '0' && token[1]))
    return 0;
  for (; *token; token++) {
    if (*token < '0' || *token > '9')
      return 0;
    value = 10.0L * value + (long double)(*token - '0');
  }
  *index = value < 1e18L ? (size_t)value : SIZE_MAX;
  return 1;
}

static void indices_of_any_spelling(void **state)
{
  (void)state;
  draws d = { 5 };
  for (int round = 0; round < 4000; round++) {
    char token[TEXT_MOST + 1];
    size_t got = 7, wanted = 7;
    const size_t length = draw_below(&d, 4) ? draw_below(&d, 4) : draw_below(&d, TEXT_MOST);
    const int only_digits = draw_below(&d, 2) == 0;
    for (size_t i = 0; i < length; i++)
      token[i] = "0123456789-+ .e1"[draw_below(&d, only_digits ? 10 : 16)];
    token[length] = '\0';
    const int valid = plain_index(token, 17, &wanted);
    assert_int_equal(fairu_json_pointer__index(token, 17, &got), valid);
    if (valid && wanted == SIZE_MAX)
      assert_true(got >= (size_t)1000000000000000000);
    else if (valid)
      assert_true(got == wanted);
  }
}

static fairu_json *document_of(fairu_context *ctx, const char *text)
{
  char bytes[TEXT_MOST + 8];
  fairu_json *json = NULL;
  const int n = snprintf(bytes, sizeof bytes, "\"%s\"", text);
  CHECK_OK(ctx, fairu_json__parse(ctx, bytes, (size_t)n, "p.json", &json));
  return json;
}

static void check_tokens(const fairu_json_pointer *got, const plain_pointer *wanted)
{
  const char *token = got->tokens;
  assert_int_equal(got->n_tokens, wanted->n);
  for (size_t i = 0; i < wanted->n; i++, token = fairu_json_pointer__next(token))
    assert_string_equal(token, wanted->tokens[i]);
}

/* Texts of few letters, so that many begin alike: read as the RFC says, or refused with the pointer's text. */
static void pointers_are_split_as_the_rfc_says(void **state)
{
  (void)state;
  draws d = { 3 };
  size_t good = 0, bad = 0, begins = 0;
  fairu_context *ctx = support_context();
  for (int round = 0; round < 3000; round++) {
    char text[2][TEXT_MOST + 1];
    plain_pointer plain[2];
    fairu_json_pointer pointer[2] = { { 0 }, { 0 } };
    fairu_json *json[2];
    int valid[2];
    const fairu_mark mark = fairu_context__mark(ctx);
    for (int k = 0; k < 2; k++) {
      draw_text(&d, "//a0~1", round % 3 ? 4 : 6, text[k]);
      if (k == 1 && draw_below(&d, 2)) /* a beginning of the first, cut anywhere */
        snprintf(text[1], sizeof text[1], "%.*s", (int)draw_below(&d, strlen(text[0]) + 1), text[0]);
      json[k] = document_of(ctx, text[k]);
      const fairu_json_at root = fairu_json__root(json[k]);
      valid[k] = plain_read(text[k], &plain[k]);
      assert_int_equal(fairu_json_pointer__read(ctx, &root, &pointer[k]),
                       valid[k] ? FAIRU_OK : FAIRU_ERR_FORMAT);
      good += valid[k] != 0;
      bad += !valid[k];
      if (valid[k])
        check_tokens(&pointer[k], &plain[k]);
      else
        CHECK_SAYS(ctx, text[k]);
    }
    if (valid[0] && valid[1]) {
      size_t same = 0;
      while (same < plain[0].n && same < plain[1].n &&
             strcmp(plain[0].tokens[same], plain[1].tokens[same]) == 0)
        same++;
      assert_int_equal(fairu_json_pointer__begins(&pointer[0], &pointer[1]), same == plain[1].n);
      begins += same == plain[1].n;
    }
    fairu_context__release(ctx, mark);
    for (int k = 0; k < 2; k++)
      fairu_json__destroy(json[k]);
  }
  assert_true(good > 2000 && bad > 300 && begins > 300);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(indices_of_any_spelling),
    cmocka_unit_test(pointers_are_split_as_the_rfc_says),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
