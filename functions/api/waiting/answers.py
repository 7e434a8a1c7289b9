"""Answers about what waits for the caller, field by field."""

from pydantic import BaseModel


class WaitingItems(BaseModel):
    """Counts of the work in one dataset that waits for the caller. 10,000 stands for that many or more."""

    dataset_id: str
    review: int
    """Judgements to review; without the caller's own where the project asks for a second person"""
    returned: int
    """Judgements of the caller that came back"""
    readjudication: int
    """Decisions to judge again"""
    agreement: int
    """Open agreement tasks with images that the caller has not answered"""
