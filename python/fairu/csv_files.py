"""CSV files in pieces: memory for one piece, whatever the size of the file."""
import ctypes

from ._context import context_or_default, create
from ._lib import file_path, lib, whole
from .events import Events, csv_options


class CsvReader:
    """Tables of at most `rows` rows, one after the other:

        for events in fairu.CsvReader("large.csv.gz", weight="weights"):
            ...

    Options as for Events.read_csv. Labels keep their numbers from piece to piece, names are added as they come. The end is only
    reached if the whole file is sound."""

    def __init__(self, path, rows=65536, columns=None, label=None, weight=None, id=None, missing=None,
                 optional=False, context=None):
        self._context = context_or_default(context)
        self._rows = whole(rows, "rows")
        options, _alive = csv_options(self._context, columns, label, weight, id, missing, optional)
        self._handle = create(self._context, lib.csv_reader_create, self._context._handle, file_path(path),
                              ctypes.byref(options), free=lib.csv_reader_destroy)

    @property
    def fraction(self):
        """How much of the file has been taken, 0 to 1; NaN where its size is not known."""
        return lib.csv_reader_fraction(self._handle)

    def __iter__(self):
        return self

    def __next__(self):
        piece = create(self._context, lib.csv_reader_next, self._handle, self._context._handle, self._rows,
                       free=lib.events_destroy)
        if not piece.pointer:
            raise StopIteration
        return Events._of(piece, self._context)


class CsvWriter:
    """A CSV file from several tables with the same columns; gzip if path ends in .gz. It appears when it is complete:

        with fairu.CsvWriter("shifted.csv.gz") as writer:
            for events in ...:
                writer.add(events)

    columns: which to write, in this order; by default all, then id, weight and label, which have the names given here."""

    def __init__(self, path, columns=None, label=None, weight=None, id=None, context=None):
        self._context = context_or_default(context)
        options, _alive = csv_options(self._context, columns, label, weight, id)
        self._handle = create(self._context, lib.csv_writer_create, self._context._handle, file_path(path),
                              ctypes.byref(options), free=lib.csv_writer_destroy)

    def add(self, events):
        """Append the rows of a table."""
        self._context.check(lib.csv_writer_add(self._handle, self._context._handle, events._handle))

    def close(self):
        """End the file, after which it is there."""
        self._context.check(lib.csv_writer_close(self._handle, self._context._handle))

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        try:
            if kind is None:
                self.close()
        finally:
            self._handle = None  # without close nothing is left of the file
