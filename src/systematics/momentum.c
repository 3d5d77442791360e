/* momentum.c - transverse momenta of blocks of rows. */
#include "systematics/momentum.h"

#include <math.h>

#include "numeric/normal_rows.h"
#include "numeric/philox.h"

#define PI 3.14159265358979323846

void fairu_met__read(fairu_met *met, size_t n, const float *size, const float *phi)
{
  for (size_t i = 0; i < n; i++) {
    const double angle = (double)phi[i];
    met->x[i] = (double)size[i] * cos(angle);
    met->y[i] = (double)size[i] * sin(angle);
  }
}

void fairu_met__pull(fairu_met *met, size_t n, const double *gained, const double *cosine, const double *sine)
{
  for (size_t i = 0; i < n; i++) {
    met->x[i] -= gained[i] * cosine[i];
    met->y[i] -= gained[i] * sine[i];
  }
}

void fairu_met__measure(fairu_met *met, size_t n)
{
  for (size_t i = 0; i < n; i++)
    met->size[i] = sqrt(met->x[i] * met->x[i] + met->y[i] * met->y[i]);
}

double fairu_met__angle(double old, double x, double y)
{
  const double angle = atan2(y, x), other = angle - copysign(2.0 * PI, angle);
  return other * old > 0.0 && fabs(other) <= fabs(old) + 1e-9 ? other : angle;
}

void fairu_met__store(const fairu_met *met, size_t n, float *size, float *phi)
{
  for (size_t i = 0; i < n; i++)
    phi[i] = (float)fairu_met__angle((double)phi[i], met->x[i], met->y[i]);
  for (size_t i = 0; i < n; i++)
    size[i] = (float)met->size[i];
}

void fairu_direction__read(size_t n, const float *phi, double *cosine, double *sine)
{
  for (size_t i = 0; i < n; i++) {
    cosine[i] = cos((double)phi[i]);
    sine[i] = sin((double)phi[i]);
  }
}

void fairu_smearing__draw(const fairu_context *worker, const fairu_chunk *chunk, uint64_t key, size_t first,
                          size_t n, double *x, double *y)
{
  const fairu_normal_stream stream = { chunk->seed, key, FAIRU_STREAM_SYSTEMATICS };
  const int level = fairu_context__kernel_level(worker);
  uint64_t rows[FAIRU_NORMAL_ROWS];
  for (size_t done = 0; done < n; done += FAIRU_NORMAL_ROWS) {
    const size_t take = n - done < FAIRU_NORMAL_ROWS ? n - done : FAIRU_NORMAL_ROWS;
    for (size_t i = 0; i < take; i++)
      rows[i] = chunk->first_row + first + done + i;
    fairu_normal__rows(level, &stream, chunk->ids ? chunk->ids + first + done : rows, take, x + done,
                       y + done);
  }
}
