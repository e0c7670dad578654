"""What a catalogue says is what people read: no app's text stands in for another's."""

from pathlib import Path

from babel.messages import pofile
from django.utils import translation

SRC = Path(__file__).resolve().parents[2] / "src/lianxin"


def test_the_chinese_of_an_app_is_the_one_that_is_shown():
    different = []
    with translation.override("zh-hans"):
        for path in sorted(SRC.glob("*/locale/zh_Hans/LC_MESSAGES/django.po")):
            with path.open("rb") as source:
                for message in pofile.read_po(source):
                    if not message.id or not isinstance(message.id, str):
                        continue
                    words = (message.context, message.id) if message.context else (message.id,)
                    shown = translation.pgettext(*words) if message.context else translation.gettext(*words)
                    if shown != message.string:
                        different.append(f"{path.relative_to(SRC).parts[0]}: {message.id!r} shows as {shown}")
    assert not different, "Give these texts a context, or the same Chinese everywhere:\n" + "\n".join(different)
