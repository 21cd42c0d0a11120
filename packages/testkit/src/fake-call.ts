// A phone call without a phone: the `voice` port a host hands to the bridge, and what a test does with the other end.
export type Spoken = { text: string; interrupt: boolean };

export type FakeCall = {
  activeCall(): { sessionId: string } | null;
  /** Rejects when the user has hung up or is in another call. */
  speak(call: { sessionId: string }, text: string, options: { interrupt: boolean }): Promise<void>;
  isUserSpeaking(call: { sessionId: string }): boolean;
  /** Everything said so far, in order. */
  readonly spoken: readonly string[];
  /** The same, with how it was said. */
  readonly utterances: readonly Spoken[];
  hangUp(): void;
  pickUp(): void;
  setUserSpeaking(speaking: boolean): void;
  /** The first sentence that matches, said already or yet to come. */
  waitForSpoken(pattern: RegExp, timeoutMs?: number): Promise<string>;
};

/** Starts with the user in the call, silent. */
export function createFakeCall({ sessionId }: { sessionId: string }): FakeCall {
  const utterances: Spoken[] = [];
  const listeners = new Set<() => void>();
  let connected = true;
  let speaking = false;

  const heard = (pattern: RegExp) => utterances.find(({ text }) => text.search(pattern) >= 0)?.text;
  return {
    activeCall: () => (connected ? { sessionId } : null),
    async speak(call, text, { interrupt }) {
      if (!connected || call.sessionId !== sessionId) throw new Error(`No call of session ${call.sessionId} is active.`);
      utterances.push({ text, interrupt });
      for (const listener of [...listeners]) listener();
    },
    isUserSpeaking: (call) => connected && call.sessionId === sessionId && speaking,
    get spoken() {
      return utterances.map(({ text }) => text);
    },
    get utterances() {
      return utterances;
    },
    hangUp() {
      connected = false;
      speaking = false;
    },
    pickUp() {
      connected = true;
    },
    setUserSpeaking(now) {
      speaking = now;
    },
    waitForSpoken: (pattern, timeoutMs = 5_000) =>
      new Promise((resolve, reject) => {
        const settle = (act: () => void) => {
          clearTimeout(timer);
          listeners.delete(look);
          act();
        };
        const look = () => {
          const text = heard(pattern);
          if (text !== undefined) settle(() => resolve(text));
        };
        const timer = setTimeout(
          () => settle(() => reject(new Error(`${pattern} was not said within ${timeoutMs} ms, but: ${JSON.stringify(utterances)}`))),
          timeoutMs,
        );
        listeners.add(look);
        look();
      }),
  };
}
