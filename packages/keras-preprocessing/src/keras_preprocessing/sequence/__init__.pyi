from .pad_sequences import pad_sequences as pad_sequences
from .skipgrams import make_sampling_table as make_sampling_table
from .skipgrams import skipgrams as skipgrams
from .timeseries_generator import TimeseriesGenerator as TimeseriesGenerator
from .timeseries_generator import timeseries_generator_from_json as timeseries_generator_from_json
