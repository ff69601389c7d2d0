from .hashing import hashing_trick as hashing_trick
from .hashing import one_hot as one_hot
from .tokenizer import Tokenizer as Tokenizer
from .tokenizer import tokenizer_from_json as tokenizer_from_json
from .words import text_to_word_sequence as text_to_word_sequence
