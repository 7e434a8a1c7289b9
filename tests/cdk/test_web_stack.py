"""The web stack: one origin over TLS, private files, and people that administrators let in."""

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from cdk.constructs import pages
from cdk.constructs.code import RUNTIME
from cdk.constructs.sign_in import CALLBACK_PATH, LOOPBACK
from functions.manifest import FRONT_DOOR_HEADER as HEADER
from host.cli.commands.sign_in import PORT
from host.ui import security_headers
from kenpin.application.signed_urls import SignedUrls
from kenpin.settings import Settings
from tests.architecture.checkout import ROOT
from tests.cdk.options import CERTIFICATE, NAME, with_every_option
from tests.cdk.templates import Template, listed, of_type, only, properties, statements

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_BUT_THE_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""Policies that AWS manages, by the ids in its documentation."""
SIGN_IN = "https://{}.auth.{}.amazoncognito.com"
"""As `policy_of` shows it."""
ONE_MACHINE = security_headers(Settings(oidc_issuer=SIGN_IN, oidc_client_id="browser"))


@pytest.fixture(scope="session")
def web(read: Callable[[str], Template]) -> Template:
    return read("web")


def distribution(template: Template) -> dict[str, Any]:
    found: dict[str, Any] = properties(template, "CloudFront::Distribution")["DistributionConfig"]
    return found


def behaviour(template: Template, path: str) -> dict[str, Any]:
    [found] = [it for it in distribution(template)["CacheBehaviors"] if it["PathPattern"] == path]
    return dict(found)


def test_only_this_distribution_reads_the_pages(web: Template) -> None:
    policy = only(web, "S3::BucketPolicy", "PagesBucket")["Properties"]["PolicyDocument"]["Statement"]
    allowed = [statement for statement in policy if statement["Effect"] == "Allow"]
    assert {str(it["Principal"]) for it in allowed} == {str({"Service": "cloudfront.amazonaws.com"})}
    for statement in allowed:
        assert "FrontDoorDistribution" in str(statement["Condition"]["StringEquals"]["AWS:SourceArn"])
    assert {action for it in allowed for action in listed(it["Action"])} == {"s3:GetObject", "s3:ListBucket"}


def test_pages_go_out_compressed_over_the_newest_protocols(web: Template) -> None:
    config = distribution(web)
    assert config["HttpVersion"] == "http2and3"
    assert config["DefaultCacheBehavior"]["Compress"] is True
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert config["Logging"]["Bucket"]


def test_the_api_is_never_cached_and_is_told_everything_but_the_host(web: Template) -> None:
    api = behaviour(web, "/v1/*")
    assert api["CachePolicyId"] == CACHING_DISABLED
    assert api["OriginRequestPolicyId"] == ALL_BUT_THE_HOST
    assert {"GET", "POST", "PUT"} <= set(api["AllowedMethods"])
    assert api["ViewerProtocolPolicy"] == "https-only"
    [origin] = [it for it in distribution(web)["Origins"] if it["Id"] == api["TargetOriginId"]]
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert origin["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]
    assert origin["DomainName"]["Fn::Join"][1][:2] == [
        {"Ref": next(iter(of_type(web, "ApiGatewayV2::Api")))},
        ".execute-api.",
    ]


def test_a_name_of_ones_own_asks_for_tls_1_2() -> None:
    config = distribution(with_every_option()["web"])
    assert config["Aliases"] == [NAME]
    assert config["ViewerCertificate"] == {
        "AcmCertificateArn": CERTIFICATE,
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }


def policy_of(template: Template) -> dict[str, list[str]]:
    """Directive → its sources; those that CloudFormation fills in stand as {…}."""
    headers = properties(template, "CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
    value = headers["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    text = "".join(part if isinstance(part, str) else "{}" for part in value["Fn::Join"][1])
    return directives(text)


def directives(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (it.split() for it in policy.split(";"))}


def test_pages_may_do_what_they_may_on_one_machine_and_send_images(web: Template) -> None:
    here, there = policy_of(web), directives(ONE_MACHINE["content-security-policy"])
    assert here.keys() == there.keys()
    assert all(set(there[name]) <= set(here[name]) for name in there)
    more = {name: set(here[name]) - set(there[name]) for name in here}
    bucket = {"https://{}", "https://{}.s3.{}"}
    assert {name: sources for name, sources in more.items() if sources} == {"connect-src": bucket}


def test_the_other_headers_are_those_of_one_machine(web: Template) -> None:
    for behaviour in (distribution(web)["DefaultCacheBehavior"], *distribution(web)["CacheBehaviors"]):
        assert behaviour["ResponseHeadersPolicyId"]["Ref"].startswith("FrontDoorHeaders")
    config = properties(web, "CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
    headers = config["SecurityHeadersConfig"]
    assert headers["ReferrerPolicy"]["ReferrerPolicy"] == ONE_MACHINE["referrer-policy"]
    assert headers["ContentTypeOptions"] == {"Override": True}
    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 31_536_000


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "/index.html"),
        ("/datasets/cookies/images", "/index.html"),
        ("/v2.1/models", "/index.html"),
        ("/docs", "/docs/index.html"),
        ("/docs/", "/docs/index.html"),
        ("/docs/tutorial.ja.html", "/docs/tutorial.ja.html"),
        ("/assets/index-1a2b.js", "/assets/index-1a2b.js"),
        ("/config.json", "/config.json"),
    ],
)
def test_an_address_of_the_ui_is_the_page_and_a_file_is_a_file(
    web: Template, address: str, file: str
) -> None:
    code = properties(web, "CloudFront::Function", "FrontDoorPageOfAddress")["FunctionCode"]
    assert answer_of(code, {"uri": address})["uri"] == file


def answer_of(code: str, request: dict[str, Any]) -> dict[str, Any]:
    """The answer of a CloudFront Function to a request."""
    script = f"{code}; console.log(JSON.stringify(handler({json.dumps({'request': request})})))"
    ran = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


KEY = "k" * 64
PICTURE = "images/" + "7" * 64
HOUR_S = 3_600


def asked(url: str) -> dict[str, Any]:
    address = urlsplit(url)
    return {
        "uri": address.path,
        "querystring": {name: {"value": value} for name, value in parse_qsl(address.query)},
    }


@pytest.fixture(scope="session")
def signed_file(web: Template) -> str:
    """The function as it is deployed, with a key in the place of the reference to one."""
    before, reference, after = properties(web, "CloudFront::Function", "FrontDoorSignedFile")["FunctionCode"][
        "Fn::Join"
    ][1]
    assert before.endswith('"{{resolve:secretsmanager:') and after.startswith(':SecretString:::}}"')
    assert "fileskey" in reference["Ref"]
    return (
        f"{before.removesuffix('{{resolve:secretsmanager:')}{KEY}{after.removeprefix(':SecretString:::}}')}"
    )


def test_a_file_is_given_to_whoever_has_its_signed_address(signed_file: str) -> None:
    address = SignedUrls("", KEY.encode()).download(PICTURE)
    assert answer_of(signed_file, asked(address)) == {"uri": f"/{PICTURE}", "querystring": {}}


@pytest.mark.parametrize(
    "url",
    [
        f"/files/{PICTURE}",
        SignedUrls("", b"another key").download(PICTURE),
        SignedUrls("", KEY.encode()).download(PICTURE).replace("images", "models"),
        SignedUrls("", KEY.encode()).download(PICTURE).replace("expires=1", "expires=2"),
        SignedUrls("", KEY.encode(), lambda: time.time() - 2 * HOUR_S).download(PICTURE),
        SignedUrls("", KEY.encode()).upload(PICTURE, 8, "image/png"),
    ],
    ids=["unsigned", "key", "name", "time", "expired", "upload"],
)
def test_a_file_is_refused_without_a_good_signature(signed_file: str, url: str) -> None:
    assert answer_of(signed_file, asked(url))["statusCode"] == 403


def test_a_file_stays_in_the_cache_as_long_as_its_address_is_good(web: Template) -> None:
    files = behaviour(web, "/files/*")
    assert files["ViewerProtocolPolicy"] == "https-only"
    config = only(web, "CloudFront::CachePolicy", "FrontDoorCachefiles")["Properties"]["CachePolicyConfig"]
    assert config["MaxTTL"] == HOUR_S
    in_key = config["ParametersInCacheKeyAndForwardedToOrigin"]
    assert in_key["QueryStringsConfig"]["QueryStringBehavior"] == "none"


def test_health_reaches_a_function_once_a_minute(web: Template) -> None:
    assert "FrontDoorCachehealth" in str(behaviour(web, "/v1/health")["CachePolicyId"])
    config = only(web, "CloudFront::CachePolicy", "FrontDoorCachehealth")["Properties"]["CachePolicyConfig"]
    assert config["MaxTTL"] == 60


def test_behind_a_waf_cloudfront_adds_a_secret(web: Template) -> None:
    full = with_every_option()["web"]
    api = behaviour(full, "/v1/*")["TargetOriginId"]
    [origin] = [it for it in distribution(full)["Origins"] if it["Id"] == api]
    [header] = origin["OriginCustomHeaders"]
    assert header["HeaderName"] == HEADER
    assert "frontdoorsecret" in str(header["HeaderValue"])
    assert "OriginCustomHeaders" not in str(distribution(web))


def deployments(template: Template) -> list[dict[str, Any]]:
    found = [it for it in template["Resources"].values() if it["Type"] == "Custom::CDKBucketDeployment"]
    return sorted((it["Properties"] for it in found), key=lambda it: "Include" not in it)


def test_files_with_a_digest_in_their_name_are_kept_and_all_others_asked_for_again(web: Template) -> None:
    hashed, pages = deployments(web)
    assert (hashed["Exclude"], hashed["Include"]) == (["*"], ["assets/*"])
    assert hashed["SystemMetadata"] == {"cache-control": "public, max-age=31536000, immutable"}
    assert pages["Exclude"] == ["assets/*"]
    assert pages["SystemMetadata"] == {"cache-control": "no-cache"}
    assert hashed["Prune"] is pages["Prune"] is False


def test_a_deployment_builds_the_ui_and_leaves_out_what_is_nobodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "built/assets").mkdir(parents=True)
    (tmp_path / "built/assets/index-1a2b.js").touch()
    (tmp_path / "built/.stamp").touch()
    (tmp_path / "built/docs").mkdir()
    (tmp_path / "built/docs/index.html").touch()
    ran: list[list[str]] = []
    monkeypatch.setattr(pages, "BUILT_UI", tmp_path / "built")
    monkeypatch.setattr("subprocess.run", lambda command, **_: ran.append(command))
    (tmp_path / "out").mkdir()
    assert pages.LocalPageBuild().try_bundle(str(tmp_path / "out"), image=RUNTIME.bundling_image)
    assert [command[1:] for command in ran] == [["-m", "host.frontend_build"]]
    assert [path.name for path in (tmp_path / "out").rglob("*.*")] == ["index-1a2b.js"]


def test_a_deployment_builds_the_documentation_below_docs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "built/docs").mkdir(parents=True)
    for name in ("index.html", "index.html.gz"):
        (tmp_path / "built/docs" / name).touch()
    ran: list[list[str]] = []
    monkeypatch.setattr(pages, "BUILT_UI", tmp_path / "built")
    monkeypatch.setattr("subprocess.run", lambda command, **_: ran.append(command))
    (tmp_path / "out").mkdir()
    assert pages.LocalDocsBuild().try_bundle(str(tmp_path / "out"), image=RUNTIME.bundling_image)
    assert [command[1:] for command in ran] == [["-m", "host.docs_site"]]
    assert [str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.*")] == [
        "docs/index.html"
    ]


def test_the_ui_is_told_where_people_sign_in(web: Template, assembly: Path) -> None:
    [config] = [path for path in assembly.glob("asset.*/config.json")]
    oidc = json.loads(config.read_text().replace("<<", '"<<').replace(">>", '>>"'))["oidc"]
    assert list(oidc) == ["issuer", "client_id", "cli_client_id", "domain", "scope"]
    assert oidc["scope"] == "openid email profile"
    markers = deployments(web)[1]["SourceMarkers"][1]
    assert "SignInBrowser" in str(markers[oidc["client_id"]])
    assert "SignInCommandLine" in str(markers[oidc["cli_client_id"]])
    assert "ProviderURL" in str(markers[oidc["issuer"]])
    assert "amazoncognito.com" in str(markers[oidc["domain"]])


def test_people_are_let_in_by_an_administrator_with_strong_passwords(web: Template) -> None:
    pool = only(web, "Cognito::UserPool")
    assert pool["DeletionPolicy"] == "RetainExceptOnCreate"
    people = pool["Properties"]
    assert people["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert people["UsernameAttributes"] == ["email"]
    assert people["DeletionProtection"] == "INACTIVE"
    password = people["Policies"]["PasswordPolicy"]
    assert password["MinimumLength"] >= 12
    assert all(password[f"Require{what}"] for what in ("Lowercase", "Uppercase", "Numbers", "Symbols"))
    assert (people["MfaConfiguration"], people["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])
    assert people["UserPoolTier"] == "ESSENTIALS"


def test_a_stage_may_ask_for_a_second_factor_and_for_threat_protection() -> None:
    people = properties(with_every_option()["web"], "Cognito::UserPool")
    assert people["MfaConfiguration"] == "ON"
    assert people["UserPoolTier"] == "PLUS"
    assert people["UserPoolAddOns"] == {"AdvancedSecurityMode": "ENFORCED"}


@pytest.mark.parametrize("who", ["Browser", "CommandLine"])
def test_who_signs_in_holds_no_secret_and_tokens_that_do_not_last(web: Template, who: str) -> None:
    client = properties(web, "Cognito::UserPoolClient", f"SignIn{who}")
    assert client["GenerateSecret"] is False
    assert client["AllowedOAuthFlows"] == ["code"]
    assert "openid" in client["AllowedOAuthScopes"]
    assert (client["AccessTokenValidity"], client["TokenValidityUnits"]["AccessToken"]) == (15, "minutes")
    assert client["RefreshTokenRotation"]["Feature"] == "ENABLED"
    assert "ALLOW_REFRESH_TOKEN_AUTH" not in client["ExplicitAuthFlows"]
    assert client["EnableTokenRevocation"] is True
    assert client["PreventUserExistenceErrors"] == "ENABLED"


def test_sign_in_comes_back_to_the_distribution_in_one_deployment(web: Template) -> None:
    """No second step: the client is made after the distribution, whose name it needs."""
    client = properties(web, "Cognito::UserPoolClient", "SignInBrowser")
    domain = {"Fn::GetAtt": [next(iter(of_type(web, "CloudFront::Distribution"))), "DomainName"]}
    assert client["CallbackURLs"] == [{"Fn::Join": ["", ["https://", domain, CALLBACK_PATH]]}]
    assert client["LogoutURLs"] == [{"Fn::Join": ["", ["https://", domain, "/"]]}]
    named = properties(with_every_option()["web"], "Cognito::UserPoolClient", "SignInBrowser")
    assert named["CallbackURLs"] == [f"https://{NAME}{CALLBACK_PATH}"]


def test_the_addresses_of_return_are_those_that_browser_and_terminal_listen_at() -> None:
    assert f'RETURN = "{CALLBACK_PATH}"' in (ROOT / "frontend/src/features/session/issuer.ts").read_text()
    assert f"http://localhost:{PORT}/callback" == LOOPBACK


def test_a_terminal_is_called_back_on_its_own_machine(web: Template) -> None:
    client = properties(web, "Cognito::UserPoolClient", "SignInCommandLine")
    assert client["CallbackURLs"] == [LOOPBACK]


def test_a_name_without_a_certificate_is_refused(tmp_path: Path) -> None:
    from aws_cdk import App

    from cdk.app import add_stacks, context
    from cdk.stage import Stage

    app = App(outdir=str(tmp_path), context=context())
    with pytest.raises(ValueError, match="public_url and certificate"):
        add_stacks(app, replace(Stage.from_context(app.node), public_url=f"https://{NAME}"))


def test_the_library_puts_files_with_no_more_than_it_needs(web: Template) -> None:
    [deploy] = properties(web, "IAM::Role", "PagesRole")["Policies"]
    found = {str(it["Action"]) for it in deploy["PolicyDocument"]["Statement"]}
    assert found == {
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "['logs:CreateLogStream', 'logs:PutLogEvents']",
    }
    assert list(statements(web, "PagesRole")) == []


def test_waf_is_an_option(web: Template) -> None:
    assert "WebACLId" not in distribution(web)
    full = with_every_option()
    assert distribution(full["web"])["WebACLId"]["Fn::GetAtt"][1] == "Parameter.Value"
    parameter = properties(full["waf"], "SSM::Parameter")
    assert parameter["Name"] in str(
        full["web"]["Resources"][distribution(full["web"])["WebACLId"]["Fn::GetAtt"][0]]
    )
    acl = properties(full["waf"], "WAFv2::WebACL")
    assert acl["Scope"] == "CLOUDFRONT"
    *managed, rate = acl["Rules"]
    assert [rule["Statement"]["ManagedRuleGroupStatement"]["Name"] for rule in managed] == [
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    ]
    assert rate["Action"] == {"Block": {}}
    assert rate["Statement"]["RateBasedStatement"]["Limit"] == 50 * 300 / 2
