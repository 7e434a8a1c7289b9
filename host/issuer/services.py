"""The services that every page and endpoint of the issuer uses."""

from dataclasses import dataclass

from host.issuer.accounts import Accounts
from host.issuer.clients import OAuthClient, clients_of, issuer_of
from host.issuer.keys import SigningKeys
from host.issuer.sign_ins import SignIns
from kenpin.bootstrap import Platform, signing_key


@dataclass(frozen=True)
class Services:
    url: str
    home: str
    """The UI, with a slash at its end."""
    clients: dict[str, OAuthClient]
    keys: SigningKeys
    accounts: Accounts
    sign_ins: SignIns
    platform: Platform
    form_key: bytes

    @property
    def is_https(self) -> bool:
        return self.url.startswith("https://")


def services_of(platform: Platform) -> Services:
    settings, database = platform.settings, platform.database
    return Services(
        url=issuer_of(settings),
        home=f"{settings.public_url.rstrip('/')}/",
        clients=clients_of(settings),
        keys=SigningKeys(settings.data_dir),
        accounts=Accounts(database),
        sign_ins=SignIns(database),
        platform=platform,
        form_key=signing_key(settings),
    )
