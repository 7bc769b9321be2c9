"""The code that readers see: without the calls that only pass numbers on to the text."""

import ast


def without_glue(source: str) -> str:
    """Return the source of a cell without its statements ``glue(…)`` and ``annbook.glue(…)``.

    A loop, a condition or a function that holds nothing else goes as a whole.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic command, or an error that the page shows
        return source
    lines = source.splitlines()
    dropped = set()
    for statement in glue_statements(tree.body):
        alone = lines[statement.lineno - 1][: statement.col_offset].strip() == ""
        if alone and not lines[statement.end_lineno - 1][statement.end_col_offset :].strip(" ;"):
            dropped |= set(range(statement.lineno - 1, statement.end_lineno))
    if not dropped:
        return source
    return "\n".join(line for n, line in enumerate(lines) if n not in dropped).strip("\n")


def glue_statements(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements, at any depth, that do nothing but glue."""
    found = []
    for statement in body:
        blocks = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
        glued = [glue_statements(block) for block in blocks]
        if is_glue(statement) or (blocks[0] and glued == blocks):
            found.append(statement)
        else:  # no block may be left without a statement
            found += [s for block, g in zip(blocks, glued, strict=True) if g != block for s in g]
    return found


def is_glue(statement: ast.stmt) -> bool:
    """Tell whether a statement is a call of glue."""
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return False
    name = statement.value.func
    return getattr(name, "id", None) == "glue" or (
        isinstance(name, ast.Attribute)
        and name.attr == "glue"
        and getattr(name.value, "id", None) == "annbook"
    )
