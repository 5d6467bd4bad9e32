"""Phones and addresses taken out of texts, for a sheet that goes further than to the manager."""

import re

from salescli.i18n import _

_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[\s-]?\d{4}[\s-]?(\d{4})(?!\d)")
_PHONE = re.compile(r"(?<!\d)(0\d{2,3})[\s-]?\d{3,4}[\s-]?\d{4}(?!\d)|(?<!\d)[48]00[\s-]?\d{3}[\s-]?\d{4}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PART = "(?:号|弄|栋|幢|座|楼|层|室|单元)"
_ADDRESS = re.compile(
    rf"[\u4e00-\u9fff]{{1,12}}(?:大道|路|街|巷|弄|胡同)\s*\d+\s*(?:号|弄)(?:\s*[\u4e00-\u9fffA-Za-z\d#-]{{0,10}}?{_PART})*"
    r"|\d{1,5}\s+(?:[A-Z][\w']*\s+){1,4}(?:Road|Rd|Street|St|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd)\b\.?"
)


def masked(text: str) -> str:
    """``text`` without the phone numbers, e-mail and street addresses in it."""
    text = _MOBILE.sub(r"\1****\2", text)
    text = _PHONE.sub("********", text)
    text = _EMAIL.sub("***@***", text)
    return _ADDRESS.sub(_("[address]"), text)
