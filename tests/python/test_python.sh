#!/bin/bash
# The Python package, module by module.
. "$(dirname "$0")/../cli/shell.sh"
. tests/python/programs.sh
reader=$(python_with "pyarrow, numpy")
totals "$python" test_fairu.py "nothing to skip"
totals "${reader:-$python}" test_files.py "no python3 with pyarrow"
FAIRU_DATA=$data totals "$python" test_challenge.py "no $data/fair-universe"
plotting=$(python_with "matplotlib, numpy")
totals "$python" test_probability.py "nothing to skip"
for file in plot figures reports; do totals "${plotting:-$python}" "test_$file.py" "no python3 with matplotlib"; done
totals "$python" test_models.py "nothing to skip"
totals "$python" test_training.py "nothing to skip"
totals "$python" test_context.py "nothing to skip"
science=$(python_with "scipy, numpy")
totals "${science:-$python}" test_templates.py "no python3 with scipy"
totals "${science:-$python}" test_numpy.py "no python3 with scipy"
totals "$python" test_state.py "nothing to skip"
totals "$python" test_bound.py "nothing to skip"
for file in closed arrays interrupts callbacks names events fills options; do totals "$python" "test_$file.py" "nothing to skip"; done
totals "$python" test_bindings.py "nothing to skip"
totals "$python" test_layout.py "no C compiler"
finish
