"""Homes: "module:attribute" for what lives in a module, "module" for a module itself."""


def dotted_home(home: str, written: str) -> str:
    """Return the home of a dotted name whose first part has a home: ``np.random.Generator`` from "numpy".

    Behind a module, lower-case parts but the last are taken for modules.
    """
    rest = written.partition(".")[2]
    if not rest:
        return home
    if ":" in home:
        return f"{home}.{rest}"
    head, _, last = rest.rpartition(".")
    return f"{home}.{head}:{last}" if head and not head[0].isupper() else f"{home}:{rest}"


def plain_home(home: str) -> str:
    """Return the one home of a name that has two in the standard library."""
    module, _, attribute = home.partition(":")
    return f"typing:{attribute}" if module == "typing_extensions" and attribute else home
