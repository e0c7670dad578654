"""Characters of function words (虚词): they say nothing about the matter, and lists that cut text drop them."""

FUNCTION_CHARACTERS = frozenset("的了是我们他她它你您这那都也么给但与被并何从什吗呢吧啊将又且或让把很没因然")
