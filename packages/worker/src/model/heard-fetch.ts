// A `fetch` that tells of every byte that comes back: the SDK hides the service's pings, which are its only sign of life in long replies.

/** The body is heard where it is read: a stream of its own behind it would cost half as much as the whole request. */
export function heardFetch(onBytes: () => void): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    onBytes();
    const { body } = response;
    if (body !== null) Object.defineProperty(body, Symbol.asyncIterator, { value: () => heard(body.values(), onBytes) });
    return response;
  };
}

async function* heard(chunks: AsyncIterable<Uint8Array>, onBytes: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onBytes();
    yield chunk;
  }
}
