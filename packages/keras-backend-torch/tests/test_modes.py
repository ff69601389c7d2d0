import threading

import pytest
from keras_backend_torch import modes
from keras_backend_torch.framework import storage_id, torch
from keras_backend_torch.modes import STATE


def test_tensors_are_fake_inside_and_real_without_modes() -> None:
    real = torch.ones(2, 3)
    with modes.fake_tensors():
        fake = modes.fake_like(real, requires_grad=True)
        assert modes.is_fake(fake) and fake.requires_grad and fake.shape == (2, 3)
        assert modes.is_fake(torch.zeros(2))
        with modes.without_modes():
            assert not modes.is_fake(torch.zeros(2))
    assert STATE.fake_mode is None and not modes.is_fake(torch.zeros(2))


def test_fake_tensors_are_laid_out_as_real_ones_and_share_memory_as_these() -> None:
    whole = torch.ones(4, 3)
    real = [whole, whole[1:], whole.T, torch.ones(3, 2).T.contiguous().T, torch.ones(2, dtype=torch.bfloat16)]
    with modes.fake_tensors():
        fakes = [modes.fake_like(one, requires_grad=False) for one in real]
        for one, fake in zip(real, fakes, strict=True):
            assert (fake.shape, fake.stride(), fake.dtype, fake.device) == (
                one.shape,
                one.stride(),
                one.dtype,
                one.device,
            )
            assert modes.is_fake(fake) and not fake.requires_grad
        assert storage_id(fakes[1]) == storage_id(fakes[2]) != storage_id(fakes[3])


def test_a_shape_query_uses_the_mode_that_is_on() -> None:
    with modes.fake_tensors():
        outer = STATE.fake_mode
        first = torch.zeros(2)
        with modes.shapes_only(track=False):
            assert STATE.fake_mode is outer and STATE.abstract == 1 and STATE.fakes == {}
            assert modes.is_fake(first + torch.ones(2))
    assert STATE.abstract == 0 and STATE.fakes is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("track", [True, False])
def test_tensors_that_autograd_tracks_are_used_in_a_shape_query_without_a_warning(track: bool) -> None:
    leaf = torch.ones(2, 3, requires_grad=True)
    computed = leaf * 2
    with torch.no_grad():
        view = computed[0]
    with modes.shapes_only(track):
        for given in (leaf, leaf[0], computed, computed[0], view, computed.detach()):
            result = given + torch.ones(3)
            assert modes.is_fake(result) and result.shape == given.shape
    assert leaf.requires_grad and computed.requires_grad and leaf.grad is None


def test_tracking_by_autograd() -> None:
    with modes.tracking(False):
        assert not torch.is_grad_enabled() and STATE.detached == 1
        with modes.tracking(True):
            assert torch.is_grad_enabled()
    assert torch.is_grad_enabled() and STATE.detached == 0


def test_modes_end_with_an_error_and_are_those_of_their_thread() -> None:
    seen = []
    try:
        with modes.detached(), modes.second_order(), modes.recording_with("a recorder"):
            thread = threading.Thread(target=lambda: seen.append((STATE.detached, STATE.depth, STATE.recorder)))
            thread.start()
            thread.join()
            seen.append((STATE.detached, STATE.depth, STATE.recorder))
            raise ZeroDivisionError
    except ZeroDivisionError:
        seen.append((STATE.detached, STATE.depth, STATE.recorder))
    assert seen == [(0, 0, None), (1, 2, "a recorder"), (0, 0, None)]
