"""The commands of `alicloud-snapshot`.

Each command imports what it needs only when it runs, so that the help and the completion answer at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from . import completion
from .command_group import CommandGroup

app = typer.Typer(
    name="alicloud-snapshot",
    cls=CommandGroup,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        metavar="REGION",
        help="A region to look in. Repeat it for more. By default the configured one and those of the snapshots.",
        autocompletion=completion.regions,
    ),
]
SnapshotId = Annotated[
    str,
    typer.Argument(
        metavar="SNAPSHOT", help="The id of a snapshot, such as s-bp67acfmxazb4p.", autocompletion=completion.snapshots
    ),
]
DiskId = Annotated[
    str,
    typer.Argument(metavar="DISK", help="The id of a disk, such as d-bp67acfmxazb4p.", autocompletion=completion.disks),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Ask no question. Needed if there is no terminal.")]
Output = Annotated[Literal["table", "json"], typer.Option(help="A table to read, or JSON for programs.")]


@app.callback(invoke_without_command=True)
def show_help(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the installed version and exit.")] = False,
) -> None:
    """Disk snapshots of Alibaba Cloud ECS on the command line."""
    if version:
        from importlib.metadata import version as installed  # noqa: PLC0415

        typer.echo(installed("pulumi-alicloud-snapshot"))
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command(
    short_help="Run the embedded ECS on 127.0.0.1.",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def emulator(context: typer.Context) -> None:
    """Run the embedded ECS on 127.0.0.1; `emulator --help` shows its options."""
    from ecs_emulator.__main__ import main as run_emulator  # noqa: PLC0415

    raise typer.Exit(run_emulator(context.args))


@app.command(short_help="Write a Pulumi program that takes snapshots of existing disks.")
def init(
    things: Annotated[
        list[str],
        typer.Argument(
            metavar="DISK...|INSTANCE", help="The ids of disks, or of one instance.", autocompletion=completion.disks
        ),
    ],
    only_print: Annotated[bool, typer.Option("--print", help="Print the program and write no file.")] = False,
    region: Regions = None,
) -> None:
    """Write `Pulumi.yaml` and a Python program, `__main__.py`, for disks or for all disks of an instance.

    For one disk the program declares a `Snapshot`. For several disks it declares a `SnapshotGroup` if ECS can cut them
    at one moment, and otherwise a `SnapshotSet`. The command never overwrites a file. `--print` shows the program so
    that you can copy from it.
    """
    from .context import perform  # noqa: PLC0415
    from .init import begin_project  # noqa: PLC0415

    perform(lambda context: begin_project(context, things, only_print=only_print), region)


@app.command(name="list", short_help="List snapshots, newest first.")
def list_(
    series: Annotated[
        str | None, typer.Option(help="Only this series. For a series of the stack, the resource's name is enough.")
    ] = None,
    disk: Annotated[
        str | None,
        typer.Option(help="Only snapshots of this disk, whoever took them.", autocompletion=completion.disks),
    ] = None,
    instance: Annotated[str | None, typer.Option(help="Only snapshots of the disks attached to this instance.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All snapshots of the regions, not only the stack's series.")
    ] = False,
    region: Regions = None,
    output: Output = "table",
) -> None:
    """List snapshots, newest first: series, generation, age, size, status, and what was made from each.

    In a stack's folder it lists the stack's series. Elsewhere it lists the whole region. Sizes and costs are upper
    bounds: if two snapshots share a block, you pay for it once.
    """
    from ..overview.catalogue import Filters  # noqa: PLC0415
    from .context import perform  # noqa: PLC0415
    from .list import list_snapshots  # noqa: PLC0415

    filters = Filters(None, series, disk, instance)
    perform(lambda context: list_snapshots(context, filters, everything=everything), region, output)


@app.command(short_help="Show everything about a snapshot, and how to go back to it.")
def show(snapshot: SnapshotId, region: Regions = None, output: Output = "table") -> None:
    """Show everything about a snapshot: its facts, series, users, lock and cost, and how to go back to it."""
    from .context import perform  # noqa: PLC0415
    from .show import show_snapshot  # noqa: PLC0415

    perform(lambda context: show_snapshot(context, snapshot), region, output)


@app.command(short_help="Show the progress of unfinished snapshots.")
def watch(
    snapshots: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SNAPSHOT]...",
            help="The snapshots to watch. By default all that are in progress.",
            autocompletion=completion.snapshots,
        ),
    ] = None,
    series: Annotated[
        str | None,
        typer.Option(help="All snapshots of this series. For a series of the stack, the resource's name is enough."),
    ] = None,
    region: Regions = None,
    output: Output = "table",
) -> None:
    """Show the percent and the remaining time of unfinished snapshots until all have ended.

    On a terminal it draws bars. Elsewhere it prints lines. The exit code is 0 if all are accomplished, and 1 if one
    failed. Ctrl-C ends only the display, not the snapshots.
    """
    from .context import perform  # noqa: PLC0415
    from .watch import watch_snapshots  # noqa: PLC0415

    perform(lambda context: watch_snapshots(context, snapshots or [], series), region, output)


@app.command(short_help="Take snapshots of disks now.")
def take(
    disks: Annotated[
        list[str],
        typer.Argument(
            metavar="DISK...", help="The ids of disks, such as d-bp67acfmxazb4p.", autocompletion=completion.disks
        ),
    ],
    retention_days: Annotated[
        int | None, typer.Option(help="After how many days ECS deletes the snapshots. By default never.")
    ] = None,
    yes: Yes = False,
    region: Regions = None,
    output: Output = "table",
) -> None:
    """Take snapshots of disks now, at the same time, and show the progress until all have ended.

    It says how long each one takes and what it costs, and asks. The snapshots belong to no stack: each is in the series
    `by-hand-of-DISK`. Prune it with `prune --series`. Ctrl-C ends only the wait, not the snapshots. For 15 minutes the
    same command adopts the snapshots that have begun. The exit code is 0 if all are accomplished, and 1 if one failed.
    """
    from .context import perform  # noqa: PLC0415
    from .take import Order, take_snapshots  # noqa: PLC0415

    order = Order(disks, retention_days, sure=yes)
    perform(lambda context: take_snapshots(context, order), region, output)


@app.command(short_help="Estimate the next snapshot of a disk.")
def estimate(disk: DiskId, region: Regions = None, output: Output = "table") -> None:
    """Estimate the next snapshot of a disk: full or incremental, its time, size and cost.

    If ECS would refuse it, the command gives the reason, and the exit code is 1.
    """
    from .context import perform  # noqa: PLC0415
    from .estimate import estimate_disk  # noqa: PLC0415

    perform(lambda context: estimate_disk(context, disk), region, output)


@app.command(short_help="Remove older snapshots, with a reason for each.")
def prune(  # noqa: PLR0913, PLR0917  (one for each option)
    series: Annotated[
        str | None, typer.Option(help="The series to prune. For a series of the stack, the resource's name is enough.")
    ] = None,
    keep_last: Annotated[
        int | None, typer.Option(help="How many accomplished snapshots of each series stay. By default as declared.")
    ] = None,
    keep_hourly: Annotated[
        int | None, typer.Option(help="For this many hours, keep the newest of each. -1 means all.")
    ] = None,
    keep_daily: Annotated[int | None, typer.Option(help="For this many days, keep the newest of each.")] = None,
    keep_weekly: Annotated[int | None, typer.Option(help="For this many ISO weeks, keep the newest of each.")] = None,
    keep_monthly: Annotated[int | None, typer.Option(help="For this many months, keep the newest of each.")] = None,
    keep_yearly: Annotated[int | None, typer.Option(help="For this many years, keep the newest of each.")] = None,
    keep_within: Annotated[
        str | None,
        typer.Option(metavar="DURATION", help="Keep all within this time before the newest, such as 30d or 1y6m."),
    ] = None,
    keep_timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="The time zone of the hours and days. UTC by default.")
    ] = None,
    by_hand: Annotated[
        bool, typer.Option("--by-hand", help="Prune snapshots that somebody made by hand, by the --keep options.")
    ] = False,
    disk: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DISK",
            help="With --by-hand: only snapshots of this disk. Repeat it for more.",
            autocompletion=completion.disks,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would stay and go, and why. Remove nothing.")
    ] = False,
    yes: Yes = False,
    region: Regions = None,
    output: Output = "table",
) -> None:
    """Remove the older snapshots of a series by the rules of `keep_last` and `keep`, with a reason for each.

    The options give the rules. Without options the stack's own rules apply. A snapshot stays if any rule keeps it.

    In a stack's folder it prunes all series of the stack. Elsewhere it prunes the series that you name. The newest
    accomplished snapshot of a series always stays. A snapshot also stays if the stack's state holds it, if it is
    locked, or if an image or a disk was made from it.

    With --by-hand it prunes snapshots that somebody made by hand. These have no tag of this provider. Automatic
    snapshots, copies and members of groups are not among them. Another state may hold one, so look at each one first.
    """
    from .context import perform  # noqa: PLC0415
    from .prune import prune_series  # noqa: PLC0415
    from .prune_by_hand import prune_made_by_hand  # noqa: PLC0415
    from .pruning import Order  # noqa: PLC0415

    keep = {
        "hourly": keep_hourly,
        "daily": keep_daily,
        "weekly": keep_weekly,
        "monthly": keep_monthly,
        "yearly": keep_yearly,
        "within": keep_within,
        "timezone": keep_timezone,
    }
    order = Order(series, keep_last, keep, dry_run=dry_run, sure=yes)
    if disk and not by_hand:
        raise typer.BadParameter("--disk goes with --by-hand; choose a series by --series")
    if by_hand:
        perform(lambda context: prune_made_by_hand(context, order, disk or []), region, output)
    else:
        perform(lambda context: prune_series(context, order), region, output)


@app.command(short_help="Roll a disk back to one of its snapshots.")
def rollback(
    disk: DiskId,
    to: Annotated[
        str,
        typer.Option(
            metavar="SNAPSHOT",
            help="The snapshot to go back to. It must be a snapshot of this disk.",
            autocompletion=completion.snapshots,
        ),
    ],
    stop_instance: Annotated[
        bool,
        typer.Option("--stop-instance", help="Stop the disk's instance if it runs, and start it again afterwards."),
    ] = False,
    yes: Yes = False,
    region: Regions = None,
    output: Output = "table",
) -> None:
    """Roll a disk back to one of its snapshots, as `DiskRollback` does.

    It says what is lost, and asks. Then it takes a safety snapshot, rolls back and shows the progress. Ctrl-C leaves
    nothing half done: if ECS has not accepted the rollback yet, nothing is rolled back; otherwise the command completes
    it. If it has stopped the instance, it starts it again. The newest three safety snapshots stay.
    """
    from .context import perform  # noqa: PLC0415
    from .rollback import Wish, roll_back  # noqa: PLC0415

    wish = Wish(disk, to, stop_instance=stop_instance, sure=yes)
    perform(lambda context: roll_back(context, wish), region, output)


@app.command(short_help="Restore a snapshot as a test, and record that it works.")
def drill(  # noqa: PLR0913, PLR0917  (one for each option)
    what: Annotated[
        str,
        typer.Argument(
            metavar="SNAPSHOT|SERIES",
            help="A snapshot, or a series to test its newest one. Of a group or set, all members.",
            autocompletion=completion.snapshots,
        ),
    ],
    instance: Annotated[
        str | None,
        typer.Option(help="The helper that checks the disks: a running Linux instance with Cloud Assistant."),
    ] = None,
    zone: Annotated[str | None, typer.Option(help="Without --instance: the zone of the temporary disks.")] = None,
    disk_category: Annotated[str, typer.Option(help="The category of the temporary disks.")] = "cloud_essd",
    command: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="Your own check: a shell command in the helper. Repeat it for more."),
    ] = None,
    timeout: Annotated[int | None, typer.Option(help="How many seconds each command may take. 600 by default.")] = None,
    exit_code: Annotated[
        int | None, typer.Option(help="The exit code that means success, for each command. 0 by default.")
    ] = None,
    file_system_check: Annotated[bool, typer.Option(help="Check and mount the file systems, or not.")] = True,
    yes: Yes = False,
    region: Regions = None,
    output: Output = "table",
) -> None:
    """Restore a snapshot to a temporary disk, check it, and record that it is proven, as `RestoreDrill` does.

    It says what it makes and what that costs, and asks. The exit code is 1 if a check fails. The command always
    detaches and deletes its temporary disks, also after Ctrl-C. If a run dies, the same command removes its disks.
    Without --instance it makes the disk and checks nothing. That proves that ECS can restore it, but not what is on it.
    """
    from .context import perform  # noqa: PLC0415
    from .drill import Trial, drill_snapshots  # noqa: PLC0415

    trial = Trial(what, instance, zone, disk_category, command or (), timeout, exit_code, file_system_check, sure=yes)
    perform(lambda context: drill_snapshots(context, trial), region, output)


@app.command(short_help="Make a new disk from a snapshot.")
def restore(
    snapshot: Annotated[
        str,
        typer.Argument(
            metavar="SNAPSHOT|GROUP", help="The id of a snapshot or of a group.", autocompletion=completion.snapshots
        ),
    ],
    attach: Annotated[
        str, typer.Option(metavar="INSTANCE", help="Attach the new disk to this instance. By default to none.")
    ] = "",
    zone: Annotated[
        str, typer.Option(help="The new disk's zone. By default that of the instance or the old disk.")
    ] = "",
    category: Annotated[str, typer.Option(help="The new disk's category. By default the old disk's.")] = "",
    yes: Yes = False,
    region: Regions = None,
    output: Output = "table",
) -> None:
    """Make a new disk from a snapshot, with the zone, category, size and encryption of the old disk.

    From a group it makes one disk of each snapshot. If one fails, it removes the others again. The old disks stay as
    they are. If an old disk is gone, give --category, and --zone or --attach. The command says what it makes, and asks.
    Ctrl-C ends only the wait: the same command continues what has begun.
    """
    from ..restores.preflight import RestoreOptions  # noqa: PLC0415
    from .context import perform  # noqa: PLC0415
    from .restore import Order, restore_disks  # noqa: PLC0415

    order = Order(snapshot, RestoreOptions(attach, zone, category), sure=yes)
    perform(lambda context: restore_disks(context, order), region, output)


@app.command(short_help="Verify that the real ECS behaves like the emulator.")
def verify(
    region: Annotated[str, typer.Option(help="The region to verify.", autocompletion=completion.regions)],
    disk: Annotated[
        str,
        typer.Option(
            help="The disk to work with. Snapshots of it are made and deleted. Its data stays as it is.",
            autocompletion=completion.disks,
        ),
    ],
    copy_to: Annotated[
        str | None, typer.Option(metavar="REGION", help="Also begin a copy to this region, and delete it.")
    ] = None,
    stop_instance: Annotated[
        bool,
        typer.Option("--stop-instance", help="Stop the disk's instance during a snapshot, and start it again."),
    ] = False,
    yes: Yes = False,
    output: Output = "table",
) -> None:
    """Probe the rows of the emulator's table of behaviours on the real ECS, first those that the provider needs.

    It says what it makes, how long that takes and what it costs, and asks. It works with the named disk, and with
    snapshots, disks and images that it makes and tags itself. It removes all of them, also after Ctrl-C and errors.
    If a run is killed, the next run on the same disk finds the rest by its tags and removes it. It stops no
    instance without --stop-instance. For each row it prints confirmed, contradicted, or why it was not probed. The
    exit code is 1 if one is contradicted. With --output json it writes a report for an issue, without ids, keys and
    accounts.
    """
    from .context import perform  # noqa: PLC0415
    from .verify import Trust, verify_ecs  # noqa: PLC0415

    trust = Trust(disk, copy_to, stop_instance, sure=yes)
    perform(lambda context: verify_ecs(context, trust), [region, *([copy_to] if copy_to else [])], output)


@app.command(short_help="List paid snapshots that no stack needs.")
def orphans(
    region: Regions = None,
    state: Annotated[Path | None, typer.Option(help="An exported state, instead of the current stack's.")] = None,
    output: Output = "table",
) -> None:
    """List paid snapshots of this provider that no intent claims, and say how to adopt or delete each one.

    It also names what a killed drill or verification left behind. The exit code is 0 if there is nothing, and 3 if
    there is something.
    """
    from .context import perform  # noqa: PLC0415
    from .orphans import report_orphans  # noqa: PLC0415

    perform(report_orphans, region, output, state)


@app.command(short_help="Write one HTML page about all snapshots.")
def report(
    html: Annotated[
        Path, typer.Option("--html", metavar="FILE", help="The file to write. An existing file is replaced.")
    ],
    max_age_days: Annotated[
        int, typer.Option(min=1, help="How many days old the newest snapshot of a protected disk may be.")
    ] = 7,
    region: Regions = None,
    state: Annotated[Path | None, typer.Option(help="An exported state, instead of the current stack's.")] = None,
    output: Output = "table",
) -> None:
    """Write one HTML page about all snapshots: unprotected disks, time lines, cost, protection and orphans.

    The page needs no network and no scripts. It begins with the disks that have no usable snapshot, or only an old one.
    Then it shows the snapshots of each disk over time: full or incremental, generation, failures, locks, archives, and
    what was made from them. Then it shows size and cost over time, the resource or policy that protects each disk, and
    the orphans with their cost. Each drawing has a table. Sizes are those that ECS measures.
    """
    from .context import perform  # noqa: PLC0415
    from .report.command import ReportWriter  # noqa: PLC0415

    perform(ReportWriter(html, max_age_days).write, region, output, state)


@app.command(short_help="Say which disks have no recent snapshot.")
def check(
    max_age: Annotated[
        str,
        typer.Option(metavar="DURATION", help="The greatest age of each disk's last good snapshot, such as 12h or 1d."),
    ] = "1d",
    disk: Annotated[
        list[str] | None,
        typer.Option(help="Only this disk. Repeat it for more.", metavar="DISK", autocompletion=completion.disks),
    ] = None,
    instance: Annotated[str | None, typer.Option(help="Only the disks attached to this instance.")] = None,
    textfile: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write metrics for Prometheus. Name it *.prom in node_exporter's folder."),
    ] = None,
    region: Regions = None,
    state: Annotated[Path | None, typer.Option(help="An exported state, instead of the current stack's.")] = None,
    output: Output = "table",
) -> None:
    """Say which disks have no recent snapshot, for cron and CI. The exit code is 0 if all have one, otherwise 3.

    A disk without one is `too old`, `never`, `only failed` or `only unproven`. `only unproven` means that a freeze was
    required, and nobody saw the guest frozen until the cut. The command checks all disks that can have snapshots,
    whoever takes the snapshots. The metrics are alicloud_snapshot_last_success_timestamp_seconds (0 means never),
    alicloud_snapshot_unprotected and alicloud_snapshot_gib by region, disk and instance, and alicloud_snapshot_orphans
    by region. If the check itself fails, the last file stays.
    """
    from .check import Demand, check_freshness  # noqa: PLC0415
    from .context import perform  # noqa: PLC0415

    demand = Demand(max_age, disk or (), instance, textfile)
    perform(lambda context: check_freshness(context, demand), region, output, state)


@app.command(short_help="Say which instances and disks of a previewed stack have no guard.")
def guarded(
    change: Annotated[
        Literal["update", "delete"] | None,
        typer.Option(help="Only this change must be guarded; both by default. A replacement deletes."),
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A resource to leave alone; may be repeated.")
    ] = None,
    output: Output = "table",
) -> None:
    """Say which instances and disks have no guard, by a preview on standard input, for CI.

    Run `pulumi preview --json --show-sames | alicloud-snapshot guarded`. It names each instance and disk whose update
    or deletion waits for no snapshot, with the line that mends it. The preview shows the hooks of every resource,
    whatever language the program has. It ends with 0 if all are guarded, with 3 if one is not, and with 1 if the
    preview failed. It asks nobody and changes nothing.
    """
    from .context import conclude  # noqa: PLC0415
    from .guarded import Rule, report_unguarded  # noqa: PLC0415
    from .screen import Screen  # noqa: PLC0415

    screen = Screen(output)
    conclude(screen, lambda: report_unguarded(screen, Rule((change,) if change else (), exclude or ())))


@app.command(short_help="Check everything that a stack needs.")
def doctor(
    region: Annotated[
        list[str] | None,
        typer.Option(
            help="A region to check. Repeat it for more. By default the configured one.",
            autocompletion=completion.regions,
        ),
    ] = None,
    output: Output = "table",
) -> None:
    """Check everything that a stack needs, and say what to do if something is missing.

    It checks Python, the packages, the engine and its plugins, and in a stack's folder the stack's configuration. It
    says where the credentials come from, and never shows them. It checks the region, its endpoint and the time of an
    answer, this machine's clock, the permission for every RAM action, and the quota. It changes nothing. For the
    permissions it asks about an id that does not exist, with ECS's dry run if there is one. So it can only know "not
    refused". A policy for single resources refuses such an id, too. The exit code is 0, or 1 if a check failed.
    """
    import asyncio  # noqa: PLC0415

    from .context import conclude  # noqa: PLC0415
    from .doctor.command import examine  # noqa: PLC0415
    from .screen import Screen  # noqa: PLC0415

    screen = Screen(output)
    conclude(screen, lambda: asyncio.run(examine(screen, region or [])))
