/* onnx_text.h - graphs of ONNX written as a line of text: "Neg v > k; Add x k > y axis=i1". */
#ifndef FAIRU_TESTS_ONNX_TEXT_H
#define FAIRU_TESTS_ONNX_TEXT_H

#include "classifier/onnx_made.h"

/* One operation: name, inputs, ">", outputs, attributes (words with "="). */
static inline void text_node(made *m, char *line)
{
  char part[3][512] = { "", "", "" }, op[64] = "", *rest = NULL;
  int at = 0;
  for (char *word = strtok_r(line, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
    if (!op[0]) {
      snprintf(op, sizeof op, "%s", word);
      continue;
    }
    if (strcmp(word, ">") == 0) {
      at = 1;
      continue;
    }
    char *to = part[at == 1 && strchr(word, '=') ? 2 : at];
    const size_t n = strlen(to);
    snprintf(to + n, sizeof part[0] - n, "%s%s", n ? " " : "", word);
  }
  made_node(m, op, part[0], part[1], part[2]);
}

static inline void text_nodes(made *m, const char *text)
{
  char line[1024];
  while (*text) {
    const size_t n = strcspn(text, ";");
    snprintf(line, sizeof line, "%.*s", (int)n, text);
    text_node(m, line);
    text += n + (text[n] == ';');
  }
}

/* Initializers that the graphs of the tests share. */
static inline void text_initializers(made *m)
{
  static const float few[4] = { 1.0F, 2.0F, 3.0F, 4.0F }, signs[2] = { -1.5F, 2.5F };
  static const float squares[2] = { 4.0F, 9.0F }, big[2] = { 1e19F, -1e19F };
  static const int64_t counts[4] = { 0, 1, -1, 2 }, huge[2] = { INT64_MAX / 2, INT64_MAX / 2 };
  made_floats(m, "v", "2", 2, few);
  made_floats(m, "row", "1,2", 2, few);
  made_floats(m, "col", "2,1", 2, few);
  made_floats(m, "m", "2,2", 4, few);
  made_floats(m, "cube", "1,2,2", 4, few);
  made_floats(m, "flat", "4", 4, few);
  made_floats(m, "three", "3", 3, few);
  made_floats(m, "signs", "2", 2, signs);
  made_floats(m, "squares", "2", 2, squares);
  made_floats(m, "big", "2", 2, big);
  made_floats(m, "one", "", 1, few);
  made_floats(m, "two", "", 1, few + 1);
  made_ints(m, "i0", "1", 1, counts);
  made_ints(m, "i1", "1", 1, counts + 1);
  made_ints(m, "im1", "1", 1, counts + 2);
  made_ints(m, "i2", "1", 1, counts + 3);
  made_ints(m, "at1", "", 1, counts + 1);
  made_ints(m, "i01", "2", 2, counts);
  made_ints(m, "i1m1", "2", 2, counts + 1);
  made_ints(m, "im12", "2", 2, counts + 2);
  made_ints(m, "ihuge", "2", 2, huge);
  made_ints(m, "inone", "0", 0, counts);
}

#endif /* FAIRU_TESTS_ONNX_TEXT_H */
