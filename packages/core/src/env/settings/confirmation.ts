// The settings by which a human approves a command.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { optional, setting } from '../setting.js';
import { minutes, oneOf, wholeNumber } from '../values.js';

const key = (nature: string, read: (pem: string) => KeyObject) =>
  v.pipe(
    v.string(),
    // Env files and container platforms often hold the line breaks of a key as the two characters \n.
    v.transform((value) => `${value.replaceAll('\\n', '\n').trim()}\n`),
    v.check((pem) => {
      try {
        return read(pem).asymmetricKeyType === 'ed25519';
      } catch {
        return false;
      }
    }, nature),
  );

export const CONFIRMATION = {
  confirmationCode: optional({
    name: 'CONFIRMATION_CODE',
    doc: 'The code that lets a destructive command run. Without one such commands are denied. Choose your own.',
    example: '(4 to 12 digits that only you know)',
    secret: true,
    schema: v.pipe(v.string(), v.regex(/^\d{4,12}$/, 'is not 4 to 12 digits')),
  }),
  confirmationMode: setting({
    name: 'CONFIRMATION_MODE',
    doc: 'pin: CONFIRMATION_CODE. totp: the current code of an authenticator app (TOTP_SECRET).',
    default: 'pin',
    schema: oneOf('pin', 'totp'),
  }),
  totpSecret: optional({
    name: 'TOTP_SECRET',
    doc: 'The base32 secret that the authenticator app shares; `tars init --totp` makes one.',
    example: '(at least 16 letters A to Z and digits 2 to 7)',
    secret: true,
    schema: v.pipe(
      v.string(),
      v.transform((value) =>
        value
          .replace(/[\s-]/g, '')
          .replace(/={1,6}$/, '')
          .toUpperCase(),
      ),
      v.regex(/^[A-Z2-7]{16,128}$/, 'is not base32 of at least 16 characters'),
    ),
  }),
  confirmationTimeoutMs: setting({
    name: 'CONFIRMATION_TIMEOUT_MINUTES',
    doc: 'How long a command waits for its code.',
    default: '5',
    schema: minutes,
  }),
  onConfirmationTimeout: setting({
    name: 'ON_CONFIRMATION_TIMEOUT',
    doc: 'fail: silence ends the task. deny: silence denies that one command and the task goes on.',
    default: 'fail',
    schema: oneOf('fail', 'deny'),
  }),
  questionTimeoutMs: optional({
    name: 'QUESTION_TIMEOUT_MINUTES',
    doc: "How long the agent's question waits; then it goes on with what it named for that case, or decides by itself. By default as long as a command waits for its code.",
    example: '5',
    schema: minutes,
  }),
  maxConfirmations: setting({
    name: 'MAX_CONFIRMATIONS_PER_TASK',
    doc: 'How often one task may ask for a code; one that asks more often fails.',
    default: '20',
    schema: wholeNumber(1, 1_000),
  }),
  confirmationSigningKey: optional({
    name: 'CONFIRMATION_SIGNING_KEY',
    doc: 'For api and bridge: signs approvals. By default made on first use and kept in the state directory.',
    example: '(an Ed25519 private key in PEM form, from: openssl genpkey -algorithm ed25519)',
    secret: true,
    schema: key('is not an Ed25519 private key in PEM form', (pem) => createPrivateKey(pem)),
  }),
  confirmationPublicKey: optional({
    name: 'CONFIRMATION_PUBLIC_KEY',
    doc: 'For the worker: checks approvals. By default read from the state directory.',
    example: '(its public half in PEM form, from: openssl pkey -pubout)',
    fromFile: true,
    // A private key would be read as well: its public half can be derived. The worker must not hold one.
    schema: key('is not an Ed25519 public key in PEM form', (pem) => {
      if (pem.includes('PRIVATE')) throw new Error('a private key');
      return createPublicKey(pem);
    }),
  }),
};
