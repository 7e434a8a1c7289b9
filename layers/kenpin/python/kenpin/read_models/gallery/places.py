"""Places in the order of the gallery by their number of images before, so that a page begins anywhere."""

from kenpin.projections.database import Sql
from kenpin.read_models.gallery.queries import ORDERS, Filter, narrowed, parameters_of


def place_after(sql: Sql, dataset_id: str, given: Filter, skipped: int, as_of: int | None) -> int | None:
    """Return the ordinal of the last of `skipped` images in order of registration, or from the newest.

    None: there are fewer images. Ordinals alone are read: a page of many columns would read all of those it skips.
    """
    _, beyond = ORDERS[given.order]
    sources = " union all ".join(
        f"select i.ordinal from {standing} where i.dataset_key = %(key)s and {terms}"
        for standing, terms in narrowed(given, as_of, [])
    )
    direction = "asc" if beyond == ">" else "desc"
    query = f"select ordinal from ({sources}) as each order by 1 {direction} offset %(skipped)s limit 1"
    key = sql.execute("select dataset_key from image_dataset where dataset_id = %s", (dataset_id,)).fetchone()
    if key is None:
        return None
    asked = {**parameters_of(dataset_id, given, as_of), "key": key["dataset_key"], "skipped": skipped - 1}
    row = sql.execute(query, asked).fetchone()
    return None if row is None else int(row["ordinal"])
