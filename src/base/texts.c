/* texts.c - heap sort of texts. */
#include "base/texts.h"

#include <string.h>

static void sift_down(const char **texts, size_t root, size_t n)
{
  const char *moving = texts[root];
  for (size_t child = 2 * root + 1; child < n; child = 2 * root + 1) {
    if (child + 1 < n && strcmp(texts[child], texts[child + 1]) < 0)
      child++;
    if (strcmp(moving, texts[child]) >= 0)
      break;
    texts[root] = texts[child];
    root = child;
  }
  texts[root] = moving;
}

void fairu_texts__sort(const char **texts, size_t n)
{
  for (size_t root = n / 2; root-- > 0;)
    sift_down(texts, root, n);
  for (size_t last = n; last-- > 1;) {
    const char *largest = texts[0];
    texts[0] = texts[last];
    texts[last] = largest;
    sift_down(texts, 0, last);
  }
}
