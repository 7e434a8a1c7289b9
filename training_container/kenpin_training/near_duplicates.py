"""Near-duplicates among the images of a run, by the fingerprints that were kept of them."""

from msgspec.structs import replace

from kenpin.pictures.fingerprint import near_duplicates, stacked
from kenpin.projections.database import Database
from kenpin.read_models.fingerprints import notes
from kenpin_training.data import TrainingData


def with_duplicates(database: Database, data: TrainingData) -> TrainingData:
    """Return the data with their near-duplicates; without, where some image has not been looked at."""
    with database.reading() as sql:
        known = notes.of_images(sql, data.image_ids)
    if len(known) < len(data.rows):
        return data
    places = [place for place, id in enumerate(data.image_ids) if known[id]]
    found = near_duplicates(stacked([known[data.rows[place].image_id] for place in places]))
    return replace(data, duplicates=tuple((places[one], places[other]) for one, other, _ in found))
