"""Tables of pyarrow, polars, duckdb and the like through the Arrow C data interface: looked at, not copied."""
import ctypes
from ctypes import c_char_p, c_void_p, py_object

from ._context import context_or_default, create, initialised
from ._lib import Error, lib, names, text
from ._structs import ArrowOptions
from .events import Events

_NON_FINITE = 15  # FAIRU_ERR_NON_FINITE
_capsule_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_capsule_pointer.restype, _capsule_pointer.argtypes = c_void_p, [py_object, c_char_p]


def _pyarrow(purpose):
    try:
        import pyarrow
    except ImportError as problem:
        raise ImportError(f"{purpose} needs pyarrow (pip install pyarrow)") from problem
    return pyarrow


def _one_batch(table, pyarrow):
    """A pyarrow table as one record batch; copies only if its columns lie in several pieces."""
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pyarrow.RecordBatch.from_pylist([], schema=table.schema)


def _cast(name, array, pyarrow):
    """Numbers as floats; those that no float holds are refused, as in text."""
    from pyarrow import compute
    floats = array.cast(pyarrow.float32(), safe=False)
    if pyarrow.types.is_float64(array.type):
        row = compute.index(compute.and_(compute.is_inf(floats), compute.is_finite(array)), True).as_py()
        if row >= 0:
            raise Error(_NON_FINITE, f"row {row}, Arrow column {name} is {array[row].as_py():g}, beyond the range of float")
    return floats


def _as_floats(batch, pyarrow, columns, others):
    """Features of other number types become float; a batch of floats stays as it is."""
    kinds = pyarrow.types
    arrays, wanted = list(batch.columns), batch.schema.names if columns is None else list(columns)
    for i, (name, array) in enumerate(zip(batch.schema.names, batch.columns)):
        number = kinds.is_floating(array.type) or kinds.is_integer(array.type) or kinds.is_boolean(array.type)
        if name in wanted and name not in others and number and array.type != pyarrow.float32():
            arrays[i] = _cast(name, array, pyarrow)
    return pyarrow.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def from_arrow(data, columns=None, label=None, weight=None, id=None, context=None):
    """Events on a record batch or table of anything that speaks the Arrow PyCapsule interface. Columns of float32 stay where they are, and the data alive as
    long as the table; other numbers are converted (through pyarrow). columns: the features, by default all but label, weight, id and columns of
    text. label: text becomes categories, else whole numbers."""
    if not hasattr(data, "__arrow_c_array__"):
        if not hasattr(data, "__arrow_c_stream__"):
            raise TypeError(f"{type(data).__name__} has neither __arrow_c_array__ nor __arrow_c_stream__")
        pyarrow = _pyarrow("a table in several pieces")
        data = _one_batch(pyarrow.table(data), pyarrow)
    if type(data).__module__.startswith("pyarrow"):
        data = _as_floats(data, _pyarrow("from_arrow"), columns, (label, weight, id))
    schema, array = data.__arrow_c_array__()
    context = context_or_default(context)
    options = initialised(ArrowOptions, lib.arrow_options_init, context)
    if columns is not None:
        options.columns, options.n_columns = names(columns)
    options.label, options.weight, options.id = text(label), text(weight), text(id)
    handle = create(context, lib.events_create_view_arrow, context._handle,
                    _capsule_pointer(schema, b"arrow_schema"), _capsule_pointer(array, b"arrow_array"),
                    ctypes.byref(options), free=lib.events_destroy)
    return Events._of(handle, context, memory=(schema, array))


def read_parquet(path, columns=None, label=None, weight=None, id=None, context=None):
    """Events of a Parquet file, read by pyarrow; columns, label, weight and id as for from_arrow. Only what is used is read
    if columns are named."""
    _pyarrow("read_parquet")
    from pyarrow import parquet
    file = parquet.ParquetDataset(path)
    used = None
    if columns is not None:  # what is missing is told below
        used = [name for name in (*columns, label, weight, id) if name in file.schema.names]
    table = file.read(columns=used)
    try:
        return from_arrow(table, columns, label, weight, id, context)
    except Error as problem:
        raise Error(problem.code, f"{path}: {problem.message}") from None
