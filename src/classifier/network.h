/* network.h - the parts of a dense network: packed at creation, scored in blocks, scored one by one. */
#ifndef FAIRU_CLASSIFIER_NETWORK_H
#define FAIRU_CLASSIFIER_NETWORK_H

#include "classifier/kind.h"

/* Weights once more, in the order in which a single event needs them; layers and first are there. */
int fairu_network__pack(fairu_classifier *classifier, fairu_context *ctx);

/* Operations of the kind. */
int fairu_network__score(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                         size_t first, size_t n);
int fairu_network__derive(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                          const fairu_slopes *slopes, size_t first, size_t n);
int fairu_network__few(const fairu_classifier *classifier, fairu_context *ctx, const fairu_few *few);

/* What Z adds to each unit of the first layer: shift [width of packed[0]]; the same for blocks and for single events.
 * standard [n_nuisances]: room for Z as the network takes it. */
void fairu_network__shift(const fairu_classifier *classifier, const fairu_engine *engine, const double *z,
                          double *standard, float *shift);

/* A layer packed for single events: floats it takes, and its first n_in inputs put at `at`, where the next one may follow. */
enum { FAIRU_PACKED_ALIGNMENT = 16 }; /* floats: 64 bytes */
size_t fairu_packed__floats(size_t n_in, size_t n_out);
float *fairu_packed__fill(fairu_packed_dense *packed, const fairu_layer *layer, size_t n_in, float *at);
float *fairu_packed__align(float *memory); /* at most FAIRU_PACKED_ALIGNMENT floats further on */

/* As fairu_pass__activate for one event, without ReLU, which is part of the layer. Whole vectors: x is padded; work as x. */
void fairu_event__activate(const fairu_kernels *kernels, int activation, float *x, float *work, size_t n);

#endif /* FAIRU_CLASSIFIER_NETWORK_H */
