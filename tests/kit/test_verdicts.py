from lianxin.kit.verdicts import Verdicts


def test_yes_is_remembered_for_a_while_and_no_is_asked_again():
    asked = []

    def answer(word):
        asked.append(word)
        return word == "yes"

    verdicts = Verdicts(seconds=300)
    assert [verdicts.hold("a", lambda: answer("yes")) for _ in range(3)] == [True] * 3
    assert [verdicts.hold("b", lambda: answer("no")) for _ in range(2)] == [False] * 2
    assert asked == ["yes", "no", "no"]
    assert Verdicts(seconds=0).hold("a", lambda: answer("yes"))


def test_it_forgets_rather_than_grow():
    verdicts = Verdicts(most=2)
    for key in range(5):
        assert verdicts.hold(key, lambda: True)
    assert len(verdicts._until) <= 2
