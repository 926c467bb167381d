"""Words from people and from disk as they stand, where Qt would take some of them for markup."""

from html import escape


def tip(text: str) -> str:
    """A tooltip that shows `text` letter by letter."""
    return f"<p style='white-space: pre-wrap'>{escape(text)}</p>" if "<" in text else text


def caption(text: str) -> str:
    """A button's text without an underlined letter: & is doubled."""
    return text.replace("&", "&&")


def first_sentence(text: str) -> str:
    """Up to the first full stop that ends a sentence."""
    head, stop, _ = text.partition(". ")
    return head + "." if stop else text
