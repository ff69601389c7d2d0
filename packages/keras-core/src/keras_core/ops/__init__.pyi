"""Public names of `keras_core.ops`: the op table by family."""

from .control import (
    cond as cond,
)
from .control import (
    fori_loop as fori_loop,
)
from .control import (
    map as map,
)
from .control import (
    scan as scan,
)
from .control import (
    switch as switch,
)
from .control import (
    vectorized_map as vectorized_map,
)
from .control import (
    while_loop as while_loop,
)
from .conv import (
    average_pool as average_pool,
)
from .conv import (
    conv as conv,
)
from .conv import (
    conv_transpose as conv_transpose,
)
from .conv import (
    depthwise_conv as depthwise_conv,
)
from .conv import (
    max_pool as max_pool,
)
from .conv import (
    separable_conv as separable_conv,
)
from .creation import (
    arange as arange,
)
from .creation import copy as copy
from .creation import (
    diag as diag,
)
from .creation import (
    diagflat as diagflat,
)
from .creation import (
    empty as empty,
)
from .creation import (
    empty_like as empty_like,
)
from .creation import (
    eye as eye,
)
from .creation import (
    full as full,
)
from .creation import (
    full_like as full_like,
)
from .creation import geomspace as geomspace
from .creation import (
    identity as identity,
)
from .creation import (
    linspace as linspace,
)
from .creation import (
    logspace as logspace,
)
from .creation import (
    meshgrid as meshgrid,
)
from .creation import (
    ones as ones,
)
from .creation import (
    ones_like as ones_like,
)
from .creation import (
    sequence as sequence,
)
from .creation import (
    tri as tri,
)
from .creation import (
    tril as tril,
)
from .creation import (
    triu as triu,
)
from .creation import vander as vander
from .creation import (
    zeros as zeros,
)
from .creation import (
    zeros_like as zeros_like,
)
from .elementwise import (
    abs as abs,
)
from .elementwise import (
    absolute as absolute,
)
from .elementwise import (
    add as add,
)
from .elementwise import (
    arccos as arccos,
)
from .elementwise import (
    arccosh as arccosh,
)
from .elementwise import (
    arcsin as arcsin,
)
from .elementwise import (
    arcsinh as arcsinh,
)
from .elementwise import (
    arctan as arctan,
)
from .elementwise import (
    arctan2 as arctan2,
)
from .elementwise import (
    arctanh as arctanh,
)
from .elementwise import (
    bitwise_and as bitwise_and,
)
from .elementwise import (
    bitwise_invert as bitwise_invert,
)
from .elementwise import (
    bitwise_left_shift as bitwise_left_shift,
)
from .elementwise import (
    bitwise_not as bitwise_not,
)
from .elementwise import (
    bitwise_or as bitwise_or,
)
from .elementwise import (
    bitwise_right_shift as bitwise_right_shift,
)
from .elementwise import (
    bitwise_xor as bitwise_xor,
)
from .elementwise import (
    cast as cast,
)
from .elementwise import (
    cbrt as cbrt,
)
from .elementwise import (
    ceil as ceil,
)
from .elementwise import (
    clip as clip,
)
from .elementwise import (
    cos as cos,
)
from .elementwise import (
    cosh as cosh,
)
from .elementwise import (
    deg2rad as deg2rad,
)
from .elementwise import (
    divide as divide,
)
from .elementwise import (
    divide_no_nan as divide_no_nan,
)
from .elementwise import (
    equal as equal,
)
from .elementwise import (
    erf as erf,
)
from .elementwise import (
    erfc as erfc,
)
from .elementwise import (
    erfinv as erfinv,
)
from .elementwise import (
    exp as exp,
)
from .elementwise import (
    exp2 as exp2,
)
from .elementwise import (
    expm1 as expm1,
)
from .elementwise import (
    floor as floor,
)
from .elementwise import (
    floor_divide as floor_divide,
)
from .elementwise import (
    greater as greater,
)
from .elementwise import (
    greater_equal as greater_equal,
)
from .elementwise import (
    heaviside as heaviside,
)
from .elementwise import (
    hypot as hypot,
)
from .elementwise import (
    isclose as isclose,
)
from .elementwise import (
    isfinite as isfinite,
)
from .elementwise import (
    isinf as isinf,
)
from .elementwise import (
    isnan as isnan,
)
from .elementwise import (
    left_shift as left_shift,
)
from .elementwise import (
    less as less,
)
from .elementwise import (
    less_equal as less_equal,
)
from .elementwise import (
    log as log,
)
from .elementwise import (
    log1p as log1p,
)
from .elementwise import (
    log2 as log2,
)
from .elementwise import (
    log10 as log10,
)
from .elementwise import (
    logaddexp as logaddexp,
)
from .elementwise import (
    logical_and as logical_and,
)
from .elementwise import (
    logical_not as logical_not,
)
from .elementwise import (
    logical_or as logical_or,
)
from .elementwise import (
    logical_xor as logical_xor,
)
from .elementwise import (
    maximum as maximum,
)
from .elementwise import (
    minimum as minimum,
)
from .elementwise import (
    mod as mod,
)
from .elementwise import (
    multiply as multiply,
)
from .elementwise import (
    nan_to_num as nan_to_num,
)
from .elementwise import (
    negative as negative,
)
from .elementwise import (
    not_equal as not_equal,
)
from .elementwise import (
    power as power,
)
from .elementwise import (
    rad2deg as rad2deg,
)
from .elementwise import (
    reciprocal as reciprocal,
)
from .elementwise import (
    right_shift as right_shift,
)
from .elementwise import (
    round as round,
)
from .elementwise import (
    rsqrt as rsqrt,
)
from .elementwise import (
    saturate_cast as saturate_cast,
)
from .elementwise import (
    sign as sign,
)
from .elementwise import (
    sin as sin,
)
from .elementwise import (
    sinc as sinc,
)
from .elementwise import (
    sinh as sinh,
)
from .elementwise import (
    sqrt as sqrt,
)
from .elementwise import (
    square as square,
)
from .elementwise import (
    stop_gradient as stop_gradient,
)
from .elementwise import (
    subtract as subtract,
)
from .elementwise import (
    tan as tan,
)
from .elementwise import (
    tanh as tanh,
)
from .elementwise import (
    true_divide as true_divide,
)
from .elementwise import (
    trunc as trunc,
)
from .elementwise import (
    where as where,
)
from .image import depth_to_space as depth_to_space
from .image import psnr as psnr
from .image import (
    resize as resize,
)
from .image import (
    rgb_to_grayscale as rgb_to_grayscale,
)
from .image import space_to_depth as space_to_depth
from .image import (
    upsample as upsample,
)
from .indexing import argpartition as argpartition
from .indexing import (
    argsort as argsort,
)
from .indexing import (
    bincount as bincount,
)
from .indexing import (
    digitize as digitize,
)
from .indexing import extract_sequences as extract_sequences
from .indexing import (
    in_top_k as in_top_k,
)
from .indexing import isin as isin
from .indexing import (
    scatter as scatter,
)
from .indexing import (
    scatter_update as scatter_update,
)
from .indexing import (
    searchsorted as searchsorted,
)
from .indexing import (
    segment_max as segment_max,
)
from .indexing import segment_min as segment_min
from .indexing import segment_prod as segment_prod
from .indexing import (
    segment_sum as segment_sum,
)
from .indexing import select as select
from .indexing import (
    slice as slice,
)
from .indexing import (
    slice_update as slice_update,
)
from .indexing import (
    sort as sort,
)
from .indexing import (
    take as take,
)
from .indexing import (
    take_along_axis as take_along_axis,
)
from .indexing import (
    top_k as top_k,
)
from .indexing import (
    unravel_index as unravel_index,
)
from .linalg import cdist as cdist
from .linalg import (
    cholesky as cholesky,
)
from .linalg import cholesky_inverse as cholesky_inverse
from .linalg import (
    contract as contract,
)
from .linalg import (
    cross as cross,
)
from .linalg import (
    det as det,
)
from .linalg import (
    dot as dot,
)
from .linalg import (
    eigh as eigh,
)
from .linalg import (
    einsum as einsum,
)
from .linalg import (
    inner as inner,
)
from .linalg import (
    inv as inv,
)
from .linalg import kron as kron
from .linalg import (
    logdet as logdet,
)
from .linalg import (
    lstsq as lstsq,
)
from .linalg import (
    matmul as matmul,
)
from .linalg import matrix_rank as matrix_rank
from .linalg import (
    norm as norm,
)
from .linalg import (
    outer as outer,
)
from .linalg import (
    pinv as pinv,
)
from .linalg import (
    qr as qr,
)
from .linalg import slogdet as slogdet
from .linalg import (
    solve as solve,
)
from .linalg import (
    solve_triangular as solve_triangular,
)
from .linalg import (
    svd as svd,
)
from .linalg import (
    tensordot as tensordot,
)
from .linalg import (
    trace as trace,
)
from .linalg import (
    vdot as vdot,
)
from .nn import (
    batch_normalization as batch_normalization,
)
from .nn import (
    binary_crossentropy as binary_crossentropy,
)
from .nn import (
    categorical_crossentropy as categorical_crossentropy,
)
from .nn import (
    celu as celu,
)
from .nn import (
    dot_product_attention as dot_product_attention,
)
from .nn import (
    elu as elu,
)
from .nn import (
    gelu as gelu,
)
from .nn import (
    glu as glu,
)
from .nn import (
    hard_shrink as hard_shrink,
)
from .nn import (
    hard_sigmoid as hard_sigmoid,
)
from .nn import (
    hard_silu as hard_silu,
)
from .nn import (
    hard_swish as hard_swish,
)
from .nn import (
    hard_tanh as hard_tanh,
)
from .nn import (
    layer_normalization as layer_normalization,
)
from .nn import (
    leaky_relu as leaky_relu,
)
from .nn import (
    log_sigmoid as log_sigmoid,
)
from .nn import (
    log_softmax as log_softmax,
)
from .nn import (
    mish as mish,
)
from .nn import (
    moments as moments,
)
from .nn import (
    multi_hot as multi_hot,
)
from .nn import (
    normalize as normalize,
)
from .nn import (
    one_hot as one_hot,
)
from .nn import (
    relu as relu,
)
from .nn import (
    relu6 as relu6,
)
from .nn import (
    rms_normalization as rms_normalization,
)
from .nn import (
    selu as selu,
)
from .nn import (
    sigmoid as sigmoid,
)
from .nn import (
    silu as silu,
)
from .nn import (
    soft_shrink as soft_shrink,
)
from .nn import (
    softmax as softmax,
)
from .nn import (
    softplus as softplus,
)
from .nn import (
    softsign as softsign,
)
from .nn import (
    sparse_categorical_crossentropy as sparse_categorical_crossentropy,
)
from .nn import (
    sparse_plus as sparse_plus,
)
from .nn import (
    sparse_sigmoid as sparse_sigmoid,
)
from .nn import (
    sparsemax as sparsemax,
)
from .nn import (
    squareplus as squareplus,
)
from .nn import (
    swish as swish,
)
from .nn import (
    tanh_shrink as tanh_shrink,
)
from .nn import (
    threshold as threshold,
)
from .random import (
    random_bernoulli as random_bernoulli,
)
from .random import (
    random_categorical as random_categorical,
)
from .random import (
    random_integer as random_integer,
)
from .random import (
    random_normal as random_normal,
)
from .random import (
    random_shuffle as random_shuffle,
)
from .random import (
    random_truncated_normal as random_truncated_normal,
)
from .random import (
    random_uniform as random_uniform,
)
from .reduction import (
    all as all,
)
from .reduction import (
    allclose as allclose,
)
from .reduction import (
    amax as amax,
)
from .reduction import (
    amin as amin,
)
from .reduction import (
    any as any,
)
from .reduction import (
    argmax as argmax,
)
from .reduction import (
    argmin as argmin,
)
from .reduction import (
    average as average,
)
from .reduction import (
    count_nonzero as count_nonzero,
)
from .reduction import (
    cumprod as cumprod,
)
from .reduction import (
    cumsum as cumsum,
)
from .reduction import (
    logsumexp as logsumexp,
)
from .reduction import (
    max as max,
)
from .reduction import (
    mean as mean,
)
from .reduction import (
    min as min,
)
from .reduction import nancumprod as nancumprod
from .reduction import nancumsum as nancumsum
from .reduction import (
    nanmax as nanmax,
)
from .reduction import (
    nanmean as nanmean,
)
from .reduction import (
    nanmin as nanmin,
)
from .reduction import nanprod as nanprod
from .reduction import nanstd as nanstd
from .reduction import (
    nansum as nansum,
)
from .reduction import nanvar as nanvar
from .reduction import (
    prod as prod,
)
from .reduction import (
    ptp as ptp,
)
from .reduction import (
    std as std,
)
from .reduction import (
    sum as sum,
)
from .reduction import (
    var as var,
)
from .rnn import (
    gru as gru,
)
from .rnn import (
    lstm as lstm,
)
from .rnn import (
    simple_rnn as simple_rnn,
)
from .shaping import (
    append as append,
)
from .shaping import (
    array_split as array_split,
)
from .shaping import (
    axis_size as axis_size,
)
from .shaping import (
    broadcast_to as broadcast_to,
)
from .shaping import (
    concatenate as concatenate,
)
from .shaping import (
    diagonal as diagonal,
)
from .shaping import dsplit as dsplit
from .shaping import dstack as dstack
from .shaping import (
    expand_dims as expand_dims,
)
from .shaping import (
    flip as flip,
)
from .shaping import (
    fliplr as fliplr,
)
from .shaping import (
    flipud as flipud,
)
from .shaping import (
    get_item as get_item,
)
from .shaping import (
    getitem as getitem,
)
from .shaping import hsplit as hsplit
from .shaping import (
    hstack as hstack,
)
from .shaping import (
    moveaxis as moveaxis,
)
from .shaping import (
    ndim as ndim,
)
from .shaping import (
    pad as pad,
)
from .shaping import (
    ravel as ravel,
)
from .shaping import (
    repeat as repeat,
)
from .shaping import (
    reshape as reshape,
)
from .shaping import (
    roll as roll,
)
from .shaping import (
    rot90 as rot90,
)
from .shaping import (
    shape as shape,
)
from .shaping import (
    size as size,
)
from .shaping import (
    split as split,
)
from .shaping import (
    squeeze as squeeze,
)
from .shaping import (
    stack as stack,
)
from .shaping import (
    swapaxes as swapaxes,
)
from .shaping import (
    tile as tile,
)
from .shaping import (
    transpose as transpose,
)
from .shaping import (
    unstack as unstack,
)
from .shaping import vsplit as vsplit
from .shaping import (
    vstack as vstack,
)
from .special import bartlett as bartlett
from .special import blackman as blackman
from .special import fabs as fabs
from .special import fmax as fmax
from .special import fmin as fmin
from .special import fmod as fmod
from .special import hamming as hamming
from .special import hanning as hanning
from .special import i0 as i0
from .special import isneginf as isneginf
from .special import isposinf as isposinf
from .special import kaiser as kaiser
from .special import ldexp as ldexp
from .special import logaddexp2 as logaddexp2
from .statistics import corrcoef as corrcoef
from .statistics import diff as diff
from .statistics import histogram as histogram
from .statistics import median as median
from .statistics import percentile as percentile
from .statistics import quantile as quantile
from .statistics import trapezoid as trapezoid
from .values import array as array
from .values import (
    convert_to_numpy as convert_to_numpy,
)
from .values import (
    convert_to_tensor as convert_to_tensor,
)
from .values import (
    dtype as dtype,
)
from .values import (
    is_tensor as is_tensor,
)
