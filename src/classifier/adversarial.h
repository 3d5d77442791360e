/* adversarial.h - a classifier f under training against an adversary r. */
#ifndef FAIRU_CLASSIFIER_ADVERSARIAL_H
#define FAIRU_CLASSIFIER_ADVERSARIAL_H

#include "classifier/adversary.h"
#include "classifier/adversary_target.h"
#include "classifier/trainer.h"

/* Losses of a pass: sums over events. */
enum {
  FAIRU_LOSS_F = 0,
  FAIRU_LOSS_R = 1,
  FAIRU_WEIGHT_F = 2,
  FAIRU_WEIGHT_R = 3,
  FAIRU_LOSS_PARTS = 4,
  FAIRU_BEST_LOSSES = 4
};

/* What training leaves behind: a checkpoint has it too. */
typedef struct fairu_adversarial_tally {
  double epoch[FAIRU_LOSS_PARTS]; /* sums over the steps of f of this epoch */
  double best_loss;               /* L_f - lambda L_r of the validation part, of the best epoch */
  double
      best[FAIRU_BEST_LOSSES]; /* L_f and L_r of training steps and of the validation part, of that epoch */
} fairu_adversarial_tally;

typedef struct fairu_adversarial {
  fairu_training_options training;
  fairu_adversary_options options;
  fairu_plain plain;
  fairu_training_plan plan, plain_plan;
  const float *z; /* column, and its stride */
  size_t stride;
  fairu_block_loss both, alone; /* f and r for a step of f; r for a step of its own */
  /* of one member: */
  fairu_stack r;
  fairu_adversary_net net;
  fairu_adversary_target target;
  float factor;    /* of weights in L_r: what all events weigh for what those weigh that count */
  uint32_t *order; /* [training.n] rows in the order that r (or f at first) goes through, alone */
  uint64_t passes; /* through all rows, alone, that were begun; their number gives the order */
  size_t next;     /* first row of the next batch of r */
  fairu_adversarial_tally tally;
  size_t epoch;
  double sums[FAIRU_BEST_LOSSES +
              1]; /* over finished members: L_f and L_r as in tally.best, with Z as it comes; blind */
  size_t members;
} fairu_adversarial;

/* a->both and a->alone, and what of the training options r needs. */
void fairu_adversarial__losses(fairu_adversarial *a);

/* f at first, then r: so many epochs each, without the other. */
int fairu_adversarial__train_alone(fairu_adversarial *a, fairu_trainer *trainer, fairu_context *ctx);

/* The steps of r before a step of f on `rows`, then the gradient of f; in reversal one step of r, from the same pass. */
int fairu_adversarial__round(fairu_adversarial *a, fairu_trainer *trainer, fairu_context *ctx,
                             fairu_rows rows, double losses[FAIRU_MOST_LOSSES]);

/* Order of the pass that a checkpoint was in. */
void fairu_adversarial__shuffle(fairu_adversarial *a, size_t n);

#endif /* FAIRU_CLASSIFIER_ADVERSARIAL_H */
