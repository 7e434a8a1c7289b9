"""Notes of claims: the images that a person judges next, so that nobody else gets them meanwhile.

No history: a claim expires by itself, and no rule depends on it.
"""

from collections.abc import Sequence
from typing import Final

from kenpin.domain.ids import ActorId, DatasetId, ImageId
from kenpin.projections.database import Row, Sql
from kenpin.projections.table import DeclaredTable

CLAIM_SECONDS: Final = 120
"""The time that a claim holds unless its person renews it."""
IMAGE_CLAIM: Final = DeclaredTable(
    "image_claim",
    """
    dataset_id text not null,
    image_id   text not null,
    actor      text not null,
    until      timestamptz not null,
    primary key (dataset_id, image_id)""",
)


def claim(sql: Sql, dataset_id: DatasetId, actor: ActorId, image_ids: Sequence[ImageId], take: int) -> None:
    """Give the person the first `take` of these images that nobody else holds, in place of their claims before.

    People take their turns within a dataset, so that two never get the same image. It reads the open claims
    and the images named, and nothing else.
    """
    values = {"dataset": dataset_id, "actor": actor, "images": list(image_ids), "take": take}
    sql.execute("select pg_advisory_xact_lock(hashtextextended('claims ' || %(dataset)s, 0))", values)
    sql.execute(
        """delete from image_claim where dataset_id = %(dataset)s
        and (actor = %(actor)s or until <= clock_timestamp())""",
        values,
    )
    sql.execute(
        f"""insert into image_claim
        select %(dataset)s, image_id, %(actor)s, clock_timestamp() + interval '{CLAIM_SECONDS} s'
        from unnest(%(images)s::text[]) with ordinality as asked (image_id, place)
        where not exists (select from image_claim c
            where c.dataset_id = %(dataset)s and c.image_id = asked.image_id)
        order by place limit %(take)s""",
        values,
    )


def standing(sql: Sql, dataset_id: DatasetId) -> list[Row]:
    """Return the claims of a dataset that hold now; each person holds a few."""
    return sql.execute(
        """select image_id, actor, until from image_claim where dataset_id = %s and until > clock_timestamp()
        order by image_id limit 1000""",
        (dataset_id,),
    ).fetchall()
