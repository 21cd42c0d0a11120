// What every process of ours tells of itself: which version it is, and the usual figures of a process.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gauge, type Shown } from '../figures/exposition.js';

const RESOLUTION_MS = 20;
const NS_PER_S = 1e9;

/** Begins to watch the event loop with the first call. */
export function createProcessFigures(service: string, version: string): () => Shown[] {
  const startedAt = Date.now() / 1_000 - process.uptime();
  const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  lag.enable();
  return () => {
    // The time between two looks, of which the resolution itself is no lag; NaN before the first.
    const seconds = Math.max(0, (lag.percentile(99) || 0) / NS_PER_S - RESOLUTION_MS / 1_000);
    lag.reset();
    return [
      gauge('tars_build_info', 'Always 1; what runs.', [[{ service, version, node: process.version }, 1]]),
      gauge('process_start_time_seconds', 'When the process began, since 1970.', [[{}, startedAt]]),
      gauge('process_resident_memory_bytes', 'Memory of the process.', [[{}, process.memoryUsage.rss()]]),
      gauge('nodejs_eventloop_lag_p99_seconds', 'How late the event loop was since the last look.', [[{}, seconds]]),
    ];
  };
}
