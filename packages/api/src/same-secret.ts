// Compares secrets in a time that tells nothing about them.
import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export const sameSecret = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));
