/* A block of events through classifier and adversary: derivatives of L_f - lambda L_r in the parameters of f, and of L_r in those of r,
 * in double against central differences to 1e-6. */
#include "classifier/adversary.h"
#include "classifier/double_pass.h"
#include "numeric/philox.h"

typedef struct double_memory FAIRU_ADVERSARY_MEMORY_OF(double) double_memory;

double double_density_loss(const double_engine *engine, const fairu_density_form *form, const double *out,
                           const double *z, const double *weights, double *d_out, double *work);
double double_adversary_block(const double_engine *engine, const fairu_adversary_net *net,
                              const double *parameters, const double *logits, const double *z,
                              const double *weights, const double_memory *memory, double *gradient,
                              double factor, double *d_logits);

#define DENSITY(name) double_density_##name
#include "classifier/density_body.h"
#define ADVERSARY(name) double_adversary_##name
#define MEMORY double_memory
#include "classifier/adversary_body.h"

enum { MOST_PARAMETERS = 400, MOST_UNITS = 60, WIDEST = 24 };

typedef struct problem {
  size_t f_widths[3], r_widths[4];
  int f_activations[2], r_activations[3];
  fairu_shape f;
  fairu_adversary_net r;
  double lambda;
  double f_parameters[MOST_PARAMETERS], r_parameters[MOST_PARAMETERS];
  double inputs[3 * FAIRU_LANES], labels[FAIRU_LANES], z[FAIRU_LANES];
  double weights[FAIRU_LANES], r_weights[FAIRU_LANES]; /* the adversary may see one class alone */
} problem;

static const struct {
  size_t n_outputs;
  int sees;
  fairu_density_form form;
} cases[] = {
  { 1, FAIRU_ACTIVATION_SIGMOID, { FAIRU_DENSITY_MIXTURE, 5 } },
  { 1, FAIRU_ACTIVATION_LINEAR, { FAIRU_DENSITY_MIXTURE, 3 } },
  { 1, FAIRU_ACTIVATION_SIGMOID, { FAIRU_DENSITY_GAUSSIAN, 1 } },
  { 3, FAIRU_ACTIVATION_SOFTMAX, { FAIRU_DENSITY_DISCRETE, 4 } },
  { 3, FAIRU_ACTIVATION_LINEAR, { FAIRU_DENSITY_GAUSSIAN, 1 } },
  { 1, FAIRU_ACTIVATION_SIGMOID, { FAIRU_DENSITY_SQUARED, 1 } },
};
enum { CASES = sizeof cases / sizeof *cases };

static void start(fairu_philox *rng, const fairu_shape *shape, double *parameters)
{
  for (size_t l = 0; l < shape->n_layers; l++)
    for (size_t i = 0; i < (shape->widths[l] + 1) * shape->widths[l + 1]; i++)
      *parameters++ = fairu_philox__normal(rng) / sqrt((double)shape->widths[l]);
}

static void make_problem(problem *p, size_t c)
{
  const size_t f_widths[3] = { 3, 6, cases[c].n_outputs };
  fairu_philox rng = fairu_philox__start(40 + c, FAIRU_STREAM_USER, 0, 1);
  memset(p, 0, sizeof *p);
  memcpy(p->f_widths, f_widths, sizeof f_widths);
  p->f_activations[0] = FAIRU_ACTIVATION_TANH;
  p->f = (fairu_shape){ .n_layers = 2, .widths = p->f_widths, .activations = p->f_activations };
  p->r.form = cases[c].form;
  p->r.sees = cases[c].sees;
  p->r_widths[0] = cases[c].n_outputs;
  p->r_widths[1] = 7;
  p->r_widths[2] = 5;
  p->r_widths[3] = fairu_density__n_outputs(&p->r.form);
  p->r_activations[0] = FAIRU_ACTIVATION_ELU;
  p->r_activations[1] = FAIRU_ACTIVATION_TANH;
  p->r.shape = (fairu_shape){ .n_layers = 3, .widths = p->r_widths, .activations = p->r_activations };
  p->lambda = 3.0;
  start(&rng, &p->f, p->f_parameters);
  start(&rng, &p->r.shape, p->r_parameters);
  for (size_t i = 0; i < 3 * FAIRU_LANES; i++)
    p->inputs[i] = fairu_philox__normal(&rng);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    p->labels[lane] = (double)fairu_philox__below(&rng, cases[c].n_outputs == 1 ? 2 : 3);
    p->z[lane] = p->r.form.kind == FAIRU_DENSITY_DISCRETE ? (double)fairu_philox__below(&rng, p->r.form.n)
                                                          : fairu_philox__normal(&rng);
    p->weights[lane] = lane > 60 ? 0.0 : fairu_philox__normal(&rng) + 1.0;
    p->r_weights[lane] = c % 2 && p->labels[lane] > 0.5 ? 0.0 : 1.7 * p->weights[lane];
  }
}

/* L_f and L_r; d_logits gets the derivatives of L_f - lambda L_r, gradients (or NULL) those of parameters. */
static void losses(const problem *p, const double *f_parameters, const double *r_parameters,
                   double *f_gradient, double *r_gradient, double loss[2])
{
  static double f_units[MOST_UNITS * FAIRU_LANES], r_units[MOST_UNITS * FAIRU_LANES];
  static double d_logits[WIDEST * FAIRU_LANES], d_work[WIDEST * FAIRU_LANES], memory[3][WIDEST * FAIRU_LANES];
  const double_memory m = { r_units, memory[0], memory[1], memory[2] };
  const size_t n_outputs = p->f_widths[2];
  const double *logits = f_units + (fairu_shape__n_units(&p->f) - n_outputs) * FAIRU_LANES;
  memcpy(f_units, p->inputs, sizeof p->inputs);
  double_pass_forward(&in_double, &p->f, f_parameters, NULL, f_units);
  loss[0] = n_outputs == 1
                ? double_pass_cross_entropy(&in_double, logits, p->labels, p->weights, d_logits)
                : double_pass_categorical(&in_double, n_outputs, logits, p->labels, p->weights, d_logits);
  loss[1] = double_adversary_block(&in_double, &p->r, r_parameters, logits, p->z, p->r_weights, &m,
                                   r_gradient, -p->lambda, f_gradient ? d_logits : NULL);
  if (f_gradient)
    double_pass_backward(&in_double, &p->f, f_parameters, NULL, f_units, d_logits, d_work, f_gradient, NULL);
}

/* What the derivatives of f (player 0) and r (player 1) are of. */
static double objective(const problem *p, const double *f_parameters, const double *r_parameters, int player)
{
  double loss[2];
  losses(p, f_parameters, r_parameters, NULL, NULL, loss);
  return player ? loss[1] : loss[0] - p->lambda * loss[1];
}

static double difference(const problem *p, int player, size_t i, double h)
{
  static double moved[MOST_PARAMETERS];
  const double *here = player ? p->r_parameters : p->f_parameters;
  double sides[2];
  memcpy(moved, here, sizeof moved);
  for (int side = 0; side < 2; side++) {
    moved[i] = here[i] + (side ? -h : h);
    sides[side] = objective(p, player ? p->f_parameters : moved, player ? moved : p->r_parameters, player);
  }
  return (sides[0] - sides[1]) / (2.0 * h);
}

static void both_players_get_their_derivatives(void **state)
{
  static problem p;
  static double gradient[2][MOST_PARAMETERS];
  (void)state;
  for (size_t c = 0; c < CASES; c++) {
    double loss[2];
    make_problem(&p, c);
    memset(gradient, 0, sizeof gradient);
    losses(&p, p.f_parameters, p.r_parameters, gradient[0], gradient[1], loss);
    for (int player = 0; player < 2; player++)
      for (size_t i = 0; i < fairu_shape__n_parameters(player ? &p.r.shape : &p.f); i++) {
        const double h = 2e-4; /* Richardson takes the h^2 term away */
        const double wanted = (4.0 * difference(&p, player, i, h / 2.0) - difference(&p, player, i, h)) / 3.0;
        CHECK_NEAR(gradient[player][i], wanted, 1e-6 * fabs(wanted) + 1e-7);
      }
  }
}

/* Who is not asked is not touched, and the loss is the same. */
static void one_player_alone(void **state)
{
  static problem p;
  static double both[2][MOST_PARAMETERS], alone[2][MOST_PARAMETERS];
  double loss[2], again[2];
  (void)state;
  make_problem(&p, 0);
  memset(both, 0, sizeof both);
  memset(alone, 0, sizeof alone);
  losses(&p, p.f_parameters, p.r_parameters, both[0], both[1], loss);
  losses(&p, p.f_parameters, p.r_parameters, alone[0], NULL, again);
  assert_memory_equal(loss, again, sizeof loss);
  losses(&p, p.f_parameters, p.r_parameters, NULL, alone[1], again);
  assert_memory_equal(loss, again, sizeof loss);
  assert_memory_equal(both, alone, sizeof both);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(both_players_get_their_derivatives),
    cmocka_unit_test(one_player_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
