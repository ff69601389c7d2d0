from .gru import GRU as GRU
from .gru_cell import GRUCell as GRUCell
from .lstm import LSTM as LSTM
from .lstm_cell import LSTMCell as LSTMCell
from .rnn import RNN as RNN
from .simple_rnn import SimpleRNN as SimpleRNN
from .simple_rnn_cell import SimpleRNNCell as SimpleRNNCell
from .stacked_rnn_cells import StackedRNNCells as StackedRNNCells
