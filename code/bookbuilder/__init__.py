"""What makes the book of the pages: execute each once, build the site and the notebooks."""

import sys

# jsonschema, which reads notebooks, would load it to check web addresses: nearly a second for
# nothing. It does without where the package is missing.
sys.modules.setdefault("rfc3987_syntax", None)
