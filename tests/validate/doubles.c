/* doubles.c: C2, doubles as text and back: random bit patterns, denormals, halfway cases of 800 digits, other locales, rounding modes, FTZ and DAZ. */
#include <fenv.h>
#include <locale.h>

#include "base/double_text.h"
#include "events/number.h"
#include "numeric/philox.h"
#include "validate/table.h"
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

enum { DIGITS = 1200 };

static double of_bits(uint64_t bits)
{
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint64_t bits_of(double value)
{
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* Finite patterns all over; a quarter of them denormal. */
static double random_double(fairu_philox *rng)
{
  uint64_t bits = fairu_philox__u64(rng);
  if (fairu_philox__u32(rng) % 4 == 0)
    bits &= ~(UINT64_C(0x7ff) << 52);
  return isfinite(of_bits(bits)) ? of_bits(bits) : 1.0;
}

/* Texts read back with other bits, or (to nearest) read other than strtod does. *off: as neighbours. */
static uint64_t wrong_of(uint64_t seed, uint64_t n, locale_t c, int beside_strtod, uint64_t *off)
{
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 0);
  uint64_t wrong = 0;
  for (uint64_t i = 0; i < n; i++) {
    const double value = random_double(&rng);
    char text[64];
    double back = 0.0;
    size_t size = fairu_double__text(value, text);
    if (i % 4 == 1) { /* more digits than needed, and others' exponents */
      size = (size_t)snprintf(text, sizeof text, "%.*e", (int)(17 + i % 9), value);
      for (char *p = text; *p; p++)
        *p = *p == ',' ? '.' : *p;
    }
    const int status = fairu_number__double(text, size, c, &back);
    const uint64_t is = bits_of(back), was = bits_of(value);
    if (status == FAIRU_NUMBER_OK && (is + 1 == was || was + 1 == is))
      ++*off;
    else
      wrong +=
          status != FAIRU_NUMBER_OK || is != was || (beside_strtod && bits_of(strtod_l(text, NULL, c)) != is);
  }
  return wrong;
}

static void patterns(validation *v, locale_t c)
{
  static const struct {
    const char *name;
    int rounding, flush;
  } modes[] = { { "to nearest", FE_TONEAREST, 0 },
                { "upward", FE_UPWARD, 0 },
                { "downward", FE_DOWNWARD, 0 },
                { "towards zero", FE_TOWARDZERO, 0 },
                { "to nearest, FTZ and DAZ", FE_TONEAREST, 1 } };
  static const char *const locales[] = { "C", "de_DE.UTF-8" };
  table_begin(
      "C2", "Doubles written and read back: random bit patterns, a quarter denormal",
      "to nearest, FTZ and DAZ or not: the same bits for every one, those of strtod; in other rounding modes "
      "the same or a neighbour: text is rounded as the host asks");
  for (size_t l = 0; l < 2; l++)
    for (size_t m = 0; m < sizeof modes / sizeof *modes; m++) {
      const uint64_t n = v->quick ? 20000 : m == 0 && l == 0 ? 10000000 : 1000000;
      if (!setlocale(LC_ALL, locales[l]))
        continue;
#if defined(__x86_64__)
      const unsigned control = _mm_getcsr();
      if (modes[m].flush)
        _mm_setcsr(control | 0x8040u);
#else
      if (modes[m].flush)
        continue;
#endif
      (void)fesetround(modes[m].rounding);
      uint64_t off = 0;
      const uint64_t wrong = wrong_of(91 + m, n, c, m == 0, &off);
      (void)fesetround(FE_TONEAREST);
#if defined(__x86_64__)
      _mm_setcsr(control);
#endif
      (void)setlocale(LC_ALL, "C");
      table_row(
          v, wrong == 0 && (off == 0 || modes[m].rounding != FE_TONEAREST),
          "\"locale\": \"%s\", \"rounding\": \"%s\", \"doubles\": %llu, \"came back as a neighbour\": %llu, "
          "\"wrong\": %llu",
          locales[l], modes[m].name, (unsigned long long)n, (unsigned long long)off,
          (unsigned long long)wrong);
    }
}

/* The exact decimal digits of the middle between x and the next double: 2^-1075 takes 750 of them. */
static size_t halfway(double x, char text[DIGITS])
{
  const long double middle = ((long double)x + (long double)nextafter(x, HUGE_VAL)) / 2.0L;
  return (size_t)snprintf(text, DIGITS, "%.*Le", 800, middle);
}

/* Exactly halfway: to even. One more at the end of 800 digits: up. One less: down. */
static void halves(validation *v, locale_t c)
{
  const int n = v->quick ? 200 : 20000;
  fairu_philox rng = fairu_philox__start(92, FAIRU_STREAM_USER, 0, 0);
  int wrong = 0;
  for (int i = 0; i < n; i++) {
    double x = fabs(random_double(&rng)), back[3] = { 0.0 };
    char text[DIGITS];
    if (!(x < 1e308))
      continue;
    const double next = nextafter(x, HUGE_VAL), even = bits_of(x) % 2 ? next : x;
    const size_t size = halfway(x, text);
    char *end = strchr(text, 'e') - 1, copy[DIGITS];
    const double wanted[3] = { even, next, x };
    memcpy(copy, text, size + 1);
    wrong += fairu_number__double(copy, size, c, &back[0]) != FAIRU_NUMBER_OK;
    *end = (char)(*end + 1); /* a last digit that was 0 */
    memcpy(copy, text, size + 1);
    wrong += fairu_number__double(copy, size, c, &back[1]) != FAIRU_NUMBER_OK;
    for (*end = '9', end--; *end == '0'; end--) /* one less: borrow */
      *end = '9';
    if (*end != '.')
      --*end;
    memcpy(copy, text, size + 1);
    wrong += fairu_number__double(copy, size, c, &back[2]) != FAIRU_NUMBER_OK;
    for (int k = 0; k < 3; k++)
      wrong += bits_of(back[k]) != bits_of(wanted[k]);
  }
  table_begin("C2", "Middles between neighbouring doubles in 801 digits, and a last digit above and below",
              "to even, up, down: correctly rounded");
  table_row(v, wrong == 0, "\"middles\": %d, \"wrong\": %d", n, wrong);
}

static void named(validation *v, locale_t c)
{
  static const struct {
    const char *text;
    uint64_t bits;
  } cases[] = { { "2.2250738585072011e-308", UINT64_C(0x000fffffffffffff) },
                { "2.2250738585072014e-308", UINT64_C(0x0010000000000000) },
                { "4.9406564584124654e-324", 1 },
                { "2.4703282292062327208e-324", 0 },
                { "2.4703282292062327209e-324", 1 },
                { "1.7976931348623157e308", UINT64_C(0x7fefffffffffffff) },
                { "9007199254740993", UINT64_C(0x4340000000000000) },
                { "9007199254740993.00000000000000000001", UINT64_C(0x4340000000000001) },
                { "0.1", UINT64_C(0x3fb999999999999a) },
                { "-0.0", UINT64_C(0x8000000000000000) } };
  table_begin("C2", "Texts that readers have stumbled over", "the nearest double");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[64];
    double value = NAN;
    const size_t size = (size_t)snprintf(text, sizeof text, "%s", cases[i].text);
    const int status = fairu_number__double(text, size, c, &value);
    table_row(v, status == FAIRU_NUMBER_OK && bits_of(value) == cases[i].bits,
              "\"text\": \"%s\", \"bits\": \"%016llx\"", cases[i].text, (unsigned long long)bits_of(value));
  }
}

int main(int argc, char **argv)
{
  validation v = validation_of(argc, argv);
  locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  patterns(&v, c);
  halves(&v, c);
  named(&v, c);
  freelocale(c);
  return v.failed > 0;
}
