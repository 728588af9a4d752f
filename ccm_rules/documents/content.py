"""What every command's document is: see ``SETS`` in `ccm_rules.formats.registry`."""

from __future__ import annotations

from ccm_rules.documents.blocks import Document


class Content:
    """What a command has to say; each form of it is made when a format asks."""

    def document(self) -> Document:
        """Blocks to read."""
        raise NotImplementedError

    def page(self) -> Document:
        """The same where there is more room than on a terminal."""
        return self.document()
