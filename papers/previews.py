"""A table before it is taken in: its first rows as they will be read, masked."""

from domain.identifiers import masked_id, masked_name, masked_phone
from domain.lists import ListKind
from papers.tables import OF_PEOPLE, SHOWN, Table

HIDDEN = "***"


def first_rows(table: Table) -> list[tuple[int, dict[str, str]]]:
    """The first five rows with the line each stands on; names, numbers and addresses of people are masked, what is public is not."""
    return [(line, {column: shown(table.kind, column, cell) for column, cell in row.items()}) for line, row in table.rows[:SHOWN]]


def shown(kind: ListKind, column: str, cell: str) -> str:
    if not cell:
        return ""
    if column == "id_number":
        return masked_id(cell)
    if column.endswith("phone"):
        return masked_phone(cell)
    if kind in OF_PEOPLE and column in ("name", "household"):
        return masked_name(cell) if column == "name" or not cell.isascii() else cell
    return cell[:2] + HIDDEN if kind in OF_PEOPLE and column == "address" else cell
