"""Images that come inside a request: measured before they are unpacked."""

from __future__ import annotations

import base64
import binascii
import io
import re
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from engine.chat.pair_reader import SIDE_MOST
from engine.service.errors import BodyTooLargeError, OptionError

BYTES_MOST = 20_000_000
"""Of both images' files together."""
_ADDRESS = re.compile(r"^data:image/(?:png|jpeg|jpg);base64,", re.I)
_FORMATS = ("PNG", "JPEG")
Pixels = NDArray[np.uint8]


def images_of(addresses: tuple[str, str]) -> tuple[Pixels, Pixels]:
    """Two images (h, w, 3), uint8 RGB.

    Raises
    ------
    OptionError
        An address is none of an image inside the request (nothing is fetched), or no image.
    BodyTooLargeError
        Files or pixels are too many.
    """
    coded = []
    for address in addresses:
        match = _ADDRESS.match(address[:64])
        if match is None:
            raise OptionError(
                "An image has to be in the request itself; nothing is fetched.",
                hint="Write data:image/png;base64,… (or jpeg) into image_url.url.",
            )
        coded.append(address[match.end() :])
    size = sum(len(text) * 3 // 4 for text in coded)
    if size > BYTES_MOST:
        raise BodyTooLargeError(f"The images have more than {BYTES_MOST / 1e6:g} MB together.")
    first, second = (_image(text) for text in coded)
    return first, second


def _image(text: str) -> Pixels:
    try:
        content = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise OptionError("An image is not in base64.") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                width, height = image.size
                # Known from the file's head; the pixels are not unpacked yet.
                if max(width, height) > SIDE_MOST:
                    raise BodyTooLargeError(
                        f"An image has {width} × {height} pixels; {SIDE_MOST} a side are the "
                        "limit.",
                        hint="POST /v1/runs takes rasters of any size.",
                    )
                return np.asarray(image.convert("RGB"), np.uint8)
    except BodyTooLargeError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BodyTooLargeError("An image has far too many pixels.") from error
    except UnidentifiedImageError as error:
        raise OptionError("An image is no PNG and no JPEG file.") from error
    except (OSError, ValueError, SyntaxError, Warning) as error:
        raise OptionError("An image cannot be read: its file is damaged.") from error
