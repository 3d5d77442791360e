/* optimiser.c - update rules and learning rates. */
#include "classifier/optimiser.h"

#include <math.h>

static void adam(fairu_optimiser_state *state, double rate, const float *gradient, float *parameters)
{
  const double t = (double)state->steps;
  const fairu_adam step = { (float)(rate / (1.0 - pow(0.9, t))), (float)(1.0 / sqrt(1.0 - pow(0.999, t))) };
  state->kernels->adam(&step, state->n, gradient, state->first, state->second, parameters);
}

static void rmsprop(fairu_optimiser_state *state, double rate, const float *gradient, float *parameters)
{
  for (size_t i = 0; i < state->n; i++) {
    const float g = gradient[i];
    state->second[i] = 0.9F * state->second[i] + 0.1F * (g * g);
    parameters[i] -= (float)rate * g / (sqrtf(state->second[i]) + 1e-7F);
  }
}

static void momentum(fairu_optimiser_state *state, double rate, const float *gradient, float *parameters)
{
  for (size_t i = 0; i < state->n; i++) {
    state->first[i] = (float)state->momentum * state->first[i] - (float)rate * gradient[i];
    parameters[i] += state->first[i];
  }
}

void fairu_optimiser__step(fairu_optimiser_state *state, double rate, const float *gradient,
                           float *parameters)
{
  state->steps++;
  if (state->rule == FAIRU_OPTIMISER_ADAM)
    adam(state, rate, gradient, parameters);
  else if (state->rule == FAIRU_OPTIMISER_RMSPROP)
    rmsprop(state, rate, gradient, parameters);
  else
    momentum(state, rate, gradient, parameters);
}

double fairu_schedule__rate(const fairu_training_options *options, uint64_t step, uint64_t total)
{
  const double done = (double)step / (double)total, last = options->final_rate;
  switch (options->schedule) {
  case FAIRU_SCHEDULE_COSINE:
    return options->learning_rate * (last + (1.0 - last) * 0.5 * (1.0 + cos(3.14159265358979323846 * done)));
  case FAIRU_SCHEDULE_STEP:
    return options->learning_rate * (done < 0.6 ? 1.0 : done < 0.8 ? 0.2 : 0.04);
  default:
    return options->learning_rate;
  }
}
