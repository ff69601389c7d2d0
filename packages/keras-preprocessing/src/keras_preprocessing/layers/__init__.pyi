from .category_encoding import CategoryEncoding as CategoryEncoding
from .discretization import Discretization as Discretization
from .hashing import Hashing as Hashing
from .integer_lookup import IntegerLookup as IntegerLookup
from .string_lookup import StringLookup as StringLookup
from .text_vectorization import TextVectorization as TextVectorization
