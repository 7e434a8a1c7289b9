"""Sign-in: a user pool without self-registration, its page, and the clients of browser, terminal and factory."""

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from cdk.constructs.nag_reasons import acknowledge
from cdk.stage import Stage

PLUS_PLAN, ESSENTIALS_PLAN = "PLUS", "ESSENTIALS"
THREAT_PROTECTION = cognito.StandardThreatProtectionMode.FULL_FUNCTION
SCOPES = (cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL, cognito.OAuthScope.PROFILE)
CALLBACK_PATH = "/signed-in"
"""As in frontend/src/features/session/issuer.ts."""
LOOPBACK = "http://localhost:8711/callback"
"""As in host/cli/sign_in.py."""
TOKEN_LIFE = Duration.minutes(15)
"""Longest time that a disabled person's token stays valid."""
REFRESH_TOKEN_LIFE = Duration.hours(12)
REASONS = {
    "COG2": "A second factor is asked for where the stage says so (mfa); people may always set one up.",
    "COG8": "The Plus plan is the stage's choice (threat_protection): it charges for every active person.",
}


class SignIn(Construct):
    def __init__(self, scope: Construct, id: str, stage: Stage) -> None:
        super().__init__(scope, id)
        self.pool = cognito.UserPool(
            self,
            "People",
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            self_sign_up_enabled=False,
            mfa=cognito.Mfa[stage.mfa.upper()],
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_digits=True,
                require_lowercase=True,
                require_symbols=True,
                require_uppercase=True,
                temp_password_validity=Duration.days(7),
            ),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            feature_plan=cognito.FeaturePlan[PLUS_PLAN if stage.threat_protection else ESSENTIALS_PLAN],
            standard_threat_protection_mode=THREAT_PROTECTION if stage.threat_protection else None,
            deletion_protection=stage.deletion_protection,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        self.issuer = self.pool.user_pool_provider_url
        self._page = self.pool.add_domain(
            "Page",
            cognito_domain=cognito.CognitoDomainOptions(
                domain_prefix=f"kenpin-{stage.name}-{Aws.ACCOUNT_ID}"
            ),
        )
        self.address = self._page.base_url()
        acknowledge(self.pool, REASONS)

    def browser(self, origin: str) -> cognito.UserPoolClient:
        return self._client("Browser", f"{origin}{CALLBACK_PATH}", f"{origin}/")

    def command_line(self) -> cognito.UserPoolClient:
        return self._client("CommandLine", LOOPBACK, LOOPBACK)

    def _client(self, id: str, callback: str, after: str) -> cognito.UserPoolClient:
        """A public client: it holds no secret, and proves by PKCE that it asked for the code it redeems."""
        return cognito.UserPoolClient(
            self,
            id,
            user_pool=self.pool,
            generate_secret=False,
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[*SCOPES],
                callback_urls=[callback],
                logout_urls=[after],
            ),
            # With none named, tokens could be renewed by a call that does not rotate them.
            auth_flows=cognito.AuthFlow(user_srp=True),
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            access_token_validity=TOKEN_LIFE,
            id_token_validity=TOKEN_LIFE,
            refresh_token_validity=REFRESH_TOKEN_LIFE,
            refresh_token_rotation_grace_period=Duration.seconds(60),
            enable_token_revocation=True,
            prevent_user_existence_errors=True,
        )
