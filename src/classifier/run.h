/* run.h - a training as a whole: members of an ensemble one after the other, each over its epochs. */
#ifndef FAIRU_CLASSIFIER_RUN_H
#define FAIRU_CLASSIFIER_RUN_H

#include "classifier/trainer.h"

typedef struct fairu_run {
  const fairu_events *events;
  const fairu_training_options *given; /* options of the call */
  fairu_training_options options;      /* of this member: with its seed */
  size_t gate;
  const fairu_training_plan *plan;
  const fairu_strategy *strategy;
  fairu_trainer trainer;               /* of this member */
  fairu_training_result now;           /* of this member */
  fairu_training_result before;        /* sums over the finished members; best_epoch of the first */
  fairu_classifier **members;          /* [given->members] */
  size_t n_members;                    /* finished */
  fairu_unpack *unpack;                /* checkpoint whose member is to be taken up, or NULL */
  char rows_digest[FAIRU_DIGEST_TEXT]; /* of the rows of this member; "" until a checkpoint needs it */
  int stops;                           /* the callback said so */
} fairu_run;

/* Write where the training stands, after an epoch. */
int fairu_checkpoint__write(fairu_run *run, fairu_context *ctx);

/* Read the file of the options, if there is one, into run->unpack, and finished members from it. FAIRU_ERR_ARGUMENT: of other options. */
int fairu_checkpoint__open(fairu_run *run, fairu_context *ctx);

/* The state of the member that run->trainer was made for, once its strategy has started. FAIRU_ERR_ARGUMENT: of other events. */
int fairu_checkpoint__restore(fairu_run *run, fairu_context *ctx);
void fairu_checkpoint__close(fairu_run *run);

#endif /* FAIRU_CLASSIFIER_RUN_H */
