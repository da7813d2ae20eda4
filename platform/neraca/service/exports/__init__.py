"""What HR and other programs take over of an agency, as files: a data set in a format, with a manifest beside it.

The same log position gives the same bytes, on any day and machine, from a database that was rebuilt as well.
"""

from neraca.service.exports.data_sets import DATA_SETS, DataSet, Readers
from neraca.service.exports.export import FORMATS, ExportOrder, export
from neraca.service.exports.manifest import Manifest

__all__ = ["DATA_SETS", "FORMATS", "DataSet", "ExportOrder", "Manifest", "Readers", "export"]
