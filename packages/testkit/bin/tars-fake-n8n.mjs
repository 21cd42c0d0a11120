#!/usr/bin/env node
import '../dist/fake-n8n/main.js';
