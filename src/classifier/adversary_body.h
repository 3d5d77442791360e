/* adversary_body.h - the lines of adversary.h for one number type. Defines of pass_body.h and density_body.h, and:
 *   ADVERSARY(name)  name of a function
 *   MEMORY           struct FAIRU_ADVERSARY_MEMORY_OF(REAL)
 */

/* d by what r sees becomes d by the logits; seen = sigmoid or softmax of them, or themselves. */
static void ADVERSARY(through)(int sees, size_t n, const REAL *seen, REAL *d)
{
  if (sees != FAIRU_ACTIVATION_SOFTMAX) {
    for (size_t c = 0; c < n; c++)
      PASS(slope)(sees, seen + c * FAIRU_LANES, d + c * FAIRU_LANES);
    return;
  }
  REAL mean[FAIRU_LANES] = { 0 };
  for (size_t c = 0; c < n; c++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      mean[lane] += seen[c * FAIRU_LANES + lane] * d[c * FAIRU_LANES + lane];
  for (size_t c = 0; c < n; c++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[c * FAIRU_LANES + lane] = seen[c * FAIRU_LANES + lane] * (d[c * FAIRU_LANES + lane] - mean[lane]);
}

double ADVERSARY(block)(const ENGINE *engine, const fairu_adversary_net *net, const REAL *parameters,
                        const REAL *logits, const REAL *z, const REAL *weights, const MEMORY *memory,
                        REAL *gradient, REAL factor, REAL *d_logits)
{
  const fairu_shape *shape = &net->shape;
  const size_t n_seen = shape->widths[0];
  REAL *seen = memory->activations;
  const REAL *out = seen + (fairu_shape__n_units(shape) - shape->widths[shape->n_layers]) * FAIRU_LANES;
  memcpy(seen, logits, n_seen * FAIRU_LANES * sizeof *seen);
  PASS(activate)(engine, net->sees, seen, n_seen);
  PASS(forward)(engine, shape, parameters, NULL, memory->activations);
  const double loss = DENSITY(loss)(engine, &net->form, out, z, weights, memory->d_out, memory->d_work);
  if (!gradient && !d_logits)
    return loss;
  PASS(backward)
  (engine, shape, parameters, NULL, memory->activations, memory->d_out, memory->d_work, gradient,
   d_logits ? memory->d_seen : NULL);
  if (!d_logits)
    return loss;
  ADVERSARY(through)(net->sees, n_seen, seen, memory->d_seen);
  for (size_t i = 0; i < n_seen * FAIRU_LANES; i++)
    d_logits[i] += factor * memory->d_seen[i];
  return loss;
}
