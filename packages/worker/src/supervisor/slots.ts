// How many tasks work here at once; one that waits for a human gives its place away.
export type Slots = {
  free(): boolean;
  /** How many more there is a place for. */
  left(): number;
  busy(): number;
  /** Takes a place, beyond the limit if need be: a task whose answer came goes on at once. */
  take(): void;
  /** Gives the place back; false (and it is kept) when too many tasks wait for humans already. */
  yieldToOthers(): boolean;
  /** The task no longer waits: it ended, or goes on after `take`. */
  stopWaiting(): void;
  giveBack(): void;
};

const WAITING_PER_SLOT = 4;

export function createSlots(concurrency: number): Slots {
  let busy = 0;
  let waiting = 0;
  return {
    free: () => busy < concurrency,
    left: () => Math.max(0, concurrency - busy),
    busy: () => busy,
    take() {
      busy++;
    },
    yieldToOthers() {
      if (waiting >= WAITING_PER_SLOT * concurrency) return false;
      waiting++;
      busy--;
      return true;
    },
    stopWaiting() {
      waiting--;
    },
    giveBack() {
      busy--;
    },
  };
}
