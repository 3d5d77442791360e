/* calibration_digest.c - the frozen state as bytes: numbers as their 64 bits, lowest byte first, texts with their length. */
#include "coverage/calibration.h"

#include <string.h>

#include "base/digest.h"

static void add_word(fairu_digest *digest, uint64_t word)
{
  unsigned char bytes[8];
  for (int i = 0; i < 8; i++)
    bytes[i] = (unsigned char)(word >> (8 * i));
  fairu_digest__add(digest, bytes, sizeof bytes);
}

static void add_numbers(fairu_digest *digest, const double *values, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    uint64_t word;
    memcpy(&word, &values[i], sizeof word);
    add_word(digest, word);
  }
}

static void add_text(fairu_digest *digest, const char *text)
{
  add_word(digest, strlen(text));
  fairu_digest__add(digest, text, strlen(text));
}

static void add_options(fairu_digest *digest, const fairu_interval_calibration_options *o)
{
  const double numbers[5] = { o->lower, o->upper, o->level, o->template_statistics, o->pool_statistics };
  add_numbers(digest, numbers, 5);
  add_word(digest, o->n_mu);
  add_word(digest, o->n_toys);
  add_word(digest, o->seed);
  add_word(digest, (uint64_t)o->draw_nuisances);
  add_word(digest, (uint64_t)o->fixed_sums);
}

void fairu_interval_calibration__digest(const fairu_interval_calibration *c,
                                        char text[FAIRU_INTERVAL_CALIBRATION_DIGEST])
{
  const fairu_interval_calibration_points *p = &c->points;
  const double *const rows[] = { p->mu,          p->quantile, p->error,       p->below,
                                 p->below_error, p->above,    p->above_error, p->critical };
  fairu_digest digest;
  fairu_digest__start(&digest, FAIRU_DIGEST_SHA256);
  add_text(&digest, "fairu calibration 1");
  add_options(&digest, &c->options);
  add_word(&digest, c->n_bins);
  add_word(&digest, c->poi);
  add_word(&digest, c->n_params);
  for (size_t i = 0; i < c->n_params; i++)
    add_text(&digest, c->names[i]);
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
    add_numbers(&digest, rows[k], c->n);
  for (size_t i = 0; i < c->n; i++)
    add_word(&digest, p->n_failed[i]);
  add_numbers(&digest, c->lambda, 3);
  fairu_digest__finish(&digest, text);
}
