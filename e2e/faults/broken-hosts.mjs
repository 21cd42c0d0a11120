// What must hold between machines, broken on purpose in a copy; the rig of several hosts must notice each.

const WORKER = 'worker/dist/worker.mjs';

/** [file, what stands there, what shall stand there]: no promise broken, only everything that hangs on the lease made shorter. */
export const leaseOf = (ms) => [
  ['core/dist/limits.js', 'LEASE_MS = 30_000', `LEASE_MS = ${ms}`],
  [WORKER, 'LEASE_MS = 3e4', `LEASE_MS = ${ms}`],
];

export const BROKEN_HOSTS = {
  'no self-fence': [[WORKER, /leftMs = \(\) => \{/, '$& return 1e6;']],
};
