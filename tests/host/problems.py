"""Answers that are a problem (RFC 9457)."""

import httpx

PROJECTS = "/v1/projects"


def is_problem(answer: httpx.Response, status: int) -> bool:
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, body["status"], body["instance"]) == (status, status, answer.url.path)
    assert body["title"] and body["detail"] and body["correlation_id"]
    return True
