from keras_core.backend import list_devices as list_devices
