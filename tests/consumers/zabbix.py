"""The values in the answers of `zabbix_agent2 -t`, of standard input, one a line, with the disk they are of."""

import json
import re
import sys


def leaves(path, value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(f"{path}.{key}", inner)
    else:
        yield f"{path} {value}"


for line in sys.stdin:
    answer = re.fullmatch(r"(\S+) *\[s\|(.*)\]\n", line)
    if not answer:
        print(line, end="")
        continue
    key, found = answer[1], json.loads(answer[2])
    for item in found if isinstance(found, list) else [found]:
        name = item.get("{#NAME}")
        attribute = item.get("{#ID}", "")
        where = " ".join(str(word) for word in (key, name, attribute) if word not in (None, ""))
        print("\n".join(leaves(where, item)))
