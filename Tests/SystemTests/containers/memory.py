"""How much memory each container's first process holds, as the kernel counts it."""
from confinement import fields


def run(stack):
    rows = []
    for name, one in stack.containers().items():
        if name != "migrate":
            found = fields(one["State"]["Pid"])
            rows.append((name, *(int(found[field].split()[0]) for field in ("VmRSS", "RssAnon"))))
    lines = [f"  {'':20} {'VmRSS':>8} {'RssAnon':>8}  kB"]
    lines += [f"  {name:20} {resident:8,} {own:8,}" for name, resident, own in sorted(rows)]
    lines.append(f"  {'all':20} {sum(row[1] for row in rows):8,} {sum(row[2] for row in rows):8,}")
    return "of each container's process\n" + "\n".join(lines)
