#!/usr/bin/env python3
"""Validates a SARIF report against the schema of SARIF 2.1.0; needs the package `jsonschema`.

    tools/check-sarif.py SCHEMA REPORT
"""

import json
import sys
from pathlib import Path

from jsonschema.validators import validator_for

SHOWN = 10  # what is wrong

schema, report = (json.loads(Path(path).read_text()) for path in sys.argv[1:3])
Validator = validator_for(schema)
validator = Validator(schema, format_checker=Validator.FORMAT_CHECKER)
wrong = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(report)]
results = len(report["runs"][0]["results"])
if wrong or results == 0:
    sys.exit("\n".join(wrong[:SHOWN]) or "the report is empty, which says nothing")
print(f"{results} results are valid")
