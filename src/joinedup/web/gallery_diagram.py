"""The made-up diagram of the component gallery: two partners, who pays them, and who looks at what they do."""

from joinedup.web.diagrams import Arrow, ArrowKind, Box, Diagram


def a_diagram() -> Diagram:
    """Five invented bodies with every kind of arrow."""
    return Diagram(
        id="gallery-diagram",
        title="Money, direction and accountability in Madeup",
        description="Five bodies in three rows, and seven arrows.",
        rows=("Government", "Bodies of an area", "Those who deliver"),
        boxes=(
            Box("government", "Government of Madeup", 0),
            Box("inspectorate", "Inspectorate of Madeup", 0),
            Box("board", "Health board", 1),
            Box("council", "Council", 1),
            Box("home", "Independent care homes of the area", 2),
        ),
        arrows=(
            Arrow(ArrowKind.MONEY, "government", "board", "Money: government to board"),
            Arrow(ArrowKind.DIRECTION, "government", "board", "Direction: government to board"),
            Arrow(ArrowKind.ACCOUNTABILITY, "board", "government", "Accountability: board to government"),
            Arrow(ArrowKind.MONEY, "government", "council", "Money: government to council"),
            Arrow(ArrowKind.MONEY, "council", "board", "Money: council to board"),
            Arrow(ArrowKind.MONEY, "council", "home", "Money: council to homes"),
            Arrow(ArrowKind.ACCOUNTABILITY, "home", "inspectorate", "Accountability: homes to inspectorate"),
        ),
    )
