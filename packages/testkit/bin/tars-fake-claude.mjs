#!/usr/bin/env node
import '../dist/fake-claude/main.js';
