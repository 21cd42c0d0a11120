#!/usr/bin/env node
import '../dist/fake-discord/main.js';
