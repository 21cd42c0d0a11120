// The machine's monotonic clock, the same for all of its processes.
export const clockMs = () => Number(process.hrtime.bigint()) / 1e6;
