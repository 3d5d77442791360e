/* json_pointer.c - reference tokens: "/a~1b/0" is the member "a/b", then the element 0. */
#include "base/json_pointer.h"

#include <string.h>

/* One character from *text; a wrong escape gives NUL. */
static char unescape(const char **text)
{
  char c = *(*text)++;
  if (c != '~')
    return c;
  c = *(*text)++;
  return c == '0' ? '~' : (char)(c == '1' ? '/' : '\0');
}

static int split(fairu_context *ctx, const fairu_json_at *at, fairu_json_pointer *pointer)
{
  const char *from = pointer->text;
  char *to = pointer->tokens;
  while (*from == '/') {
    from++;
    pointer->n_tokens++;
    while (*from && *from != '/') {
      *to = unescape(&from);
      if (*to++ == '\0')
        return fairu_json__fail(ctx, at, FAIRU_ERR_FORMAT, "pointer \"%.200s\": ~ stands before 0 or 1 only",
                                pointer->text);
    }
    *to++ = '\0';
  }
  return FAIRU_OK;
}

int fairu_json_pointer__read(fairu_context *ctx, const fairu_json_at *at, fairu_json_pointer *pointer)
{
  const int status = fairu_json__string(ctx, at, &pointer->text);
  if (status != FAIRU_OK)
    return status;
  if (pointer->text[0] != '\0' && pointer->text[0] != '/')
    return fairu_json__fail(ctx, at, FAIRU_ERR_FORMAT, "pointer \"%.200s\" does not begin with /",
                            pointer->text);
  pointer->n_tokens = 0;
  pointer->tokens = (char *)fairu_context__scratch(ctx, strlen(pointer->text) + 1, 1, "JSON pointer");
  return pointer->tokens ? split(ctx, at, pointer) : FAIRU_ERR_OUT_OF_MEMORY;
}

const char *fairu_json_pointer__next(const char *token)
{
  return token + strlen(token) + 1;
}

bool fairu_json_pointer__begins(const fairu_json_pointer *pointer, const fairu_json_pointer *with)
{
  if (with->n_tokens > pointer->n_tokens)
    return false;
  const char *a = pointer->tokens, *b = with->tokens;
  for (size_t i = 0; i < with->n_tokens; i++) {
    if (strcmp(a, b) != 0)
      return false;
    a = fairu_json_pointer__next(a);
    b = fairu_json_pointer__next(b);
  }
  return true;
}

bool fairu_json_pointer__index(const char *token, size_t n, size_t *index)
{
  if (strcmp(token, "-") == 0) {
    *index = n;
    return true;
  }
  const size_t length = strspn(token, "0123456789");
  if (length == 0 || token[length] != '\0' || (token[0] == '0' && length > 1))
    return false;
  size_t value = 0;
  for (size_t i = 0; i < length; i++) {
    if (value > (SIZE_MAX - 9) / 10) {
      *index = SIZE_MAX; /* larger than any array */
      return true;
    }
    value = 10 * value + (size_t)(token[i] - '0');
  }
  *index = value;
  return true;
}
