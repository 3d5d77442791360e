/* Files of systematics: every field of every step missing, of each wrong kind and misspelt; nuisances and the file around them. */
#include "cli/program.h"

#include "cli/systematics_config.h"

static const cli_usage usage = { .command = "fairu test", .files = "", .about = "" };

/* Kinds of a field: text, number, flag, list of texts, list of numbers, choice. */
typedef struct field {
  const char *name;
  char kind;
  int required;
  const char *value; /* JSON, one that is right */
} field;

enum { MOST_FIELDS = 12 };

typedef struct step {
  const char *name;
  field fields[MOST_FIELDS];
} step;

/* docs/systematics.md, said once more. */
static const step steps[] = {
  { "rotation",
    { { "nuisance", 't', 1, "\"a\"" },
      { "x", 't', 1, "\"x\"" },
      { "y", 't', 1, "\"y\"" },
      { "reference", 'n', 0, "0.5" } } },
  { "scale", { { "nuisance", 't', 1, "\"a\"" }, { "columns", 'T', 1, "[\"x\", \"y\"]" } } },
  { "shift",
    { { "nuisance", 't', 1, "\"a\"" },
      { "columns", 'T', 1, "[\"x\", \"y\"]" },
      { "steps", 'N', 1, "[1, 2.5]" },
      { "reference", 'n', 0, "-1" } } },
  { "smearing", { { "nuisance", 't', 1, "\"a\"" }, { "columns", 'T', 1, "[\"x\"]" } } },
  { "momentum_scale",
    { { "nuisance", 't', 1, "\"a\"" },
      { "pt", 't', 1, "\"x\"" },
      { "phi", 't', 0, "\"y\"" },
      { "met", 't', 0, "\"m\"" },
      { "met_phi", 't', 0, "\"n\"" },
      { "pt_min", 'n', 0, "20" } } },
  { "met_smearing",
    { { "nuisance", 't', 1, "\"a\"" }, { "met", 't', 1, "\"m\"" }, { "met_phi", 't', 1, "\"n\"" } } },
  { "weight_scale", { { "nuisance", 't', 1, "\"a\"" }, { "labels", 'T', 1, "[\"1\", \"b\"]" } } },
  { "cut", { { "column", 't', 1, "\"x\"" }, { "lower", 'n', 0, "-2" }, { "upper", 'n', 0, "3" } } },
  { "category",
    { { "column", 't', 1, "\"x\"" }, { "edges", 'N', 1, "[0, 1, 2]" }, { "category", 't', 1, "\"k\"" } } },
  { "two_point",
    { { "nuisance", 't', 1, "\"a\"" }, { "up", 't', 1, "\"x\"" }, { "down", 't', 1, "\"y\"" } } },
  { "higgsml",
    { { "tes", 't', 0, "\"a\"" },
      { "jes", 't', 0, "\"b\"" },
      { "soft_met", 't', 0, "\"d\"" },
      { "log_soft_met", 't', 0, NULL },
      { "ttbar_scale", 't', 0, "\"b\"" },
      { "diboson_scale", 't', 0, "\"b\"" },
      { "bkg_scale", 't', 0, "\"b\"" },
      { "cuts", 'f', 0, "false" },
      { "arithmetic", 'c', 0, "\"reference\"" },
      { "generator", 'c', 0, "\"numpy\"" } } },
  { "higgsml2014",
    { { "tes", 't', 0, "\"a\"" },
      { "jes", 't', 0, "\"b\"" },
      { "les", 't', 0, "\"b\"" },
      { "soft_met", 't', 0, "\"d\"" },
      { "bkg_scale", 't', 0, "\"b\"" },
      { "tau_pt_min", 'n', 0, "22.5" } } },
};
enum { N_STEPS = sizeof steps / sizeof *steps };

static const field nuisance_fields[] = {
  { "name", 't', 1, "\"z\"" },       { "prior", 'c', 0, "\"log-normal\"" },
  { "nominal", 'n', 1, "1" },        { "width", 'n', 0, "0.5" },
  { "centre", 'n', 0, "1.5" },       { "lower", 'n', 0, "0.1" },
  { "upper", 'n', 0, "9" },          { "table_z", 'N', 0, NULL },
  { "table_density", 'N', 0, NULL }, { "statistical_origin", 'f', 0, "false" },
};

/* JSON values of all kinds, and the kinds of fields that take them; null is no number, but leaves one as it is. */
static const struct {
  const char *json, *taken_by;
} values[] = {
  { "\"text\"", "t" }, { "1.25", "n" },  { "7", "n" },         { "true", "f" },  { "[]", "" },
  { "{}", "" },        { "null", "n" },  { "[1, \"a\"]", "" }, { "[[1]]", "" },  { "[\"a\"]", "T" },
  { "[1, 2.5]", "N" }, { "[null]", "" }, { "\"\"", "t" },      { "false", "f" }, { "[\"a\", 1]", "" },
};

static const char *wanted_text(char kind)
{
  switch (kind) {
  case 't':
    return "must be a text";
  case 'n':
    return "must be a number";
  case 'f':
    return "must be true or false";
  case 'T':
    return "must be a list of texts";
  case 'N':
    return "must be a list of numbers";
  default:
    return "must be one of ";
  }
}

static size_t count_fields(const field *fields)
{
  size_t n = 0;
  while (n < MOST_FIELDS && fields[n].name)
    n++;
  return n;
}

typedef struct text {
  char bytes[4096];
  size_t n;
} text;

static void put(text *t, const char *a, const char *b, const char *c)
{
  t->n += (size_t)snprintf(t->bytes + t->n, sizeof t->bytes - t->n, "%s%s%s", a, b, c);
  assert_true(t->n < sizeof t->bytes);
}

/* The fields with their values; number `other` with the value `json`, left out if that is NULL. `more` stands behind. */
static void put_fields(text *t, const field *fields, size_t n, size_t other, const char *json,
                       const char *more)
{
  const char *between = t->bytes[t->n - 1] == '{' ? "" : ", ";
  for (size_t i = 0; i < n; i++) {
    const char *value = i == other ? json : fields[i].value;
    if (!value)
      continue;
    put(t, between, "\"", fields[i].name);
    put(t, "\": ", value, "");
    between = ", ";
  }
  if (more)
    put(t, between, more, "");
  put(t, "}", "", "");
}

/* JSON, and what is said of it; message NULL: it is right. */
typedef struct trial {
  const char *json;
  int code;
  const char *message;
} trial;

static void end_command(cli *c)
{
  c->status = 0;
  assert_int_equal(cli_end(c, FAIRU_OK), 0);
}

static void try_all(const trial *cases, size_t n,
                    void (*try_one)(cli *c, const char *json, int code, const char *message))
{
  cli c;
  begin_command(&c, &usage);
  for (size_t i = 0; i < n; i++)
    try_one(&c, cases[i].json, cases[i].code, cases[i].message);
  end_command(&c);
}

static fairu_systematics *make_systematics(cli *c)
{
  static const char *const names[] = { "a", "b", "d" };
  fairu_nuisance list[3];
  fairu_systematics *s = NULL;
  for (size_t i = 0; i < 3; i++) {
    CHECK_OK(c->ctx, fairu_nuisance_init(&list[i], sizeof list[i]));
    list[i].name = names[i];
    list[i].nominal = i < 2 ? 1.0 : 0.0;
    list[i].width = 0.1;
  }
  CHECK_OK(c->ctx, fairu_systematics_create(c->ctx, list, 3, &s));
  return s;
}

/* What a step says of itself in JSON is added or refused; message NULL: it is right. */
static void try_step(cli *c, const char *json, int code, const char *message)
{
  json_t *object = json_loads(json, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
  fairu_systematics *s = make_systematics(c);
  if (!object)
    fail_msg("no JSON: %s", json);
  if (message)
    CHECK_REFUSED(c, code, message, systematics_config_step(c, "file.json: steps[3]", object, s));
  else {
    c->message[0] = '\0';
    if (systematics_config_step(c, "file.json: steps[3]", object, s) != FAIRU_OK)
      fail_msg("%s: %s", json, c->message);
  }
  fairu_systematics_destroy(s);
  json_decref(object);
}

static text step_text(const step *s, size_t other, const char *json, const char *more)
{
  text t = { .n = 0 };
  put(&t, "{\"step\": \"", s->name, "\"");
  put_fields(&t, s->fields, count_fields(s->fields), other, json, more);
  return t;
}

static void steps_that_are_whole(void **state)
{
  (void)state;
  cli c;
  begin_command(&c, &usage);
  for (size_t k = 0; k < N_STEPS; k++) {
    const size_t n = count_fields(steps[k].fields);
    const text whole = step_text(&steps[k], n, NULL, NULL);
    try_step(&c, whole.bytes, FAIRU_OK, NULL);
    /* without what need not be there, too */
    text least = { .n = 0 };
    put(&least, "{\"step\": \"", steps[k].name, "\"");
    field needed[MOST_FIELDS] = { { .name = NULL } };
    for (size_t i = 0; i < n; i++) {
      needed[i] = steps[k].fields[i];
      needed[i].value = needed[i].required ? needed[i].value : NULL;
    }
    put_fields(&least, needed, n, n, NULL, NULL);
    try_step(&c, least.bytes, FAIRU_OK, NULL);
  }
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

static void steps_that_lack_a_field(void **state)
{
  (void)state;
  cli c;
  size_t lacking = 0;
  begin_command(&c, &usage);
  for (size_t k = 0; k < N_STEPS; k++)
    for (size_t i = 0; i < count_fields(steps[k].fields); i++) {
      char message[128];
      if (!steps[k].fields[i].required)
        continue;
      const text t = step_text(&steps[k], i, NULL, NULL);
      snprintf(message, sizeof message, "file.json: steps[3]: lacks \"%s\"", steps[k].fields[i].name);
      try_step(&c, t.bytes, FAIRU_ERR_FORMAT, message);
      assert_string_equal(c.message, message);
      lacking++;
    }
  assert_int_equal(lacking, 24);
  end_command(&c);
}

/* Is the value refused by its kind? Texts of a choice are checked on their own; an empty list is one of both kinds. */
static int is_wrong(char kind, const char *json, const char *taken_by)
{
  if (strcmp(json, "[]") == 0)
    return !strchr("TN", kind);
  return kind == 'c' || !strchr(taken_by, kind);
}

static void steps_with_a_field_of_another_kind(void **state)
{
  (void)state;
  cli c;
  begin_command(&c, &usage);
  for (size_t k = 0; k < N_STEPS; k++)
    for (size_t i = 0; i < count_fields(steps[k].fields); i++)
      for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
        const field *f = &steps[k].fields[i];
        char message[160];
        if (!is_wrong(f->kind, values[v].json, values[v].taken_by))
          continue;
        const text t = step_text(&steps[k], i, values[v].json, NULL);
        snprintf(message, sizeof message, "file.json: steps[3]: \"%s\" %s", f->name, wanted_text(f->kind));
        try_step(&c, t.bytes, FAIRU_ERR_FORMAT, message);
      }
  end_command(&c);
}

/* A name that is misspelt would else be left out without a word. The message lists all that there are, in order. */
static void steps_with_a_field_too_many(void **state)
{
  (void)state;
  static const char *const more[] = { "\"Nuisance\": 1", "\"\": 1", "\"columns \": []", "\"referense\": 1" };
  static const char *const names[] = { "Nuisance", "", "columns ", "referense" };
  cli c;
  begin_command(&c, &usage);
  for (size_t k = 0; k < N_STEPS; k++)
    for (size_t m = 0; m < 4; m++) {
      const size_t n = count_fields(steps[k].fields);
      const text t = step_text(&steps[k], n, NULL, more[m]);
      text wanted = { .n = 0 };
      put(&wanted, "file.json: steps[3]: unknown field \"", names[m], "\"; there are ");
      for (size_t i = 0; i < n; i++)
        put(&wanted, i ? ", " : "", steps[k].fields[i].name, "");
      try_step(&c, t.bytes, FAIRU_ERR_FORMAT, wanted.bytes);
      assert_string_equal(c.message, wanted.bytes);
    }
  end_command(&c);
}

/* What the fields say together, and what only the library knows: place and step lead its message. */
static void steps_that_make_no_sense(void **state)
{
  (void)state;
  static const char beyond_a_double[] = "{\"step\": \"higgsml2014\", \"tau_pt_min\": 1e999}";
  static const trial cases[] = {
    { "[1]", FAIRU_ERR_FORMAT, "file.json: steps[3]: must be an object with a text \"step\"" },
    { "null", FAIRU_ERR_FORMAT, "steps[3]: must be an object with a text" },
    { "{}", FAIRU_ERR_FORMAT, "steps[3]: must be an object with a text" },
    { "{\"step\": 3}", FAIRU_ERR_FORMAT, "steps[3]: must be an object with a text" },
    { "{\"step\": \"\"}", FAIRU_ERR_FORMAT,
      "steps[3]: unknown step \"\"; there are rotation, scale, shift," },
    { "{\"step\": \"Scale\"}", FAIRU_ERR_FORMAT, "unknown step \"Scale\"; there are " },
    { "{\"step\": \"scales\"}", FAIRU_ERR_FORMAT, "category, two_point, higgsml, higgsml2014" },
    { "{\"step\": \"higgsml201\"}", FAIRU_ERR_FORMAT, "unknown step \"higgsml201\"" },
    { "{\"step\": \"shift\", \"nuisance\": \"a\", \"columns\": [\"x\"], \"steps\": [1, 2]}", FAIRU_ERR_SHAPE,
      "file.json: steps[3]: 1 columns, 2 steps" },
    { "{\"step\": \"shift\", \"nuisance\": \"a\", \"columns\": [], \"steps\": []}", FAIRU_ERR_EMPTY,
      "file.json: steps[3] (shift): " },
    { "{\"step\": \"scale\", \"nuisance\": \"a\", \"columns\": []}", FAIRU_ERR_EMPTY, "steps[3] (scale): " },
    { "{\"step\": \"weight_scale\", \"nuisance\": \"a\", \"labels\": []}", FAIRU_ERR_EMPTY,
      "steps[3] (weight_scale): " },
    { "{\"step\": \"scale\", \"nuisance\": \"a\", \"columns\": [\"x\", \"x\"]}", FAIRU_ERR_DUPLICATE,
      "steps[3] (scale): " },
    { "{\"step\": \"rotation\", \"nuisance\": \"e\", \"x\": \"x\", \"y\": \"y\"}", FAIRU_ERR_NOT_FOUND,
      "steps[3] (rotation): " },
    { "{\"step\": \"momentum_scale\", \"nuisance\": \"a\", \"pt\": \"x\", \"met\": \"m\"}", FAIRU_ERR_FORMAT,
      "steps[3]: \"met\" wants \"met_phi\" and \"phi\"" },
    { "{\"step\": \"momentum_scale\", \"nuisance\": \"a\", \"pt\": \"x\", \"phi\": \"y\", \"met_phi\": "
      "\"n\"}",
      FAIRU_ERR_FORMAT, "steps[3]: \"met\" wants \"met_phi\" and \"phi\"" },
    { "{\"step\": \"momentum_scale\", \"nuisance\": \"a\", \"pt\": \"x\", \"met\": \"m\", \"met_phi\": "
      "\"n\"}",
      FAIRU_ERR_FORMAT, "steps[3]: \"met\" wants \"met_phi\" and \"phi\"" },
    { "{\"step\": \"cut\", \"column\": \"x\", \"lower\": 1, \"upper\": 1}", FAIRU_ERR_RANGE,
      "steps[3] (cut): " },
    { "{\"step\": \"category\", \"column\": \"x\", \"edges\": [1, 0], \"category\": \"k\"}", FAIRU_ERR_RANGE,
      "steps[3] (category): " },
    { "{\"step\": \"category\", \"column\": \"x\", \"edges\": [], \"category\": \"k\"}", FAIRU_ERR_EMPTY,
      "steps[3] (category): " },
    { "{\"step\": \"higgsml\", \"arithmetic\": \"fas\"}", FAIRU_ERR_FORMAT,
      "\"arithmetic\" must be one of fast|reference" },
    { "{\"step\": \"higgsml\", \"arithmetic\": \"fast|reference\"}", FAIRU_ERR_FORMAT,
      "\"arithmetic\" must be one of fast|reference" },
    { "{\"step\": \"higgsml\", \"generator\": \"Numpy\"}", FAIRU_ERR_FORMAT,
      "\"generator\" must be one of philox|numpy" },
    { "{\"step\": \"higgsml\", \"soft_met\": \"a\", \"log_soft_met\": \"b\"}", FAIRU_ERR_ARGUMENT,
      "steps[3] (higgsml): " },
    { "{\"step\": \"higgsml\", \"tes\": \"nobody\"}", FAIRU_ERR_NOT_FOUND, "steps[3] (higgsml): " },
  };
  try_all(cases, sizeof cases / sizeof *cases, try_step);
  assert_null(json_loads(beyond_a_double, 0, NULL)); /* no JSON for the reader */
}

/* ---- the file ----------------------------------------------------------------------------------------- */

static void try_file(cli *c, const char *json, int code, const char *message)
{
  char path[512];
  fairu_systematics *s = NULL;
  support_path(path, sizeof path, "chain.json");
  support_write_file(path, json, strlen(json));
  if (message) {
    CHECK_REFUSED(c, code, message, systematics_config_read(c, path, &s));
    CHECK_HAS(c->message, "chain.json"); /* the file is named, whatever is wrong */
    assert_null(s);
  } else {
    c->message[0] = '\0';
    if (systematics_config_read(c, path, &s) != FAIRU_OK)
      fail_msg("%s: %s", json, c->message);
  }
  fairu_systematics_destroy(s);
  remove(path);
}

static void nuisances_by_field(void **state)
{
  (void)state;
  const size_t n = sizeof nuisance_fields / sizeof *nuisance_fields;
  cli c;
  begin_command(&c, &usage);
  for (size_t i = 0; i <= n; i++)
    for (size_t v = 0; v <= sizeof values / sizeof *values; v++) {
      const field *f = i < n ? &nuisance_fields[i] : NULL;
      const char *json = v < sizeof values / sizeof *values ? values[v].json : NULL;
      char message[160] = "";
      text t = { .n = 0 };
      if (f && json && !is_wrong(f->kind, json, values[v].taken_by))
        continue;
      put(&t, "{\"steps\": [], \"nuisances\": [{\"name\": \"first\", \"nominal\": 0}, {", "", "");
      put_fields(&t, nuisance_fields, n, i, json, NULL);
      put(&t, "]}", "", "");
      if (f && json)
        snprintf(message, sizeof message, ": nuisances[1]: \"%s\" %s", f->name, wanted_text(f->kind));
      else if (f && f->required)
        snprintf(message, sizeof message, ": nuisances[1]: lacks \"%s\"", f->name);
      try_file(&c, t.bytes, FAIRU_ERR_FORMAT, *message ? message : NULL);
    }
  end_command(&c);
}

static void files_that_make_no_sense(void **state)
{
  (void)state;
  static const trial cases[] = {
    { "", FAIRU_ERR_FORMAT, "chain.json:1: " },
    { "{\n\"nuisances\": [],\n\"steps\": [}\n", FAIRU_ERR_FORMAT, "chain.json:3: " },
    { "{\"steps\": [], \"steps\": []}", FAIRU_ERR_FORMAT, "chain.json:1: duplicate" },
    { "[]", FAIRU_ERR_FORMAT, "must be an object with \"nuisances\" and \"steps\"" },
    { "{\"steps\": []}", FAIRU_ERR_FORMAT, "\"nuisances\" must be a list" },
    { "{\"nuisances\": {}, \"steps\": []}", FAIRU_ERR_FORMAT, "\"nuisances\" must be a list" },
    { "{\"nuisances\": []}", FAIRU_ERR_FORMAT, "\"steps\" must be a list" },
    { "{\"nuisances\": [], \"steps\": 0}", FAIRU_ERR_FORMAT, "\"steps\" must be a list" },
    { "{\"nuisances\": [], \"steps\": [], \"step\": []}", FAIRU_ERR_FORMAT,
      "unknown field \"step\"; there are nuisances, steps" },
    { "{\"nuisances\": [], \"steps\": [7]}", FAIRU_ERR_FORMAT, ": steps[0]: must be an object" },
    { "{\"nuisances\": [[]], \"steps\": []}", FAIRU_ERR_FORMAT, ": nuisances[0]: must be an object" },
    { "{\"nuisances\": [{\"name\": \"a\", \"nominal\": 1, \"step\": 1}], \"steps\": []}", FAIRU_ERR_FORMAT,
      ": nuisances[0]: unknown field \"step\"; there are name, prior, nominal, width, centre, lower, upper, "
      "table_z, table_density, statistical_origin" },
    { "{\"nuisances\": [{\"name\": \"a\", \"nominal\": 1, \"table_z\": [1, 2]}], \"steps\": []}",
      FAIRU_ERR_SHAPE, ": nuisances[0]: table_z has 2 numbers, table_density 0" },
    { "{\"nuisances\": [{\"name\": \"a\", \"nominal\": 1, \"prior\": \"tabulated\"}], \"steps\": []}",
      FAIRU_ERR_FORMAT, ": nuisances[0]: prior \"tabulated\" wants table_z and table_density" },
    { "{\"nuisances\": [{\"name\": \"a\", \"nominal\": 1, \"width\": -1}], \"steps\": []}", FAIRU_ERR_RANGE,
      "chain.json: " },
    { "{\"nuisances\": [{\"name\": \"a\", \"nominal\": 1}, {\"name\": \"a\", \"nominal\": 1}], \"steps\": "
      "[]}",
      FAIRU_ERR_DUPLICATE, "chain.json: " },
    { "{\"nuisances\": [{\"name\": \"a\", \"nominal\": 2, \"lower\": 0, \"upper\": 1}], \"steps\": []}",
      FAIRU_ERR_RANGE, "chain.json: " },
    { "{\"nuisances\": [], \"steps\": [{\"step\": \"cut\", \"column\": \"x\"}, {\"step\": \"none\"}]}",
      FAIRU_ERR_FORMAT, ": steps[1]: unknown step \"none\"" },
    { "{\"nuisances\": [], \"steps\": []}", FAIRU_OK, NULL },
  };
  cli c;
  try_all(cases, sizeof cases / sizeof *cases, try_file);
  begin_command(&c, &usage);
  fairu_systematics *s = NULL;
  CHECK_REFUSED(&c, FAIRU_ERR_IO, "/no/such/file.json",
                systematics_config_read(&c, "/no/such/file.json", &s));
  assert_null(s);
  end_command(&c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(steps_that_are_whole),
    cmocka_unit_test(steps_that_lack_a_field),
    cmocka_unit_test(steps_with_a_field_of_another_kind),
    cmocka_unit_test(steps_with_a_field_too_many),
    cmocka_unit_test(steps_that_make_no_sense),
    cmocka_unit_test(nuisances_by_field),
    cmocka_unit_test(files_that_make_no_sense),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
