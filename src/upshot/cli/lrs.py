"""`upshot lrs`: keys of the learning record store, and its upkeep."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from upshot.web.accounts.models import Organisation

__all__ = ["lrs", "opened"]

_SCOPES = (
    "all", "all/read", "statements/write", "statements/read", "statements/read/mine", "state", "profile", "define",
)  # fmt: skip


def opened(workspace: Path) -> "Organisation":
    """The organisation of a workspace folder, with the web product started."""
    from upshot.web import boot

    boot.setup(workspace)
    return boot.ensure_organisation(workspace.resolve())


_workspace = click.option(
    "--workspace", type=click.Path(path_type=Path), default=Path(), help="Workspace folder [default: here]."
)


@click.group()
def lrs() -> None:
    """Look after the learning record store, which `upshot serve` offers under /xapi/."""


@lrs.command()
@click.option("--name", required=True, help="The system that will use the key.")
@click.option("--scope", "scopes", multiple=True, required=True, metavar="SCOPE", help=f"One of {', '.join(_SCOPES)}.")
@click.option("--trusted", is_flag=True, help="Statements keep the authority they name.")
@click.option("--per-minute", type=int, help="Requests it may send in a minute [default: no limit].")
@_workspace
def key(name: str, scopes: tuple[str, ...], trusted: bool, per_minute: int | None, workspace: Path) -> None:
    """Make a key; KEY:SECRET stands on the last line, and the secret is shown this once."""
    organisation = opened(workspace)
    from upshot.web.lrs.services.keys import make_key

    made = make_key(organisation, name=name, scopes=scopes, trusted=trusted, per_minute=per_minute)
    click.echo(f"Key of {made.credential.name} for {organisation.name}, scopes {', '.join(made.credential.scopes)}:")
    click.echo(made.text)


@lrs.command()
@_workspace
def keys(workspace: Path) -> None:
    """List the keys: name, key, scopes, and whether they still work."""
    organisation = opened(workspace)
    from upshot.web.lrs.models import Credential

    for one in Credential.objects.filter(organisation=organisation):
        state = f"revoked {one.revoked:%Y-%m-%d}" if one.revoked else "works"
        click.echo(f"{one.name}  {one.key}  {', '.join(one.scopes)}  {state}")


@lrs.command()
@click.argument("key_")
@click.option("--overlap", type=int, default=24, show_default=True, help="Hours the secret before it still works.")
@_workspace
def rotate(key_: str, overlap: int, workspace: Path) -> None:
    """Give KEY_ a new secret; KEY:SECRET stands on the last line."""
    organisation = opened(workspace)
    from upshot.web.lrs.services.keys import known_key, rotate_key

    made = rotate_key(known_key(organisation, key_), overlap=dt.timedelta(hours=overlap))
    click.echo(f"The secret before this one works for {overlap} more hours.")
    click.echo(made.text)


@lrs.command()
@click.argument("key_")
@_workspace
def revoke(key_: str, workspace: Path) -> None:
    """End KEY_; it works nowhere after half a minute."""
    organisation = opened(workspace)
    from upshot.web.lrs.services.keys import known_key, revoke_key

    revoke_key(known_key(organisation, key_))
    click.echo("The key is revoked.")


@lrs.command()
@click.option("--issuer", required=True, help="The tokens' iss.")
@click.option("--audience", required=True, help="The tokens' aud.")
@click.option("--keys", "keys_", type=click.Path(path_type=Path), help="JSON Web Key Set [default: fetched from it].")
@click.option("--scope-claim", default="scope", show_default=True, help="The claim that lists scopes.")
@_workspace
def issuer(issuer: str, audience: str, keys_: Path | None, scope_claim: str, workspace: Path) -> None:
    """Accept bearer tokens of an OAuth 2 or OpenID Connect issuer."""
    organisation = opened(workspace)
    from upshot.web.lrs.services.tokens import trust_issuer

    keys = None if keys_ is None else keys_.read_bytes()
    trust_issuer(organisation, issuer=issuer, audience=audience, keys=keys, scope_claim=scope_claim)
    click.echo(f"Tokens of {issuer} for {audience} are accepted.")


@lrs.command()
@_workspace
def follow(workspace: Path) -> None:
    """Bring the lake up to date with the statements; `upshot serve` does it by itself."""
    organisation = opened(workspace)
    from upshot.web.lrs.services.lake import follow as run

    done = run(organisation)
    click.echo(
        f"{done.statements:,} statements read, {done.added:,} learning records added, {done.retracted:,} taken back."
    )


@lrs.command()
@click.argument("identifier")
@click.option("--reason", required=True, help="Why, without naming anybody.")
@_workspace
def erase(identifier: str, reason: str, workspace: Path) -> None:
    """Erase whoever IDENTIFIER names: mailto:…, sha1:…, openid:… or account:HOMEPAGE|NAME."""
    organisation = opened(workspace)
    from upshot.web.lrs.services.erasing import erase_agent

    done = erase_agent(organisation, identifier, reason=reason)
    click.echo(f"Erased: {', '.join(f'{count:,} {what}' for what, count in done.counts.items())}.")
    click.echo(f"Proof {done.pk}: {done.seal}")


@lrs.command()
@click.argument("identifier")
@click.argument("same_as")
@click.option("--reason", default="", help="Why.")
@_workspace
def link(identifier: str, same_as: str, reason: str, workspace: Path) -> None:
    """Say that IDENTIFIER and SAME_AS are one person, here and in the lake."""
    organisation = opened(workspace)
    from upshot.web.lrs.services.identities import link_agents

    link_agents(organisation, identifier, same_as, reason=reason)
    click.echo("They are one person from now on.")


@lrs.command()
@click.argument("file", type=click.Path(path_type=Path))
@_workspace
def export(file: Path, workspace: Path) -> None:
    """Write every statement to FILE: .jsonl, .jsonl.gz, .csv or .parquet."""
    organisation = opened(workspace)
    from upshot.web.lrs.services.exporting import export_file

    click.echo(f"{export_file(organisation, file):,} statements written to {file.name}.")


@lrs.command()
@click.argument("name")
@click.argument("endpoint")
@click.option("--key", "key_", required=True, help="Key that the other store gave.")
@click.option("--secret", required=True, envvar="UPSHOT_FORWARD_SECRET", help="Its secret; or UPSHOT_FORWARD_SECRET.")
@click.option("--version", type=click.Choice(["1.0.3", "2.0.0"]), default="1.0.3", help="The xAPI it speaks.")
@click.option("--everything", is_flag=True, help="Send what is stored already, too.")
@_workspace
def forward(name: str, endpoint: str, key_: str, secret: str, version: str, everything: bool, workspace: Path) -> None:
    """Forward every statement to another store at ENDPOINT, called NAME, from now on."""
    organisation = opened(workspace)
    from upshot.web.lrs.services.forwarding import add_target, replay

    target = add_target(organisation, name=name, endpoint=endpoint, key=key_, secret=secret, version=version)
    if everything:
        replay(target)
    click.echo(f"Statements go to {name}; `upshot serve` sends them.")


@lrs.command()
@click.argument("days", type=int)
@click.option("--verb", help="Only statements with this verb's IRI.")
@click.option("--activity-type", help="Only statements about activities of this type's IRI.")
@_workspace
def retain(days: int, verb: str | None, activity_type: str | None, workspace: Path) -> None:
    """Keep statements for DAYS; those with a rule of their own by that rule."""
    if verb and activity_type:
        raise click.UsageError("Give --verb or --activity-type, not both.")
    organisation = opened(workspace)
    from upshot.web.lrs.services.retention import set_rule

    set_rule(organisation, days=days, verb=verb, activity_type=activity_type)
    click.echo(f"They are kept for {days} days; `upshot serve` deletes older ones every hour.")
