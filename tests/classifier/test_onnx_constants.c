/* What an ONNX graph works out of constants alone, and shapes around [batch, n]: against numbers worked out by hand; what has no
 * meaning is refused with a message that names it. */
#include "classifier/onnx_text.h"

static fairu_classifier *import_text(fairu_context *ctx, const char *text, int64_t opset, size_t width,
                                     int *status)
{
  fairu_classifier *c = NULL;
  made m = made_begin(ctx, opset);
  made_port(&m, 11, "x", 2, 1);
  made_port(&m, 12, "y", width, 1);
  text_initializers(&m);
  text_nodes(&m, text);
  *status = made_import(&m, NULL, &c);
  return c;
}

/* ---- x + k -------------------------------------------------------------------------------------------- */

typedef struct sum_case {
  const char *text;
  int64_t opset;
  double k[2]; /* what is added to x */
} sum_case;

static const sum_case sums[] = {
  { "Neg v > k; Add x k > y", 13, { -1, -2 } },
  { "Abs signs > k; Add x k > y", 13, { 1.5, 2.5 } },
  { "Sqrt squares > k; Add x k > y", 13, { 2, 3 } },
  { "Exp v > e; Log e > k; Add x k > y", 13, { 1, 2 } },
  { "Reciprocal v > k; Add x k > y", 13, { 1, 0.5 } },
  { "Add v squares > k; Add x k > y", 13, { 5, 11 } },
  { "Sub v squares > k; Add x k > y", 13, { -3, -7 } },
  { "Mul v squares > k; Add x k > y", 13, { 4, 18 } },
  { "Div squares v > k; Add x k > y", 13, { 4, 4.5 } },
  { "Pow squares two > k; Add x k > y", 13, { 16, 81 } },
  { "Sub two v > k; Add x k > y", 13, { 1, 0 } },
  { "Div i01 i2 > k; Cast k > f to=i1; Add x f > y", 13, { 0, 0 } }, /* whole numbers are cut */
  { "Cast signs > c to=i7; Cast c > k to=i1; Add x k > y", 13, { -1, 2 } },
  { "Cast signs > c to=i9; Cast c > k to=i11; Add x k > y", 13, { 1, 1 } },
  { "Cast signs > k to=i10; Add x k > y", 13, { -1.5, 2.5 } },
  { "Constant > k value=t5,7; Add x k > y", 13, { 5, 7 } },
  { "Constant > k value_floats=F5,7; Add x k > y", 13, { 5, 7 } },
  { "Constant > k value_int=i3; Add x k > y", 13, { 3, 3 } },
  { "Constant > k value_ints=I3,4; Add x k > y", 13, { 3, 4 } },
  { "Identity row > k; Add k x > y", 13, { 1, 2 } },
  { "Reshape row i2 > k; Add x k > y", 13, { 1, 2 } },
  { "Reshape v im12 > k; Add x k > y", 13, { 1, 2 } },
  { "Flatten v > k axis=i1; Squeeze k > s; Add x s > y", 13, { 1, 2 } },
  { "Flatten row > k axis=i-1; Add x k > y", 13, { 1, 2 } },
  { "Flatten v > k axis=i0; Add x k > y", 13, { 1, 2 } }, /* [1, 2]: all axes are behind */
  { "Flatten v > k axis=i-1; Add x k > y", 13, { 1, 2 } },
  { "Flatten row > k axis=i0; Add x k > y", 13, { 1, 2 } },
  { "Flatten two > k axis=i0; Add x k > y", 13, { 2, 2 } },
  { "Squeeze row > k; Add x k > y", 13, { 1, 2 } },
  { "Squeeze row i0 > k; Add x k > y", 13, { 1, 2 } },
  { "Unsqueeze v i0 > k; Add x k > y", 13, { 1, 2 } },
  { "Transpose col > k; Add x k > y", 13, { 1, 2 } },
  { "Transpose v > k; Add x k > y", 13, { 1, 2 } },
  { "Transpose row > k perm=I0,1; Add x k > y", 13, { 1, 2 } },
  { "Transpose x > t perm=I0,1; Add t v > y", 13, { 1, 2 } },
  { "Concat one > k axis=i0; Add x v > y", 13, { 1, 2 } }, /* what leads nowhere is not worked out */
  { "Concat i1 i2 > k axis=i0; Cast k > f to=i1; Add x f > y", 13, { 1, 2 } },
  { "Concat row > k axis=i1; Add x k > y", 13, { 1, 2 } },
  { "Slice x im1 i2 i1 i1 > b; Slice x i0 im1 i1 > a; Concat a b > c axis=i1; Add c v > y", 13, { 1, 2 } },
  { "Slice x > s starts=I-9 ends=I9 axes=I1; Add s v > y", 9, { 1, 2 } },
  { "Gather x i01 > g axis=i1; Add g v > y", 13, { 1, 2 } },
  { "Gather x at1 > g axis=i1; Unsqueeze g i1 > b; Slice x i0 i1 i1 > a; Concat a b > c axis=i-1; Add c v > "
    "y",
    13,
    { 1, 2 } },
  { "Unsqueeze i01 > k axes=I0; Gather x k > g axis=i1; Squeeze g > s axes=I1; Add s v > y", 13, { 1, 2 } },
  { "Unsqueeze i01 > k axes=I0; ai.onnx.ml:ArrayFeatureExtractor x k > g; Add g v > y", 13, { 1, 2 } },
  { "ai.onnx.ml:ArrayFeatureExtractor x i01 > g; Add g v > y", 13, { 1, 2 } },
  { "ai.onnx.ml:FeatureVectorizer x > g; Add g v > y", 13, { 1, 2 } },
  { "Dropout x - - > d; Add d v > y", 13, { 1, 2 } },
  { "Flatten x > f axis=i-1; Add f v > y", 13, { 1, 2 } },
  { "Reshape x i01 > f; Add x v > y", 13, { 1, 2 } },
  { "Squeeze x > f; Add f v > y", 13, { 1, 2 } },
  { "Cast x > c to=i11; Add c v > y", 13, { 1, 2 } },
  { "Clip x > c; Add c v > y", 11, { 1, 2 } },
  { "ai.onnx.ml:Scaler x > s; Add s v > y", 13, { 1, 2 } },
};

static void constants_are_worked_out(void **state)
{
  static const float x[4] = { 0.5F, -2.0F, 3.25F, 0.125F };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof sums / sizeof *sums; k++) {
    float y[4];
    int status;
    fairu_classifier *c = import_text(ctx, sums[k].text, sums[k].opset, 2, &status);
    if (status != FAIRU_OK)
      fail_msg("%s: %s", sums[k].text, fairu_context_message(ctx));
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, 2, 2, NULL, 0, FAIRU_OUTPUT_SCORE, y));
    for (size_t i = 0; i < 4; i++)
      if (fabs((double)y[i] - (double)x[i] - sums[k].k[i % 2]) > 1e-5)
        fail_msg("%s: number %zu is %g, not %g", sums[k].text, i, (double)y[i],
                 (double)x[i] + sums[k].k[i % 2]);
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

/* ---- x K + k, and functions of it --------------------------------------------------------------------- */

typedef struct form_case {
  const char *text;
  int64_t opset;
  double at[2][2]; /* y of (1, 2) and of (-1, 4) */
} form_case;

static const form_case forms[] = {
  { "MatMul x m > y", 13, { { 7, 10 }, { 11, 14 } } },
  { "Transpose m > t; MatMul x t > y", 13, { { 5, 11 }, { 7, 13 } } },
  { "Squeeze cube > k; MatMul x k > y", 13, { { 7, 10 }, { 11, 14 } } },
  { "Transpose cube > t perm=I0,-1,1; Squeeze t > k; MatMul x k > y", 13, { { 5, 11 }, { 7, 13 } } },
  { "Add col row > k; MatMul x k > y", 13, { { 8, 11 }, { 10, 13 } } },
  { "Mul m v > k; MatMul x k > y", 13, { { 7, 20 }, { 11, 28 } } },
  { "Concat col col > k axis=i1; MatMul x k > y", 13, { { 5, 5 }, { 7, 7 } } },
  { "Concat row row > k axis=i-2; MatMul x k > y", 13, { { 3, 6 }, { 3, 6 } } },
  { "Constant > s value_ints=I-1,2; Reshape flat s > k; MatMul x k > y", 13, { { 7, 10 }, { 11, 14 } } },
  { "Constant > s value_ints=I0,2; Reshape m s > k; MatMul x k > y", 13, { { 7, 10 }, { 11, 14 } } },
  { "Gemm x m > y transB=i1 alpha=f2", 13, { { 10, 22 }, { 14, 26 } } },
  { "Gemm x m one > y beta=f3", 13, { { 10, 13 }, { 14, 17 } } },
  { "MatMul x col > s; Mul s v > y", 13, { { 5, 10 }, { 7, 14 } } }, /* one column beside many constants */
  { "MatMul x col > s; Add s x > y", 13, { { 6, 7 }, { 6, 11 } } },
  { "MatMul x col > s; Sub x s > y", 13, { { -4, -3 }, { -8, -3 } } },
  { "Mul x x > y", 13, { { 1, 4 }, { 1, 16 } } },
  { "Div x x > y", 13, { { 1, 1 }, { 1, 1 } } },
  { "Div two x > y", 13, { { 2, 1 }, { -2, 0.5 } } },
  { "Sub v x > y", 13, { { 0, 0 }, { 2, -2 } } },
  { "Pow x two > y", 13, { { 1, 4 }, { 1, 16 } } },
  { "Constant > e value_floats=F2,2; MatMul x col > s; Pow s e > y", 13, { { 25, 25 }, { 49, 49 } } },
  { "Flatten cube > k axis=i2; MatMul x k > y", 13, { { 7, 10 }, { 11, 14 } } },
  { "Flatten cube > k axis=i-1; MatMul x k > y", 13, { { 7, 10 }, { 11, 14 } } },
  { "Flatten m > f axis=i2; Constant > s value_ints=I2,2; Reshape f s > k; MatMul x k > y",
    13,
    { { 7, 10 }, { 11, 14 } } },
  { "Reciprocal x > y", 13, { { 1, 0.5 }, { -1, 0.25 } } },
  { "Abs x > a; Log a > l; Exp l > e; Sqrt e > r; Mul r r > y", 13, { { 1, 2 }, { 1, 4 } } },
  { "Clip x one two > y", 13, { { 1, 2 }, { 1, 2 } } },
  { "Clip x - one > y", 13, { { 1, 1 }, { -1, 1 } } },
  { "Max x two > y", 13, { { 2, 2 }, { 2, 4 } } },
  { "Max two v x > y", 13, { { 2, 2 }, { 2, 4 } } }, /* constants first: written as it is read */
  { "MatMul x col > s; Min v s x two > y", 13, { { 1, 2 }, { -1, 2 } } },
  { "Max x x > y", 13, { { 1, 2 }, { -1, 4 } } },
  { "Min x > y", 13, { { 1, 2 }, { -1, 4 } } },
  { "Min x two v > y", 13, { { 1, 2 }, { -1, 2 } } },
  { "ReduceSum x i1 > s; Max s x > y", 13, { { 3, 3 }, { 3, 4 } } },
  { "LogSoftmax x > l axis=i1; Exp l > e; ReduceSum e im1 > s; Add x s > y", 13, { { 2, 3 }, { 0, 5 } } },
  { "LayerNormalization x v > n; Sub n n > z; Add z x > y", 17, { { 1, 2 }, { -1, 4 } } },
  { "Swish x > s alpha=f0; Add s s > y", 22, { { 1, 2 }, { -1, 4 } } },
  { "PRelu x signs > y", 13, { { 1, 2 }, { 1.5, 4 } } },
};

/* What was read is written and read again, and says the same. */
static void check_written(fairu_context *ctx, const fairu_classifier *c, const float *x, const float *y,
                          const char *text)
{
  char path[512];
  float again[4];
  fairu_classifier *back = NULL;
  CHECK_OK(ctx,
           fairu_classifier_export(c, ctx, support_path(path, sizeof path, "form.onnx"), FAIRU_FORMAT_AUTO));
  CHECK_OK(ctx, fairu_classifier_import(ctx, path, NULL, &back));
  CHECK_OK(ctx, fairu_classifier_score(back, ctx, x, 2, 2, NULL, 0, FAIRU_OUTPUT_SCORE, again));
  for (size_t i = 0; i < 4; i++)
    if (fabs((double)again[i] - (double)y[i]) > 1e-5 * (1.0 + fabs((double)y[i])))
      fail_msg("%s: written and read number %zu is %g, not %g", text, i, (double)again[i], (double)y[i]);
  fairu_classifier_destroy(back);
}

static void forms_are_right(void **state)
{
  static const float x[4] = { 1.0F, 2.0F, -1.0F, 4.0F };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
    const form_case *f = &forms[k];
    float y[4];
    int status;
    fairu_classifier *c = import_text(ctx, f->text, f->opset, 2, &status);
    if (status != FAIRU_OK)
      fail_msg("%s: %s", f->text, fairu_context_message(ctx));
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, 2, 2, NULL, 0, FAIRU_OUTPUT_SCORE, y));
    for (size_t i = 0; i < 4; i++)
      if (fabs((double)y[i] - f->at[i / 2][i % 2]) > 1e-5)
        fail_msg("%s: number %zu is %g, not %g", f->text, i, (double)y[i], f->at[i / 2][i % 2]);
    check_written(ctx, c, x, y, f->text);
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

/* ---- refused ------------------------------------------------------------------------------------------ */

typedef struct refused_case {
  const char *text;
  int code;
  const char *says;
} refused_case;

static const refused_case refused[] = {
  { "Tanh v > k; Add x k > y", FAIRU_ERR_UNSUPPORTED, "(Tanh): of the constant 'v'" },
  { "Cast v > k to=i8; Add x k > y", FAIRU_ERR_UNSUPPORTED, "to data_type 8" },
  { "Cast v > k to=i0; Add x k > y", FAIRU_ERR_UNSUPPORTED, "to data_type 0" },
  { "Cast v > k to=i12; Add x k > y", FAIRU_ERR_UNSUPPORTED, "to data_type 12" },
  { "Cast v > k to=f1; Add x k > y", FAIRU_ERR_FORMAT, "to has type 1, not 2" },
  { "Constant > k; Add x k > y", FAIRU_ERR_FORMAT, "0 attributes" },
  { "Constant > k value_float=f1 value_int=i1; Add x k > y", FAIRU_ERR_FORMAT, "2 attributes" },
  { "Constant > k value=i1; Add x k > y", FAIRU_ERR_FORMAT, "attribute value is no tensor" },
  { "Constant > k value_ints=F1; Add x k > y", FAIRU_ERR_FORMAT, "value_ints has type 6, not 7" },
  { "Constant > k value_floats=I1; Add x k > y", FAIRU_ERR_FORMAT, "value_floats has type 7, not 6" },
  { "Add v three > k; Add x k > y", FAIRU_ERR_SHAPE, "'v' and 'three' do not fit each other" },
  { "Flatten x > y axis=i0", FAIRU_ERR_UNSUPPORTED, "axis 0" },
  { "Flatten x > y axis=i2", FAIRU_ERR_UNSUPPORTED, "axis 2" },
  { "Flatten x > y axis=i-3", FAIRU_ERR_UNSUPPORTED, "axis -3" },
  { "Flatten v > k axis=i2; Add x k > y", FAIRU_ERR_UNSUPPORTED, "axis 2" },
  { "MatMul x col > s; Squeeze s > t axes=I1; Flatten t > f axis=i0; Add f x > y", FAIRU_ERR_UNSUPPORTED,
    "axis 0" },
  { "Flatten x > y axis=sa", FAIRU_ERR_FORMAT, "axis has type 3, not 2" },
  { "Reshape v nothing > k; Add x k > y", FAIRU_ERR_NOT_FOUND, "'nothing'" },
  { "Constant > s value_ints=I-1,-1; Reshape v s > k; Add x k > y", FAIRU_ERR_FORMAT,
    "new shape with axis -1" },
  { "Constant > s value_ints=I-2; Reshape v s > k; Add x k > y", FAIRU_ERR_FORMAT, "new shape with axis -2" },
  { "Constant > s value_ints=I3,1; Reshape v s > k; Add x k > y", FAIRU_ERR_SHAPE,
    "has 2 elements an event, its new shape 3" },
  { "Constant > s value_ints=I0,0,0; Reshape v s > k; Add x k > y", FAIRU_ERR_SHAPE, "its new shape 0" },
  { "Constant > s value_ints=I1,1,1,1,1,1,1,1,1; Reshape v s > k; Add x k > y", FAIRU_ERR_UNSUPPORTED,
    "to 9 axes" },
  { "Constant > s value_ints=I4611686018427387904,4611686018427387904,2; Reshape v s > k; Add x k > y",
    FAIRU_ERR_SHAPE, "new shape overflows" },
  { "Reshape x i2 > y", FAIRU_ERR_SHAPE, "'x' has 2 elements an event, its new shape 1" },
  { "Reshape x x > y", FAIRU_ERR_UNSUPPORTED, "'x' is neither initializer nor constant" },
  { "Squeeze v > k axes=I3; Add x k > y", FAIRU_ERR_SHAPE, "axis 3 of 1" },
  { "Squeeze v > k axes=I-2; Add x k > y", FAIRU_ERR_SHAPE, "axis -2 of 1" },
  { "Squeeze x i0 > y", FAIRU_ERR_SHAPE, "axis 0 of 'x' is not 1" },
  { "Squeeze x > y axes=i1", FAIRU_ERR_FORMAT, "axes has type 2, not 7" },
  { "Unsqueeze v > k; Add x k > y", FAIRU_ERR_UNSUPPORTED, "0 axes more" },
  { "Unsqueeze v > k axes=I1,1; Add x k > y", FAIRU_ERR_FORMAT, "an axis is given twice" },
  { "Unsqueeze v > k axes=I0,1,2,3,4,5,6,7; Add x k > y", FAIRU_ERR_UNSUPPORTED, "8 axes more" },
  { "Unsqueeze v > k axes=I5; Add x k > y", FAIRU_ERR_SHAPE, "axis 5 of 2" },
  { "Transpose m > k perm=I0,0; MatMul x k > y", FAIRU_ERR_FORMAT, "no permutation of 2 axes" },
  { "Transpose m > k perm=I0; MatMul x k > y", FAIRU_ERR_FORMAT, "no permutation of 2 axes" },
  { "Transpose m > k perm=I0,2; MatMul x k > y", FAIRU_ERR_SHAPE, "axis 2 of 2" },
  { "Transpose m > k perm=sno; MatMul x k > y", FAIRU_ERR_FORMAT, "perm has type 3, not 7" },
  { "Concat v v > k axis=i1; Add x k > y", FAIRU_ERR_SHAPE, "axis 1 of 1" },
  { "Concat m v > k axis=i0; MatMul x k > y", FAIRU_ERR_SHAPE, "'v' does not fit 'm'" },
  { "Concat m row > k axis=i1; MatMul x k > y", FAIRU_ERR_SHAPE, "'row' does not fit 'm'" },
  { "Concat x x > y axis=i0", FAIRU_ERR_UNSUPPORTED, "axis 0 of 'x' with 2 axes" },
  { "Concat x x > y axis=i2", FAIRU_ERR_SHAPE, "axis 2 of 2" },
  { "Concat x - > y axis=i1", FAIRU_ERR_FORMAT, "input 1 is missing" },
  { "Slice x i0 i1 i1 i2 > y", FAIRU_ERR_UNSUPPORTED, "other than one axis by steps of 1" },
  { "Slice x i0 i1 i1 inone > y", FAIRU_ERR_UNSUPPORTED, "other than one axis by steps of 1" },
  { "Slice x i0 i1 i1 i1m1 > y", FAIRU_ERR_UNSUPPORTED, "other than one axis by steps of 1" },
  { "Slice x inone i1 i1 > y", FAIRU_ERR_UNSUPPORTED, "other than one axis" },
  { "Slice x i01 i1 i1 > y", FAIRU_ERR_UNSUPPORTED, "other than one axis" },
  { "Slice x i0 i01 i1 > y", FAIRU_ERR_UNSUPPORTED, "other than one axis" },
  { "Slice x i0 i1 > y", FAIRU_ERR_UNSUPPORTED, "other than one axis" },
  { "Slice x i0 i1 i0 > y", FAIRU_ERR_UNSUPPORTED, "axis 0 of 'x' with 2 axes" },
  { "Slice x i0 i1 i2 > y", FAIRU_ERR_SHAPE, "axis 2 of 2" },
  { "Slice x i2 i2 i1 > y", FAIRU_ERR_SHAPE, "no columns of 'x'" },
  { "Slice v i0 i1 i1 > k; Add x k > y", FAIRU_ERR_UNSUPPORTED, "'v' is no value of each event" },
  { "Gather x i01 > y axis=i0", FAIRU_ERR_UNSUPPORTED, "axis 0 of 'x'" },
  { "Gather x big > y axis=i1", FAIRU_ERR_SHAPE, "column 9223372036854775807 of 'x', which has 2" },
  { "Gather x i01 > y axis=f1", FAIRU_ERR_FORMAT, "axis has type 1, not 2" },
  { "Gather x inone > y axis=i1", FAIRU_ERR_SHAPE, "no columns of 'x'" },
  { "Unsqueeze i01 > k axes=I0; Gather x k > g axis=i1; Softmax g > y axis=i1", FAIRU_ERR_UNSUPPORTED,
    "axis 1 of a tensor with 3 axes" },
  { "Unsqueeze i01 > k axes=I0; Gather x k > g axis=i1; Add g x > y", FAIRU_ERR_SHAPE,
    "'g' has 3 axes, 'x' 2" },
  { "Unsqueeze i01 > k axes=I0,1,2,3,4,5,6; Gather x k > y axis=i1", FAIRU_ERR_UNSUPPORTED,
    "indices 'k' have 8 axes" },
  { "MatMul x col > s; Squeeze s > t axes=I1; Max t x > y", FAIRU_ERR_SHAPE, "'x' has 2 axes, 't' 1" },
  { "MatMul x col > s; Concat x s > w axis=i1; Min w x > y", FAIRU_ERR_SHAPE, "widths 3 and 2 do not fit" },
  { "Max v two > k; Add x k > y", FAIRU_ERR_UNSUPPORTED, "of constants" },
  { "Max x three > y", FAIRU_ERR_SHAPE, "'three' with 3 elements does not fit 'x'" },
  { "Min x - > y", FAIRU_ERR_FORMAT, "input 1 is missing" },
  { "Clip x v > y", FAIRU_ERR_SHAPE, "min 'v' has 2 elements" },
  { "Clip x one x > y", FAIRU_ERR_UNSUPPORTED, "'x' is neither initializer nor constant" },
  { "Clip x > y max=i1", FAIRU_ERR_FORMAT, "max has type 2, not 1" },
  { "Selu x > y gamma=i1", FAIRU_ERR_FORMAT, "gamma has type 2, not 1" },
  { "Pow x x > y", FAIRU_ERR_UNSUPPORTED, "an exponent that depends on the inputs" },
  { "Pow two x > y", FAIRU_ERR_UNSUPPORTED, "'two' is no value of each event" },
  { "MatMul x col > s; Squeeze s > t axes=I1; Add t x > y", FAIRU_ERR_SHAPE, "'t' has 1 axes, 'x' 2" },
  { "MatMul x col > s; Concat x s > w axis=i1; Add w x > y", FAIRU_ERR_SHAPE, "'w' is 3 wide, 'x' 2" },
  { "MatMul x flat > y", FAIRU_ERR_SHAPE, "weights 'flat' are 4 x 1, the input is 2 wide" },
  { "MatMul x x > y", FAIRU_ERR_UNSUPPORTED, "'x' is neither initializer nor constant" },
  { "MatMul x col > s; Squeeze s > t axes=I1; MatMul t m > y", FAIRU_ERR_SHAPE, "input with 1 axes" },
  { "MatMul x col > s; Squeeze s > t axes=I1; Gemm t m > y", FAIRU_ERR_UNSUPPORTED, "events in columns" },
  { "Gemm x m > y alpha=i1", FAIRU_ERR_FORMAT, "alpha has type 2, not 1" },
  { "Gemm x m > y beta=i1", FAIRU_ERR_FORMAT, "beta has type 2, not 1" },
  { "Gemm x m > y transA=f1", FAIRU_ERR_FORMAT, "transA has type 1, not 2" },
  { "Gemm x m > y transB=f1", FAIRU_ERR_FORMAT, "transB has type 1, not 2" },
  { "Gemm x three > y transB=i1", FAIRU_ERR_SHAPE, "transposed, the input is 2 wide" },
  { "Gemm x m x > y", FAIRU_ERR_UNSUPPORTED, "'x' is neither initializer nor constant" },
  { "Gemm m m > y", FAIRU_ERR_UNSUPPORTED, "'m' is no value of each event" },
  { "BatchNormalization v v v v v > y", FAIRU_ERR_UNSUPPORTED, "'v' is no value of each event" },
  { "BatchNormalization x v v x v > y", FAIRU_ERR_UNSUPPORTED, "'x' is neither initializer nor constant" },
  { "BatchNormalization x v v v v > y epsilon=i1", FAIRU_ERR_FORMAT, "epsilon has type 2, not 1" },
  { "BatchNormalization x v v v v > y training_mode=f1", FAIRU_ERR_FORMAT, "training_mode has type 1" },
  { "BatchNormalization x v v v > y", FAIRU_ERR_FORMAT, "4 inputs" },
  { "LayerNormalization x three > y", FAIRU_ERR_SHAPE, "'three' with 3 elements does not fit 'x'" },
  { "LayerNormalization x x > y", FAIRU_ERR_UNSUPPORTED, "'x' is neither initializer nor constant" },
  { "LayerNormalization x v > y epsilon=i1", FAIRU_ERR_FORMAT, "epsilon has type 2" },
  { "LayerNormalization x v > y axis=f1", FAIRU_ERR_FORMAT, "axis has type 1" },
  { "LayerNormalization x v > y axis=i0", FAIRU_ERR_UNSUPPORTED, "axis 0 of a tensor with 2 axes" },
  { "ai.onnx.ml:Scaler x > y offset=F1,2,3", FAIRU_ERR_SHAPE, "'offset' with 3 elements does not fit 'x'" },
  { "ai.onnx.ml:Scaler x > y scale=I1", FAIRU_ERR_FORMAT, "scale has type 7, not 6" },
  { "ai.onnx.ml:Scaler v > k; Add x k > y", FAIRU_ERR_UNSUPPORTED, "'v' is no value of each event" },
  { "Softmax v > k; Add x k > y", FAIRU_ERR_UNSUPPORTED, "'v' is no value of each event" },
  { "Softmax x > y axis=f1", FAIRU_ERR_FORMAT, "axis has type 1, not 2" },
  { "ReduceMean x > y keepdims=i0 axes=I1", FAIRU_ERR_UNSUPPORTED, "over 1 axes, keepdims 0" },
  { "ReduceMean x > y keepdims=f0", FAIRU_ERR_FORMAT, "keepdims has type 1" },
  { "ReduceSum x i01 > y", FAIRU_ERR_UNSUPPORTED, "over 2 axes, keepdims 1" },
  { "ReduceSum x i0 > y", FAIRU_ERR_UNSUPPORTED, "axis 0 of a tensor" },
  { "ReduceSum x x > y", FAIRU_ERR_UNSUPPORTED, "'x' is neither initializer nor constant" },
  { "PRelu x three > y", FAIRU_ERR_SHAPE, "'three' with 3 elements does not fit 'x'" },
  { "PRelu x x > y", FAIRU_ERR_UNSUPPORTED, "'x' is neither initializer nor constant" },
  { "PRelu v v > k; Add x k > y", FAIRU_ERR_UNSUPPORTED, "'v' is no value of each event" },
  { "Dropout x one one > y", FAIRU_ERR_UNSUPPORTED, "training_mode" },
  { "Dropout x one x > y", FAIRU_ERR_UNSUPPORTED, "'x' is neither initializer nor constant" },
  { "Dropout x > d mask; Add d mask > y", FAIRU_ERR_UNSUPPORTED, "input 'mask' is a label or a mask" },
  { "Gelu x > y approximate=i1", FAIRU_ERR_FORMAT, "approximate has type 2, not 3" },
  { "Gelu x > y approximate=sa\tword-that-is-much-longer-than-a-message-shows", FAIRU_ERR_UNSUPPORTED,
    "'a?word-that-is-much-longer-than-'" },
};

static void what_has_no_meaning_is_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  int wrong = 0;
  for (size_t k = 0; k < sizeof refused / sizeof *refused; k++) {
    const refused_case *r = &refused[k];
    int status;
    fairu_classifier *c = import_text(ctx, r->text, 13, 2, &status);
    if (status != r->code || c || !strstr(fairu_context_message(ctx), r->says)) {
      print_error("%s: %s, '%s'; wanted %s, '%s'\n", r->text, fairu_status_name(status),
                  fairu_context_message(ctx), fairu_status_name(r->code), r->says);
      wrong++;
    }
    fairu_classifier_destroy(c);
  }
  assert_int_equal(wrong, 0);
  fairu_context_destroy(ctx);
}

/* ---- memory ------------------------------------------------------------------------------------------- */

static int import_path(fairu_context *ctx, void *data)
{
  fairu_classifier *c = NULL;
  const int status = fairu_classifier_import(ctx, (const char *)data, NULL, &c);
  fairu_classifier_destroy(c);
  return status;
}

static void memory_may_fail_in_each(void **state)
{
  (void)state;
  char path[512];
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
    made m = made_begin(ctx, forms[k].opset);
    made_port(&m, 11, "x", 2, 1);
    made_port(&m, 12, "y", 2, 1);
    text_initializers(&m);
    text_nodes(&m, forms[k].text);
    assert_true(
        support_every_need_fails(import_path, (void *)(uintptr_t)made_write(&m, path, "memory.onnx")) > 5);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(constants_are_worked_out),
                                      cmocka_unit_test(forms_are_right),
                                      cmocka_unit_test(what_has_no_meaning_is_refused),
                                      cmocka_unit_test(memory_may_fail_in_each) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
