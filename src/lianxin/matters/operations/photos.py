"""Pictures sent in: made anew from their points, so that nothing but the picture itself is kept.

Position, time, device, comments, previews and whatever hangs behind the end of a file go with the old file.
"""

import base64
import io

from django.utils.translation import gettext_lazy as _

from lianxin.kit.refusals import Refused

from .opening import Picture

MOST_BYTES = 10 * 1024 * 1024
MOST_POINTS = 60_000_000
LONGEST_SIDE = 1600
MOST_PHOTOS = 3
QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "MPO")


class NotAPicture(Refused):
    text = _("One file is not a picture that can be read. Choose a photo in JPEG or PNG; everything else is kept.")


class PictureTooLarge(Refused):
    text = _("A photo may have at most 10 MB. Choose a smaller one, or send without it; everything else is kept.")


class TooManyPictures(Refused):
    text = _("At most three photos can be sent at once; everything else is kept.")


def cleaned(content: bytes) -> Picture:
    """The picture alone, its longest side at most 1,600 points. Raises NotAPicture, PictureTooLarge."""
    from PIL import Image, ImageOps

    if len(content) > MOST_BYTES:
        raise PictureTooLarge()
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as found:
            if found.width * found.height > MOST_POINTS:
                raise PictureTooLarge()
            found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is unpacked small
            turned = ImageOps.exif_transpose(found)
            turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
            seen = turned.convert("RGBA")
    except Refused:
        raise
    except Exception as fault:
        raise NotAPicture() from fault
    flat = Image.new("RGB", seen.size, "white")
    flat.paste(seen, mask=seen.getchannel("A"))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Picture(base64.b64encode(out.getvalue()).decode(), *flat.size)
