/* reference_names.h - workspaces of the data folder that come with expected numbers. */
#ifndef FAIRU_TESTS_REFERENCE_NAMES_H
#define FAIRU_TESTS_REFERENCE_NAMES_H

static const char *const reference_names[] = { "pyhf_1bin_shapesys",
                                               "pyhf_1bin_lumi",
                                               "pyhf_2bin_2channel_coupledhistosys",
                                               "pyhf_2bin_2channel_coupledshapefactor",
                                               "pyhf_2bin_staterror",
                                               "root_tutorial_gaussexample",
                                               "edge_staterror_zero_bins",
                                               "edge_shared_normsys_histosys",
                                               "edge_measurement_config",
                                               "edge_zero_observed",
                                               "gen_medium_50bin_30nuis",
                                               "atlas_sbottom_RegionA_1300_205_60",
                                               "atlas_3L_onshell_synth" };
enum { REFERENCES = sizeof reference_names / sizeof reference_names[0] };

#endif /* FAIRU_TESTS_REFERENCE_NAMES_H */
