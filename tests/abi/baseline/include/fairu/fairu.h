/* fairu/fairu.h - all of libfairu: uncertainty-aware inference. See the headers below, in the order an event
 * walks. */
#ifndef FAIRU_FAIRU_H
#define FAIRU_FAIRU_H

#include <fairu/base.h>
#include <fairu/events.h>
#include <fairu/arrow.h>
#include <fairu/systematics.h>
#include <fairu/classifier.h>
#include <fairu/training.h>
#include <fairu/adversary.h>
#include <fairu/summary.h>
#include <fairu/probability.h>
#include <fairu/formats.h>
#include <fairu/templates.h>
#include <fairu/likelihood.h>
#include <fairu/event_terms.h>
#include <fairu/model.h>
#include <fairu/summary_losses.h>
#include <fairu/histfactory.h>
#include <fairu/fit.h>
#include <fairu/hypotest.h>
#include <fairu/postfit.h>
#include <fairu/challenge_baseline.h>
#include <fairu/methods.h>
#include <fairu/coverage.h>
#include <fairu/interval_calibration.h>
#include <fairu/challenge.h>
#include <fairu/interval_score.h>

#endif /* FAIRU_FAIRU_H */
