"""What files may name of this package."""

from importlib import import_module

from keras_core.saving import get_registered_name
from keras_legacy.catalogue import CATALOGUE


def test_every_name_is_that_of_the_object_in_files():
    for name, target in CATALOGUE.items():
        module, attribute = target.split(":")
        assert get_registered_name(getattr(import_module(module), attribute)) == name
