#!/usr/bin/env -S node --
// The dashes keep Node from taking `--env-file` for an option of its own.
import '../dist/tars/main.mjs';
