// A sleep that can be cut short; a ring while nobody sleeps cuts the next sleep.

export type Wake = { ring(): void; sleep(ms: number): Promise<void> };

export function createWake(): Wake {
  let rung = false;
  let end: (() => void) | null = null;
  return {
    ring() {
      rung = true;
      end?.();
    },
    async sleep(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        end = null;
      }
      rung = false;
    },
  };
}
