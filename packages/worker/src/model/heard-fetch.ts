// A `fetch` that tells of every byte that comes back: the SDK hides the service's pings, which are its only sign of life in long replies.

export function heardFetch(onBytes: () => void): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    onBytes();
    if (response.body === null) return response;
    const heard = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, onwards) {
        onBytes();
        onwards.enqueue(chunk);
      },
    });
    return new Response(response.body.pipeThrough(heard), response);
  };
}
