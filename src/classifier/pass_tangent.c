/* pass_tangent.c - passes with tangents in float. */
#include "classifier/pass_tangent.h"

#include <string.h>

#include <fairu/classifier.h>

#define REAL float
#define PASS(name) fairu_pass__##name
#define HIDDEN fairu_hidden
#define TANGENT_UNITS fairu_tangent_units
#define ENGINE fairu_engine
#define ENGINE_DENSE fairu_engine__dense
#define ENGINE_BACKWARD fairu_engine__backward
#define ENGINE_GRADIENT fairu_engine__gradient
#include "classifier/pass_tangent_body.h"
