// What was proved at the end, by whom, and with which counts.
import type { Proof as Proved } from '@tars/core';
import type { Tone } from '../words.js';

const TONES: Readonly<Record<Proved['verdict'], Tone>> = { VERIFIED: 'good', UNVERIFIED: 'calm', REFUTED: 'bad' };

export function Proof({ proof }: { proof: Proved | null }) {
  if (proof === null) return null;
  return (
    <>
      <div class="row">
        <h2>Proof</h2>
        <span class={`chip ${TONES[proof.verdict]}`}>{proof.verdict.toLowerCase()}</span>
      </div>
      <p>{proof.sentence}</p>
      {proof.checks.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Check the worker ran</th>
              <th scope="col">Exit</th>
              <th scope="col">Passed</th>
              <th scope="col">Failed</th>
              <th scope="col">Time</th>
            </tr>
          </thead>
          <tbody>
            {proof.checks.map(({ command, exit_code, passed, failed, duration_ms }) => (
              <tr>
                <td>
                  <code>{command}</code>
                </td>
                <td>{exit_code ?? '–'}</td>
                <td>{passed ?? '–'}</td>
                <td>{failed ?? '–'}</td>
                <td>{(duration_ms / 1_000).toFixed(1)} s</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {proof.tests_changed.length > 0 && <p class="quiet">Tests changed by the task: {proof.tests_changed.join(', ')}</p>}
    </>
  );
}
