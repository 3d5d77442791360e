/* adversary_options.h - options of an adversary, read and checked. */
#ifndef FAIRU_CLASSIFIER_ADVERSARY_OPTIONS_H
#define FAIRU_CLASSIFIER_ADVERSARY_OPTIONS_H

#include <fairu/adversary.h>

int fairu_adversary_options__read(fairu_context *ctx, const fairu_adversary_options *theirs,
                                  fairu_adversary_options *ours);

#endif /* FAIRU_CLASSIFIER_ADVERSARY_OPTIONS_H */
