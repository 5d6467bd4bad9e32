"""Sums of money in capital figures (大写), as contracts, invoices and quotations in China carry them.

After the rules for filling in bills of the payment and settlement regulation (支付结算办法, appendix 1).
"""

_FIGURES = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))


def capitals(minor: int) -> str:
    """``minor`` units of yuan, 0 or more: 355000 is 叁仟伍佰伍拾元整, 100503 is 壹仟零伍元零叁分."""
    yuan, cents = divmod(minor, 100)
    jiao, fen = divmod(cents, 10)
    text = f"{_number(yuan)}元" if yuan or not cents else ""
    if jiao:
        text += f"{_FIGURES[jiao]}角"
    elif fen and yuan:
        text += "零"
    return text + (f"{_FIGURES[fen]}分" if fen else "整")


def _number(number: int) -> str:
    if number < 10:
        return _FIGURES[number]
    size, unit = next(pair for pair in _UNITS if number >= pair[0])
    many, rest = divmod(number, size)
    text = _number(many) + unit
    if not rest:
        return text
    return text + ("零" if rest < size // 10 else "") + _number(rest)
