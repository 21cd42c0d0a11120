#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// It lives long and has little to do at a time: a small heap costs nothing that anybody notices.
setFlagsFromString('--optimize-for-size');
await import('../dist/main.js');
