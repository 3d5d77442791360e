"""Event tables: named float columns with weights, labels and ids."""
import ctypes
from ctypes import c_double, c_size_t, c_void_p

import numpy as np

from ._context import context_or_default, create, initialised
from ._lib import Error, Resource, address, contiguous, doubles, file_path, integers, lib, names, numbers, text, view, whole
from ._structs import CsvOptions, Missing, NpzOptions


def _column_layout(array):
    """The array as float32 and the distances between rows and columns in floats; copies only where it must."""
    array = numbers(array)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2:
        raise Error(13, f"features have {array.ndim} dimensions, wanted 2")
    row, column = array.strides
    fits = array.dtype == np.float32 and array.dtype.isnative and array.flags.aligned and row % 4 == 0 and column % 4 == 0 and row > 0
    if not fits:
        array = contiguous(array, np.float32)
    return array, max(array.strides[0] // 4, 1), array.strides[1]


def _label(number):
    return whole(number, "label", 2 ** 31 - 1, -2 ** 31)


def csv_options(context, columns=None, label=None, weight=None, id=None, missing=None, optional=False):
    """The struct, and what must stay alive as long as it is used."""
    options = initialised(CsvOptions, lib.csv_options_init, context)
    if columns is not None:
        options.columns, options.n_columns = names(columns)
    options.label, options.weight, options.id = text(label), text(weight), text(id)
    options.optional = bool(optional)
    pairs = list((missing or {}).items())
    array = (Missing * max(len(pairs), 1))(*[Missing(None, value, other) for value, other in pairs])
    options.missing, options.n_missing = array, len(pairs)
    return options, array


class Events(Resource):
    """A table of events.

    features: array [n_events, n_columns]; float32 memory is looked at, not copied, whatever its layout (the
    table keeps it alive), other types are converted. names: of the columns, default x0, x1, ... categories: names of the
    labels 0, 1, ...
    """

    def __init__(self, features, names=None, weights=None, labels=None, ids=None, categories=None, context=None):
        self._context = context_or_default(context)
        self._features, stride, step = _column_layout(features)
        n_events, n_columns = self._features.shape
        column_names = [f"x{i}" for i in range(n_columns)] if names is None else list(names)
        if len(column_names) != n_columns:
            raise Error(13, f"{len(column_names)} names for {n_columns} columns")
        self._handle = self._create(n_events, column_names, stride, step)
        self._set_rows(weights, labels, ids, categories)

    def _set_rows(self, weights, labels, ids, categories):
        for what, setter, values, kind in (("weights", lib.events_set_weights, weights, np.float64), ("labels", lib.events_set_labels, labels, np.int32),
                                           ("ids", lib.events_set_ids, ids, np.uint64)):
            if values is not None:
                array = doubles(values).ravel() if kind is np.float64 else integers(values, kind, what)
                self._context.check(setter(self._handle, self._context._handle, address(array), array.size))
        if categories is not None:
            array, n = names(categories)
            self._context.check(lib.events_set_categories(self._handle, self._context._handle, array, n))

    def _create(self, n_events, column_names, stride, step):
        base = self._features.ctypes.data
        columns = (c_void_p * max(len(column_names), 1))(*[base + i * step for i in range(len(column_names))])
        array, n = names(column_names)
        return create(self._context, lib.events_create_view, self._context._handle, n_events, n, array, columns,
                      stride, free=lib.events_destroy)

    @classmethod
    def _of(cls, handle, context, memory=None):
        """A table that exists; memory: what it looks at."""
        self = cls.__new__(cls)
        self._context, self._features, self._handle = context, memory, handle
        return self

    @classmethod
    def read_csv(cls, path, columns=None, label=None, weight=None, id=None, missing=None, optional=False,
                 context=None):
        """Read a CSV file with a header line (gzip by content). missing: {value: replacement} for all columns,
        for instance {-999.0: 0.0}. optional: label, weight and id are taken where the file has them."""
        context = context_or_default(context)
        options, _alive = csv_options(context, columns, label, weight, id, missing, optional)
        return cls._of(create(context, lib.events_read_csv, context._handle, file_path(path), ctypes.byref(options),
                              free=lib.events_destroy), context)

    @classmethod
    def read_npz(cls, path, features=None, columns=None, label=None, weight=None, id=None, context=None):
        """Read a .npz file of numpy.savez. features: arrays that become columns (all that are not used otherwise); columns:
        of the columns, by default that of an array of one dimension, "a0", "a1", ... for an array "a" of two."""
        context = context_or_default(context)
        options = initialised(NpzOptions, lib.npz_options_init, context)
        if features is not None:
            options.features, options.n_features = names(features)
        if columns is not None:
            options.names, options.n_names = names(columns)
        options.label, options.weight, options.id = text(label), text(weight), text(id)
        return cls._of(create(context, lib.events_read_npz, context._handle, file_path(path), ctypes.byref(options),
                              free=lib.events_destroy), context)

    def write_csv(self, path):
        """Write all columns, then id, weight and label where the table has them; gzip if path ends in .gz."""
        self._context.call(lib.events_write_csv, self._handle, self._context._handle, file_path(path), None)

    def _made(self, function, *arguments):
        return Events._of(create(self._context, function, *arguments, free=lib.events_destroy), self._context)

    def with_weights(self, weights):
        """A table with these weights (None: without) that shares the columns of this one; labels and ids are copied."""
        pointers, strides = [], c_size_t(1)
        for i in range(lib.events_n_columns(self._handle)):
            pointers.append(lib.events_column(self._handle, i, ctypes.byref(strides)))
        array, n = names(self.names)
        out = self._made(lib.events_create_view, self._context._handle, len(self), n, array,
                         (c_void_p * max(n, 1))(*pointers), strides)
        out._features = self._handle, self._features
        out._set_rows(weights, self.labels, self.ids, self.categories or None)
        return out

    def select(self, rows):
        """A table of rows, by number (repeats are allowed) or by a mask of booleans."""
        rows = numbers(rows)
        if rows.dtype == bool:
            mask = np.ascontiguousarray(rows.ravel(), dtype=np.uint8)
            return self._made(lib.events_select_mask, self._handle, self._context._handle, address(mask), mask.size)
        if rows.size and (rows.dtype.kind not in "iu" or rows.min() < 0):
            raise Error(14, "rows are numbers from 0, or a mask of booleans")
        rows = np.ascontiguousarray(rows.ravel(), dtype=np.uintp)
        return self._made(lib.events_select, self._handle, self._context._handle, address(rows), rows.size)

    def select_label(self, label):
        """A table of the events of one class, by number or by the name of its category."""
        if isinstance(label, str):
            if label not in self.categories:
                raise Error(16, f"no category '{label}'; there are: " + ", ".join(self.categories))
            label = self.categories.index(label)
        return self._made(lib.events_select_label, self._handle, self._context._handle, _label(label))

    def concatenate(self, other):
        """A table of the rows of this one, and then of the other."""
        return self._made(lib.events_concatenate, self._handle, self._context._handle, other._handle)

    def split(self, n_parts, seed=1):
        """Part (from 0) of each event by a hash of (seed, id): the same whatever other rows there are. Row numbers stand in where there are no ids."""
        parts = np.empty(len(self), dtype=np.uint32)
        self._context.call(lib.events_split, self._handle, self._context._handle, whole(seed, "seed"), whole(n_parts, "n_parts", 2 ** 32 - 1),
                           address(parts))
        return parts

    def check_disjoint(self, other):
        """Raise Error (FAIRU_ERR_DUPLICATE) if an event is in both tables, by id."""
        self._context.call(lib.events_check_disjoint, self._handle, self._context._handle, other._handle)

    def __len__(self):
        return lib.events_n_events(self._handle)

    @property
    def names(self):
        """Names of the columns."""
        return [lib.events_column_name(self._handle, i).decode(errors="surrogateescape")
                for i in range(lib.events_n_columns(self._handle))]

    def __getitem__(self, name):
        """A column by name, as a read-only array over the table's memory."""
        index, stride = c_size_t(), c_size_t()
        self._context.check(lib.events_find_column(self._handle, self._context._handle, text(name),
                                                   ctypes.byref(index)))
        pointer = lib.events_column(self._handle, index, ctypes.byref(stride))
        return view((self._handle, self._features), pointer, (len(self),), "<f4", (4 * stride.value,))

    @property
    def weights(self):
        """Weights (read-only), None if each event counts 1."""
        return view((self._handle, self._features), lib.events_weights(self._handle), (len(self),), "<f8")

    @property
    def labels(self):
        """Class of each event (read-only), None if there is none."""
        return view((self._handle, self._features), lib.events_labels(self._handle), (len(self),), "<i4")

    @property
    def ids(self):
        """Ids (read-only), None if there are none."""
        return view((self._handle, self._features), lib.events_ids(self._handle), (len(self),), "<u8")

    @property
    def categories(self):
        """Names of the label values 0, 1, ..., empty if labels are plain numbers."""
        return [lib.events_category_name(self._handle, i).decode(errors="surrogateescape")
                for i in range(lib.events_n_categories(self._handle))]

    def sum_weights(self, label=-1):
        """Exactly rounded sum of the weights of one class, or of all events."""
        total = c_double()
        self._context.call(lib.events_sum_weights, self._handle, self._context._handle, _label(label), ctypes.byref(total))
        return total.value
