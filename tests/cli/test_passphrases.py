"""Passphrases asked for on a terminal, in a real one: not shown, twice when new, once a command."""

from pathlib import Path

from salescli import db
from salescli.encryption import keys
from tests.cli.test_prompts import Terminal, answer, ended
from tests.cli.test_prompts import terminal as terminal  # a fixture
from tests.test_encryption import PASSPHRASE
from tests.test_encryption import key as key  # a fixture


def test_a_new_passphrase_is_asked_for_until_it_is_typed_twice_the_same(terminal: Terminal, data_file: Path) -> None:
    child = terminal("data", "encrypt")
    answer(child, ("[y/N]", "y"), ("New passphrase", "short"), ("8 to 1000", PASSPHRASE), ("The same again", "other"))
    answer(child, ("please try again", PASSPHRASE), ("The same again", f"{PASSPHRASE} "))
    said = ended(child)
    assert "is encrypted." in said
    assert PASSPHRASE not in said
    assert db.is_encrypted(data_file)


def test_the_passphrase_is_asked_for_once_a_command_and_may_be_mistyped(
    terminal: Terminal, data_file: Path, key: keys.Key, environ: dict[str, str]
) -> None:
    db.rewrite(data_file, key)
    environ["SALES_PASSPHRASE"] = "nor this one"
    child = terminal("client", "add", "杭州蓝海机电")  # which reads, then writes
    child.expect_exact("What SALES_PASSPHRASE says is not")
    answer(child, (f"Passphrase of {data_file}", "not this one"), ("is not the passphrase of", PASSPHRASE))
    assert "杭州蓝海机电" in ended(child)
