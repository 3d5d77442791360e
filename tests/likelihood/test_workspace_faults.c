/* What is wrong in a workspace is refused with a code and the place; what only looks wrong is not. */
#include <jansson.h>

#include "likelihood/workspace_made.h"

typedef struct fault {
  const char *old, *new;
  int code;
  const char *place; /* part of the message */
} fault;

/* ---- the document -------------------------------------------------------------------------------------- */

#define SR "/channels/0"
#define BKG "/channels/0/samples/1"
#define LUMI_CONFIG "/measurements/0/config/parameters/0"

static const fault document_faults[] = {
  { "{'version'", "['version'", FAIRU_ERR_FORMAT, "w.json:1:" },
  { "'version':'1.0.0',", "", FAIRU_ERR_FORMAT, "w.json: key \"version\" is missing" },
  { "'version':'1.0.0',", "'version':'1.0.1',", FAIRU_ERR_VERSION, "/version: " },
  { "'version':'1.0.0',", "'version':1,", FAIRU_ERR_FORMAT, "/version: wanted a string" },
  { "'version':'1.0.0',", "'version':'1.0.0','version':'1.0.0',", FAIRU_ERR_DUPLICATE, "occurs twice" },
  { "'version':'1.0.0',", "'version':'1.0.0','toys':[],", FAIRU_ERR_FORMAT, "unknown key \"toys\"" },
  { "'channels':[", "'Channels':[", FAIRU_ERR_FORMAT, "unknown key \"Channels\"" },
  { "'measurements':[", "'measurement':[", FAIRU_ERR_FORMAT, "unknown key \"measurement\"" },
  { "]}}]}", "]}}]", FAIRU_ERR_TRUNCATED, "w.json:1:" },
  { "]}}]}", "]}}]} x", FAIRU_ERR_FORMAT, "w.json:1:" },
  { "]}}]}", "]}}],'distributions':[]}", FAIRU_ERR_UNSUPPORTED, "" },
  { "[5,6]", "[5,NaN]", FAIRU_ERR_FORMAT, "w.json:1:" },
  { "[5,6]", "[5,1e999]", FAIRU_ERR_FORMAT, "w.json:1:" },
  /* channels and samples */
  { "'name':'CR','samples'", "'name':'SR','samples'", FAIRU_ERR_DUPLICATE, "/channels/1/name: " },
  { "'name':'CR','samples'", "'name':'','samples'", FAIRU_ERR_FORMAT, "/channels/1/name: " },
  { "'name':'CR','samples'", "'samples'", FAIRU_ERR_FORMAT, "/channels/1: key \"name\"" },
  { "'name':'CR','samples'", "'name':7,'samples'", FAIRU_ERR_FORMAT, "/channels/1/name: wanted a string" },
  { "'name':'CR','samples'", "'name':'CR','bins':1,'samples'", FAIRU_ERR_FORMAT, "/channels/1: unknown key" },
  { "{'name':'CR',", "3,{'name':'CR',", FAIRU_ERR_FORMAT, "/channels/1: wanted an object" },
  { "{'name':'k','type':'normfactor','data':null}]}]}]",
    "{'name':'k','type':'normfactor','data':null}]}]},{'name':'VR','samples':[]}]", FAIRU_ERR_SHAPE,
    "/channels/2/samples: " },
  { "'name':'sig','data'", "'name':'bkg','data'", FAIRU_ERR_DUPLICATE, BKG "/name: " },
  { "'name':'sig','data':[5,6]", "'name':'sig'", FAIRU_ERR_FORMAT, SR "/samples/0: key \"data\"" },
  { "'name':'sig','data':[5,6]", "'name':'sig','data':[]", FAIRU_ERR_SHAPE, SR "/samples/0/data: " },
  { "'name':'sig','data':[5,6]", "'name':'sig','data':5", FAIRU_ERR_FORMAT,
    SR "/samples/0/data: wanted an array" },
  { "'name':'sig','data':[5,6]", "'name':'sig','data':[5,'6']", FAIRU_ERR_FORMAT,
    SR "/samples/0/data/1: wanted a number" },
  { "'name':'sig','data':[5,6]", "'name':'sig','data':[5,true]", FAIRU_ERR_FORMAT,
    SR "/samples/0/data/1: wanted a number, found true" },
  { "'name':'sig','data':[5,6]", "'name':'sig','data':[5,null]", FAIRU_ERR_FORMAT, SR "/samples/0/data/1: " },
  { "'name':'bkg','data':[50,60]", "'name':'bkg','data':[50]", FAIRU_ERR_SHAPE,
    BKG "/data: 1 numbers for the 2 bins" },
  { "'name':'bkg','data':[50,60]", "'name':'bkg','data':[50,60,70]", FAIRU_ERR_SHAPE,
    BKG "/data: 3 numbers" },
  { "'name':'bkg','data':[50,60]", "'name':'bkg','data':[[50],60]", FAIRU_ERR_FORMAT, BKG "/data/0: " },
  { ",'modifiers':[{'name':'mu','type':'normfactor','data':null}]", "", FAIRU_ERR_FORMAT,
    SR "/samples/0: key \"modifiers\"" },
  { "'modifiers':[{'name':'mu','type':'normfactor','data':null}]", "'modifiers':null", FAIRU_ERR_FORMAT,
    SR "/samples/0/modifiers: " },
  /* observations */
  { "{'name':'SR','data':[52,66]}", "{'name':'SR'}", FAIRU_ERR_FORMAT, "/observations/0: key \"data\"" },
  { "{'name':'SR','data':[52,66]}", "{'name':'SR','data':[]}", FAIRU_ERR_SHAPE, "/observations/0/data: " },
  { "{'name':'SR','data':[52,66]}", "{'name':'SR','data':[52,false]}", FAIRU_ERR_FORMAT,
    "/observations/0/data/1: " },
  { "{'name':'SR','data':[52,66]}", "{'name':'SR','data':[52,66],'unit':1}", FAIRU_ERR_FORMAT,
    "/observations/0: unknown key" },
  { "{'name':'SR','data':[52,66]}", "{'name':'CR','data':[52,66]}", FAIRU_ERR_DUPLICATE,
    "/observations/1/name: " },
  { "'observations':[{'name':'SR','data':[52,66]},{'name':'CR','data':[101]}]", "'observations':[]",
    FAIRU_ERR_SHAPE, "/observations: " },
  { "{'name':'SR','data':[52,66]}", "{'name':'XR','data':[52,66]}", FAIRU_ERR_NOT_FOUND,
    "/observations: no observation of channel \"SR\"" },
  { "{'name':'SR','data':[52,66]}", "{'name':'SR','data':[52]}", FAIRU_ERR_SHAPE,
    "/observations/0/data: 1 numbers" },
  { "{'name':'SR','data':[52,66]}", "{'name':'SR','data':[52,66,1]}", FAIRU_ERR_SHAPE,
    "/observations/0/data: 3 numbers" },
  { "{'name':'SR','data':[52,66]}", "{'name':'SR','data':[52,-1]}", FAIRU_ERR_RANGE,
    "/observations/0/data/1: " },
};

/* ---- modifiers ----------------------------------------------------------------------------------------- */

static const fault modifier_faults[] = {
  { "'type':'normsys'", "'type':'overallsys'", FAIRU_ERR_FORMAT,
    BKG "/modifiers/0/type: unknown type of modifier \"overallsys\"" },
  { "'type':'normsys'", "'type':3", FAIRU_ERR_FORMAT, BKG "/modifiers/0/type: " },
  { "'type':'normsys',", "", FAIRU_ERR_FORMAT, BKG "/modifiers/0: key \"type\"" },
  { "{'name':'xs','type'", "{'type'", FAIRU_ERR_FORMAT, BKG "/modifiers/0: key \"name\"" },
  { "{'name':'xs','type'", "{'name':'','type'", FAIRU_ERR_FORMAT, BKG "/modifiers/0/name: " },
  { "{'name':'xs','type'", "{'name':'xs','code':4,'type'", FAIRU_ERR_FORMAT,
    BKG "/modifiers/0: unknown key \"code\"" },
  { "{'name':'xs','type'", "'xs',{'name':'xs','type'", FAIRU_ERR_FORMAT,
    BKG "/modifiers/0: wanted an object" },
  { "{'hi':1.1,'lo':0.9}", "{'hi':1.1}", FAIRU_ERR_FORMAT, BKG "/modifiers/0/data: key \"lo\"" },
  { "{'hi':1.1,'lo':0.9}", "{'hi':1.1,'lo':'0.9'}", FAIRU_ERR_FORMAT, BKG "/modifiers/0/data/lo: " },
  { "{'hi':1.1,'lo':0.9}", "{'hi':1.1,'lo':0.9,'mid':1}", FAIRU_ERR_FORMAT,
    BKG "/modifiers/0/data: unknown key" },
  { "{'hi':1.1,'lo':0.9}", "[1.1,0.9]", FAIRU_ERR_FORMAT, BKG "/modifiers/0/data: wanted an object" },
  { "{'hi':1.1,'lo':0.9}", "null", FAIRU_ERR_FORMAT, BKG "/modifiers/0/data: " },
  { "{'hi':1.1,'lo':0.9}", "{'hi':1.1,'lo':0}", FAIRU_ERR_RANGE, BKG "/modifiers/0/data/lo: " },
  { "{'hi':1.1,'lo':0.9}", "{'hi':-1.1,'lo':0.9}", FAIRU_ERR_RANGE, BKG "/modifiers/0/data/hi: " },
  { "'hi_data':[51,62]", "'hi_data':[51]", FAIRU_ERR_SHAPE, BKG "/modifiers/1/data/hi_data: " },
  { "'lo_data':[49,58]", "'lo_data':[49,58,67]", FAIRU_ERR_SHAPE, BKG "/modifiers/1/data/lo_data: " },
  { "'lo_data':[49,58]", "'lo_data':[49,{}]", FAIRU_ERR_FORMAT, BKG "/modifiers/1/data/lo_data/1: " },
  { ",'lo_data':[49,58]", "", FAIRU_ERR_FORMAT, BKG "/modifiers/1/data: key \"lo_data\"" },
  { "'name':'lumi','type':'lumi','data':null", "'name':'luminosity','type':'lumi','data':null",
    FAIRU_ERR_FORMAT, BKG "/modifiers/2/name: " },
  { "'name':'lumi','type':'lumi','data':null", "'name':'lumi','type':'lumi','data':0.02", FAIRU_ERR_FORMAT,
    BKG "/modifiers/2/data: wanted null" },
  { "'type':'staterror','data':[3,4]", "'type':'staterror','data':[3]", FAIRU_ERR_SHAPE,
    BKG "/modifiers/3/data: " },
  { "'type':'staterror','data':[3,4]", "'type':'staterror','data':null", FAIRU_ERR_FORMAT,
    BKG "/modifiers/3/data: wanted an array" },
  { "'type':'shapesys','data':[7,8]", "'type':'shapesys','data':[7,8,9]", FAIRU_ERR_SHAPE,
    BKG "/modifiers/4/data: " },
  { "'type':'shapesys','data':[7,8]", "'type':'shapesys','data':[]", FAIRU_ERR_SHAPE,
    BKG "/modifiers/4/data: " },
  { "'type':'shapefactor','data':null", "'type':'shapefactor','data':[1,1]", FAIRU_ERR_FORMAT,
    BKG "/modifiers/5/data: wanted null" },
  { "'name':'mu','type':'normfactor','data':null", "'name':'mu','type':'normfactor','data':1",
    FAIRU_ERR_FORMAT, SR "/samples/0/modifiers/0/data: wanted null" },
  { "'name':'mu','type':'normfactor','data':null", "'name':'mu','type':'normfactor'", FAIRU_ERR_FORMAT,
    SR "/samples/0/modifiers/0: key \"data\"" },
  /* sharing */
  { "{'name':'xs','type'", "{'name':'xs','type':'normsys','data':{'hi':1.2,'lo':0.8}},{'name':'xs','type'",
    FAIRU_ERR_DUPLICATE, BKG "/modifiers/1: a second modifier \"xs\" of type normsys" },
  { "{'name':'xs','type'", "{'name':'mu','type'", FAIRU_ERR_ARGUMENT,
    SR "/samples/0/modifiers/0: a normfactor cannot share the name \"mu\" with a normsys" },
  { "{'name':'shape','type'", "{'name':'k','type'", FAIRU_ERR_ARGUMENT,
    BKG "/modifiers/1: a histosys cannot share the name \"k\" with a normfactor" },
  { "{'name':'st','type'", "{'name':'count','type'", FAIRU_ERR_ARGUMENT,
    "a staterror cannot share the name \"count\" with a shapesys" },
  { "{'name':'free','type'", "{'name':'st','type'", FAIRU_ERR_ARGUMENT, "cannot share the name \"st\"" },
  { "{'name':'lumi','type':'lumi','data':null}",
    "{'name':'lumi','type':'normfactor','data':null},{'name':'lumi','type':'lumi','data':null}",
    FAIRU_ERR_ARGUMENT, BKG "/modifiers/2: " },
  { "{'name':'k','type':'normfactor','data':null}", "{'name':'count','type':'shapesys','data':[3]}",
    FAIRU_ERR_DUPLICATE, BKG "/modifiers/4: a second shapesys \"count\"" },
  { "{'name':'k','type':'normfactor','data':null}", "{'name':'free','type':'shapefactor','data':null}",
    FAIRU_ERR_SHAPE, BKG "/modifiers/5: shapefactor \"free\"" },
  { "{'name':'mu','type':'normfactor','data':null}",
    "{'name':'mu','type':'normfactor','data':null},{'name':'free[1]','type':'normfactor','data':null}",
    FAIRU_ERR_DUPLICATE, BKG "/modifiers/5: a second parameter with the name \"free[1]\"" },
};

/* ---- measurements -------------------------------------------------------------------------------------- */

#define PARAMETERS "'parameters':["

static const fault measurement_faults[] = {
  { "'measurements':[{", "'measurements':[],'x':[{", FAIRU_ERR_FORMAT, "unknown key \"x\"" },
  { "'measurements':[{", "'measurements':[0,{", FAIRU_ERR_FORMAT, "/measurements/0: wanted an object" },
  { "{'name':'m','config'", "{'config'", FAIRU_ERR_FORMAT, "/measurements/0: key \"name\"" },
  { "{'name':'m','config'", "{'name':'m','toy':0,'config'", FAIRU_ERR_FORMAT,
    "/measurements/0: unknown key" },
  { "{'poi':'mu',", "{", FAIRU_ERR_FORMAT, "/measurements/0/config: key \"poi\"" },
  { "{'poi':'mu',", "{'poi':null,", FAIRU_ERR_FORMAT, "/measurements/0/config/poi: wanted a string" },
  { "{'poi':'mu',", "{'poi':'mu_SIG',", FAIRU_ERR_NOT_FOUND, "/measurements/0/config/poi: " },
  { "{'poi':'mu',", "{'poi':'st',", FAIRU_ERR_ARGUMENT, "/measurements/0/config/poi: " },
  { "{'poi':'mu',", "{'poi':'st[2]',", FAIRU_ERR_NOT_FOUND, "/measurements/0/config/poi: " },
  { "{'poi':'mu',", "{'poi':'mu','pois':[],", FAIRU_ERR_FORMAT, "/measurements/0/config: unknown key" },
  { PARAMETERS, "'parameters':{},'x':[", FAIRU_ERR_FORMAT, "/measurements/0/config: unknown key" },
  { PARAMETERS, PARAMETERS "{'inits':[1]},", FAIRU_ERR_FORMAT, LUMI_CONFIG ": key \"name\"" },
  { PARAMETERS, PARAMETERS "{'name':'mu','init':[1]},", FAIRU_ERR_FORMAT,
    LUMI_CONFIG ": unknown key \"init\"" },
  { PARAMETERS, PARAMETERS "{'name':'mu','inits':1},", FAIRU_ERR_FORMAT,
    LUMI_CONFIG "/inits: wanted an array" },
  { PARAMETERS, PARAMETERS "{'name':'mu','inits':[]},", FAIRU_ERR_SHAPE, LUMI_CONFIG "/inits: " },
  { PARAMETERS, PARAMETERS "{'name':'mu','inits':[1,1]},", FAIRU_ERR_SHAPE,
    LUMI_CONFIG "/inits: 2 elements" },
  { PARAMETERS, PARAMETERS "{'name':'mu','inits':['1']},", FAIRU_ERR_FORMAT, LUMI_CONFIG "/inits/0: " },
  { PARAMETERS, PARAMETERS "{'name':'mu','inits':[20]},", FAIRU_ERR_RANGE,
    LUMI_CONFIG "/inits/0: start value 20 of \"mu\"" },
  { PARAMETERS, PARAMETERS "{'name':'mu','bounds':[[2,3]]},", FAIRU_ERR_RANGE,
    LUMI_CONFIG "/bounds/0: start value 1 of \"mu\"" },
  { PARAMETERS, PARAMETERS "{'name':'mu','bounds':[[3,2]]},", FAIRU_ERR_RANGE,
    LUMI_CONFIG "/bounds/0: lower bound 3" },
  { PARAMETERS, PARAMETERS "{'name':'mu','bounds':[0,5]},", FAIRU_ERR_FORMAT,
    LUMI_CONFIG "/bounds/0: wanted an array" },
  { PARAMETERS, PARAMETERS "{'name':'mu','bounds':[[0]]},", FAIRU_ERR_SHAPE,
    LUMI_CONFIG "/bounds/0: wanted a pair" },
  { PARAMETERS, PARAMETERS "{'name':'mu','bounds':[[0,5,9]]},", FAIRU_ERR_SHAPE,
    LUMI_CONFIG "/bounds/0: wanted a pair" },
  { PARAMETERS, PARAMETERS "{'name':'mu','bounds':[[0,5],[0,5]]},", FAIRU_ERR_SHAPE,
    LUMI_CONFIG "/bounds: 2 elements" },
  { PARAMETERS, PARAMETERS "{'name':'st','bounds':[[0,5]]},", FAIRU_ERR_SHAPE,
    LUMI_CONFIG "/bounds: 1 elements" },
  { PARAMETERS, PARAMETERS "{'name':'mu','fixed':1},", FAIRU_ERR_FORMAT,
    LUMI_CONFIG "/fixed: wanted true or false" },
  { PARAMETERS, PARAMETERS "{'name':'st','fixed':[true,false]},", FAIRU_ERR_FORMAT, LUMI_CONFIG "/fixed: " },
  { PARAMETERS, PARAMETERS "{'name':'mu','fixed':true,'inits':[-1]},", FAIRU_ERR_RANGE,
    LUMI_CONFIG "/inits/0: " },
  { PARAMETERS, PARAMETERS "{'name':'mu','sigmas':[1]},", FAIRU_ERR_ARGUMENT,
    LUMI_CONFIG "/sigmas: \"mu\" is a normfactor" },
  { PARAMETERS, PARAMETERS "{'name':'xs','sigmas':[2]},", FAIRU_ERR_ARGUMENT,
    LUMI_CONFIG "/sigmas: \"xs\" is a normsys" },
  { PARAMETERS, PARAMETERS "{'name':'st','factors':[2,2]},", FAIRU_ERR_ARGUMENT,
    LUMI_CONFIG "/factors: \"st\" is a staterror" },
  { PARAMETERS, PARAMETERS "{'name':'count','sigmas':[2,2]},", FAIRU_ERR_ARGUMENT,
    LUMI_CONFIG "/sigmas: \"count\" is a shapesys" },
  { PARAMETERS, PARAMETERS "{'name':'free','auxdata':[2,2]},", FAIRU_ERR_ARGUMENT,
    LUMI_CONFIG "/auxdata: \"free\" is a shapefactor" },
  { PARAMETERS, PARAMETERS "{'name':'st','sigmas':[0.1,0]},", FAIRU_ERR_RANGE, LUMI_CONFIG "/sigmas/1: " },
  { PARAMETERS, PARAMETERS "{'name':'count','factors':[50,-1]},", FAIRU_ERR_RANGE,
    LUMI_CONFIG "/factors/1: " },
  { PARAMETERS, PARAMETERS "{'name':'count','auxdata':[-1,50]},", FAIRU_ERR_RANGE,
    LUMI_CONFIG "/auxdata/0: " },
  { PARAMETERS, PARAMETERS "{'name':'count','auxdata':[50]},", FAIRU_ERR_SHAPE,
    LUMI_CONFIG "/auxdata: 1 elements" },
  { PARAMETERS, PARAMETERS "{'name':'mu'},{'name':'mu'},", FAIRU_ERR_DUPLICATE,
    "/parameters/1/name: a second configuration of \"mu\"" },
  { PARAMETERS, PARAMETERS "{'name':'none'},{'name':'none'},", FAIRU_ERR_DUPLICATE, "/parameters/1/name: " },
  { "'inits':[1.0],", "", FAIRU_ERR_NOT_FOUND, LUMI_CONFIG ": \"lumi\" needs inits" },
  { "'bounds':[[0.5,1.5]],", "", FAIRU_ERR_NOT_FOUND, LUMI_CONFIG ": \"lumi\" needs bounds" },
  { "'auxdata':[1.0],", "", FAIRU_ERR_NOT_FOUND, LUMI_CONFIG ": \"lumi\" needs auxdata" },
  { PARAMETERS "{'name':'lumi'", PARAMETERS "{'name':'lum'", FAIRU_ERR_NOT_FOUND,
    "/config/parameters: \"lumi\" needs inits" },
  { "'sigmas':[0.02]", "'sigmas':[-0.02]", FAIRU_ERR_RANGE, LUMI_CONFIG "/sigmas/0: " },
};

/* ---- what must pass ------------------------------------------------------------------------------------ */

static const fault no_faults[] = {
  { NULL, NULL, FAIRU_OK, "" },
  { PARAMETERS, PARAMETERS "{'name':'mu_BG','fixed':true,'sigmas':[3],'inits':[1,2]},", FAIRU_OK, "" },
  { "{'name':'CR','data':[101]}", "{'name':'CR','data':[101]},{'name':'VR','data':[-1,2,3]}", FAIRU_OK, "" },
  { "{'poi':'mu',", "{'poi':'',", FAIRU_OK, "" },
  { "{'poi':'mu',", "{'poi':'xs',", FAIRU_OK, "" },
  { "{'poi':'mu',", "{'poi':'st[1]',", FAIRU_OK, "" },
  { ",'sigmas':[0.02]", "", FAIRU_OK, "" },
  { "{'name':'shape','type'", "{'name':'xs','type'", FAIRU_OK, "" },
  { "'name':'sig','data':[5,6]", "'name':'sig','data':[-500,6]", FAIRU_OK, "" },
  { "{'name':'SR','data':[52,66]}", "{'name':'SR','data':[52.5,0]}", FAIRU_OK, "" },
  { "'type':'staterror','data':[3,4]", "'type':'staterror','data':[-3,0]", FAIRU_OK, "" },
  { "'type':'shapesys','data':[7,8]", "'type':'shapesys','data':[0,-8]", FAIRU_OK, "" },
  { "[5,6]", "[5,9223372036854775808]", FAIRU_OK, "" },
  { "{'name':'k','type':'normfactor','data':null}", "", FAIRU_OK, "" },
};

/* ---- checks -------------------------------------------------------------------------------------------- */

static int is_as_told(const fault *f)
{
  fairu_context *ctx = support_context();
  char *json = workspace_text(WORKSPACE_TEXT, f->old, f->new);
  const int status = workspace_try(ctx, json, strlen(json));
  const int right = status == f->code && strstr(fairu_context_message(ctx), f->place) != NULL &&
                    (status == FAIRU_OK || strstr(fairu_context_message(ctx), "w.json"));
  if (!right)
    print_error("%s -> %s\n  is %s, wanted %s at %s: %s\n", f->old, f->new, fairu_status_name(status),
                fairu_status_name(f->code), f->place, fairu_context_message(ctx));
  free(json);
  fairu_context_destroy(ctx);
  return right;
}

static void check_all(const fault *faults, size_t n)
{
  int wrong = 0;
  for (size_t i = 0; i < n; i++)
    wrong += !is_as_told(&faults[i]);
  assert_int_equal(wrong, 0);
}

#define CHECK_ALL(faults) check_all(faults, sizeof faults / sizeof faults[0])

static void documents_are_checked(void **state)
{
  (void)state;
  CHECK_ALL(document_faults);
}

static void modifiers_are_checked(void **state)
{
  (void)state;
  CHECK_ALL(modifier_faults);
}

static void measurements_are_checked(void **state)
{
  (void)state;
  CHECK_ALL(measurement_faults);
}

static void what_is_right_passes(void **state)
{
  (void)state;
  CHECK_ALL(no_faults);
}

/* Samples that share a staterror in one channel share it in all. */
static void staterrors_agree(void **state)
{
  (void)state;
  static const char text[] =
      "{'version':'1.0.0','channels':[{'name':'A','samples':["
      "{'name':'a','data':[1],'modifiers':[{'name':'st','type':'staterror','data':[1]}]},"
      "{'name':'b','data':[1],'modifiers':[{'name':'st','type':'staterror','data':[1]}]}]},"
      "{'name':'B','samples':["
      "{'name':'a','data':[1],'modifiers':[{'name':'st','type':'staterror','data':[1]}]},"
      "{'name':'b','data':[1],'modifiers':[{'name':'SB','type':'staterror','data':[1]}]}]}],"
      "'observations':[{'name':'A','data':[1]},{'name':'B','data':[1]}],"
      "'measurements':[{'name':'m','config':{'poi':'','parameters':[]}}]}";
  fairu_context *ctx = support_context();
  char *json = workspace_text(text, NULL, NULL);
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, workspace_try(ctx, json, strlen(json)));
  CHECK_SAYS(ctx, "w.json: /channels/0/samples/1/modifiers/0: ");
  free(json);
  json = workspace_text(text, "SB", "st");
  CHECK_OK(ctx, workspace_try(ctx, json, strlen(json)));
  free(json);
  json = workspace_text(text, "'b','data':[1],'modifiers':[{'name':'st'",
                        "'b','data':[1],'modifiers':[{'name':'SA'");
  char *other = workspace_text(json, "SB", "st");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, workspace_try(ctx, other, strlen(other)));
  CHECK_SAYS(ctx, "w.json: /channels/1/samples/1/modifiers/0: ");
  free(json);
  free(other);
  fairu_context_destroy(ctx);
}

static void no_parameters_no_model(void **state)
{
  (void)state;
  static const char text[] =
      "{'version':'1.0.0','channels':[{'name':'A','samples':[{'name':'a','data':[1],'modifiers':[]}]}],"
      "'observations':[{'name':'A','data':[1]}],"
      "'measurements':[{'name':'m','config':{'poi':'','parameters':[]}}]}";
  fairu_context *ctx = support_context();
  char *json = workspace_text(text, NULL, NULL);
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, workspace_try(ctx, json, strlen(json)));
  free(json);
  fairu_context_destroy(ctx);
}

/* A document cut anywhere is refused, and nothing leaks or crashes. */
static void cut_documents_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char *json = workspace_text(WORKSPACE_TEXT, NULL, NULL);
  for (size_t size = 0; size < strlen(json); size++) {
    fairu_workspace *workspace = NULL;
    assert_int_not_equal(fairu_workspace_parse(ctx, json, size, "w.json", &workspace), FAIRU_OK);
    assert_null(workspace);
  }
  free(json);
  fairu_context_destroy(ctx);
}

/* ---- cases of the data folder -------------------------------------------------------------------------- */

static const struct {
  const char *name;
  int code;
} malformed_codes[] = {
  { "missing_version", FAIRU_ERR_FORMAT },       { "poi_not_in_model", FAIRU_ERR_NOT_FOUND },
  { "unknown_modifier_type", FAIRU_ERR_FORMAT }, { "duplicate_channel", FAIRU_ERR_DUPLICATE },
  { "sample_length", FAIRU_ERR_SHAPE },          { "observation_missing", FAIRU_ERR_NOT_FOUND },
  { "init_out_of_bounds", FAIRU_ERR_RANGE },     { "name_normfactor_and_normsys", FAIRU_ERR_ARGUMENT },
  { "string_number", FAIRU_ERR_FORMAT }
};

static int code_of(const json_t *entry)
{
  const char *name = json_string_value(json_object_get(entry, "name"));
  const char *stage = json_string_value(json_object_get(json_object_get(entry, "pyhf"), "stage"));
  if (strcmp(stage, "ok") == 0)
    return FAIRU_OK;
  for (size_t i = 0; i < sizeof malformed_codes / sizeof malformed_codes[0]; i++)
    if (strcmp(name, malformed_codes[i].name) == 0)
      return malformed_codes[i].code;
  print_error("malformed case %s is not known\n", name);
  fail();
  return FAIRU_OK;
}

static void check_accepted(fairu_context *ctx, const json_t *pyhf, const fairu_likelihood *likelihood,
                           const fairu_data *data)
{
  double start[16], nll[2];
  const size_t n = fairu_likelihood_n_parameters(likelihood);
  assert_int_equal(n, (size_t)json_integer_value(json_object_get(pyhf, "npars")));
  assert_true(n <= 16);
  for (size_t i = 0; i < n; i++) {
    fairu_parameter parameter = { .struct_size = sizeof parameter };
    CHECK_OK(ctx, fairu_likelihood_parameter(likelihood, ctx, i, &parameter));
    start[i] = parameter.start;
  }
  CHECK_OK(ctx, fairu_likelihood_nll(likelihood, ctx, data, start, n, nll, NULL, NULL));
  CHECK_CLOSE(2.0 * (nll[0] + nll[1]), json_number_value(json_object_get(pyhf, "twice_nll_init")), 1e-12);
}

static void malformed_cases_are_as_specified(void **state)
{
  (void)state;
  char path[512];
  if (!support_data(path, sizeof path, "histfactory/malformed_cases.json"))
    support_skip("no ../shared/data");
  json_t *root = json_load_file(path, 0, NULL);
  assert_non_null(root);
  size_t i;
  json_t *entry;
  json_array_foreach(json_object_get(root, "cases"), i, entry)
  {
    fairu_context *ctx = support_context();
    char *text = json_dumps(json_object_get(entry, "workspace"), JSON_REAL_PRECISION(17));
    fairu_workspace *workspace;
    fairu_likelihood *likelihood;
    fairu_data *data;
    const int code = code_of(entry);
    const int status = workspace_make(ctx, text, strlen(text), NULL, &workspace, &likelihood, &data);
    if (status != code)
      print_error("%s: %s\n", json_string_value(json_object_get(entry, "name")), fairu_context_message(ctx));
    assert_int_equal(status, code);
    if (code == FAIRU_OK)
      check_accepted(ctx, json_object_get(entry, "pyhf"), likelihood, data);
    else
      CHECK_SAYS(ctx, "w.json: ");
    workspace_free(workspace, likelihood, data);
    free(text);
    fairu_context_destroy(ctx);
  }
  json_decref(root);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(documents_are_checked),     cmocka_unit_test(modifiers_are_checked),
    cmocka_unit_test(measurements_are_checked),  cmocka_unit_test(what_is_right_passes),
    cmocka_unit_test(staterrors_agree),          cmocka_unit_test(no_parameters_no_model),
    cmocka_unit_test(cut_documents_are_refused), cmocka_unit_test(malformed_cases_are_as_specified),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
