"""Diagrams as text of Mermaid, which GitHub, GitLab and notebooks draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_visualization.models.diagram import Group

if TYPE_CHECKING:
    from keras_visualization.models.diagram import Diagram

_COLORS = {
    "input": "fill:#dff3e4,stroke:#5a9e6f",
    "weights": "fill:#dce9f9,stroke:#4f7fb8",
    "frozen": "fill:#e8e8ec,stroke:#8a8f98",
    "model": "fill:#fbead2,stroke:#c08a3e",
    "op": "fill:#ffffff,stroke:#8a8f98",
    "layer": "fill:#f7f7f7,stroke:#8a8f98",
}


def mermaid_of(diagram: Diagram, rankdir: str) -> str:
    """A diagram as Mermaid's flow chart.

    Args:
        diagram: the diagram.
        rankdir: from where to where arrows run: "TB", "BT", "LR" or "RL".
    """
    boxes = list(diagram.root.boxes())
    lines = [f"flowchart {rankdir}", *_members(diagram.root, "    ")]
    lines += [f"    {_id(start)} --> {_id(end)}" for start, end in diagram.arrows]
    for role, style in _COLORS.items():
        keys = [_id(box.key) for box in boxes if box.role == role]
        if keys:
            lines += [f"    classDef {role} {style},color:#1f2933", f"    class {','.join(keys)} {role}"]
    return "\n".join(lines) + "\n"


def _members(group: Group, indent: str) -> list[str]:
    lines: list[str] = []
    for member in group.members:
        if isinstance(member, Group):
            lines.append(f'{indent}subgraph {_id(member.key)}["{_escape(member.title)}"]')
            lines += [*_members(member, indent + "    "), f"{indent}end"]
        else:
            rows = "".join(f"<br/>{_escape(f'{name}: {value}')}" for name, value in member.rows)
            lines.append(f'{indent}{_id(member.key)}["<b>{_escape(member.title)}</b>{rows}"]')
    return lines


def _id(key: str) -> str:
    return key.replace(".", "_")


def _escape(text: str) -> str:
    """The text with Mermaid's codes for what would end it, or be HTML or Markdown."""
    return "".join(sign if sign.isalnum() or sign in " _-.,:()/" else f"#{ord(sign)};" for sign in text)
