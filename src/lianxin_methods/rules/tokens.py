"""First look at a rule's text: only the tokens the language has, each with its place."""

import io
import re
import tokenize

from .faults import Place, RuleFault
from .vocabulary import CODE, is_plain_text

MAX_LENGTH = 4000
MAX_BRACKETS = 60
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'')
NUMBER = re.compile(r"[0-9]{1,19}|[0-9]{1,15}\.[0-9]{1,30}")
OPERATORS = frozenset(("(", ")", ",", "==", "!=", "<", "<=", ">", ">=", "-"))
WORDS = frozenset(("and", "or", "not", "in", "is", "None", "True", "False"))
KNOWN = {tokenize.NAME, tokenize.NUMBER, tokenize.STRING, tokenize.OP}
INVISIBLE = {tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.INDENT, tokenize.DEDENT}

WIDE = dict(zip("（），＜＞＝！“”‘’。；：", "(),<>=!\"\"''.;:", strict=True))
HINTS = {
    "=": ("判断相等要写 ==。", "Write == to compare."),
    "+": ("规则里不做计算；请用算好的名称。", "No arithmetic: use a name that is computed already."),
    ".": ("规则里不能取对象的属性。", "Attributes are not part of the language."),
    "[": ("几个值请写在圆括号里，例如 (1, 2)。", "Write several values in round brackets: (1, 2)."),
}
HINTS |= dict.fromkeys(("*", "/", "//", "%", "**", "@", "~", "^", "&", "|", "<<", ">>"), HINTS["+"])
HINTS |= dict.fromkeys(("]", "{", "}"), HINTS["["])


def wrapped(text: str) -> str:
    """The text as one bracketed expression, so that it may run over several lines; lines shift by one."""
    return "(\n" + text.replace("\r\n", "\n").replace("\r", " ") + "\n)"


def check_tokens(text: str) -> None:
    """Raises RuleFault at the first token that no rule may hold."""
    if len(text) > MAX_LENGTH:
        raise RuleFault(f"规则超过 {MAX_LENGTH} 个字符，请拆开。", f"Longer than {MAX_LENGTH} characters: split it.")
    if not text.strip():
        raise RuleFault("还没有写规则。", "The rule is empty.", Place(1, 0, 1, 0))
    _check_characters(text)
    _check_continuations(text)
    tokens = [token for token in _tokens(text) if token.type not in INVISIBLE and token.string.strip()]
    depth = 0
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        place = _place(token)
        _check_token(token, place)
        if after and token.type == after.type == tokenize.STRING:
            raise RuleFault("两段文字之间缺少逗号。", "A comma is missing between two texts.", _place(after))
        depth += (token.string == "(") - (token.string == ")")
        if depth > MAX_BRACKETS:
            raise RuleFault("括号套得太深，请拆成几条规则。", "Nested too deeply: split it into several rules.", place)
        if depth == 0 and after:
            raise RuleFault("多了一个右括号。", "One closing bracket too many.", place)


def _check_characters(text: str) -> None:
    line, column = 1, 0
    for char in text:
        if char == "\n":
            line, column = line + 1, 0
            continue
        if char not in "\t\r" and not is_plain_text(char):
            zh, en = "这里有看不见的控制字符，请删去。", "A control character stands here: delete it."
            raise RuleFault(zh, en, Place(line, column, line, column + 1))
        column += 1


def _check_continuations(text: str) -> None:
    """A backslash may stand inside a text only: Python's tokens would pass over one at the end of a line."""
    bare = STRING.sub(lambda found: " " * len(found[0]), text)
    for number, line in enumerate(bare.split("\n"), 1):
        if "\\" in line and "'" not in line and '"' not in line:
            column = line.index("\\")
            place = Place(number, column, number, column + 1)
            raise RuleFault("文字以外不能有反斜杠。", "No backslash outside a text.", place)


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    try:
        return list(tokenize.generate_tokens(io.StringIO(wrapped(text)).readline))
    except (tokenize.TokenError, SyntaxError, RecursionError):
        raise RuleFault("括号或引号没有成对。", "A bracket or quote is not closed.", Place(1, 0, 1, 1))


def _place(token: tokenize.TokenInfo) -> Place:
    return Place(token.start[0] - 1, token.start[1], token.end[0] - 1, token.end[1])


def _check_token(token: tokenize.TokenInfo, place: Place) -> None:
    string = token.string
    if token.type == tokenize.STRING and not STRING.fullmatch(string):
        zh, en = '文字请写成 "…"，不加前缀。', 'Write text as "…", without a prefix.'
        raise RuleFault(zh, en, place)
    if token.type == tokenize.NUMBER and not NUMBER.fullmatch(string):
        raise RuleFault("数请写成 25 或 0.5 的样子。", "Write numbers like 25 or 0.5.", place)
    if token.type == tokenize.NAME and string not in WORDS and not CODE.fullmatch(string):
        zh, en = f"没有“{string}”这个名称；名称用小写字母。", f"There is no name {string!r}; names are lower case."
        raise RuleFault(zh, en, place)
    if token.type == tokenize.OP and string not in OPERATORS:
        zh, en = HINTS.get(string, (f"这里不能用“{string}”。", f"{string!r} is not part of the language."))
        raise RuleFault(zh, en, place)
    if token.type not in KNOWN:
        _refuse_stray(string, place)


def _refuse_stray(string: str, place: Place) -> None:
    if string[:1] in WIDE:
        zh = f"“{string}”是全角符号，请改成半角的 {WIDE[string[:1]]}。"
        raise RuleFault(zh, f"{string!r} is a full-width sign: write {WIDE[string[:1]]}.", place)
    if string.startswith("#"):
        raise RuleFault("规则里不写注释。", "No comments in a rule.", place)
    if string.startswith(('"', "'")):
        raise RuleFault("引号没有成对。", "A quote is not closed.", place)
    raise RuleFault(f"这里不能用“{string}”。", f"{string!r} is not part of the language.", place)
